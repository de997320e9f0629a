package hubspot

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// TestTokensThatEndWhileTheNextIsBought has tokens of 30 s and a token endpoint
// that takes 20 s to sell one: whoever needs one waits, and one request for it is
// under way at a time.
func TestTokensThatEndWhileTheNextIsBought(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slow, life = 20 * time.Second, 30 * time.Second
		p := &portalOfApp{life: life, slow: slow}
		p.rejects = func(token string) bool {
			n, err := strconv.Atoi(strings.TrimPrefix(token, canaryAccess))
			return err != nil || time.Since(p.began) >= p.sold[n-1]-slow+life // its life began when it was asked for
		}
		buying := &gauge{}
		c, err := newOAuthClient(testApp, Options{}, roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasPrefix(r.URL.Path, "/oauth/") {
				buying.add(1)
				defer buying.add(-1)
			}
			return p.RoundTrip(r)
		}))
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		var workers sync.WaitGroup
		for range 4 {
			workers.Go(func() {
				for ; time.Since(began) < 5*time.Minute; time.Sleep(time.Second) {
					if err := account(t.Context(), c); err != nil {
						t.Error(err)
					}
				}
			})
		}
		workers.Wait()
		if buying.most != 1 || c.Stats().Retries > 0 || len(p.sold) < 5 || len(p.sold) > 13 {
			t.Errorf("%d tokens, %d bought at once, %+v", len(p.sold), buying.most, c.Stats())
		}
	})
}

// gauge remembers the most that were under way at once.
type gauge struct {
	mu        sync.Mutex
	now, most int
}

func (g *gauge) add(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.now += n
	g.most = max(g.most, g.now)
}
