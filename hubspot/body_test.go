package hubspot

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func zipped(t testing.TB, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAnswersAreInflated(t *testing.T) {
	body := zipped(t, goodAccount)
	for range 2 { // the second time with the inflater of the first
		c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(body)
		})
		for range 3 {
			if a, err := c.Account(t.Context()); err != nil || a.PortalID != 7 {
				t.Errorf("%+v, %v", a, err)
			}
		}
	}
}

// endless is a body that goes on until it is closed, or for size bytes.
type endless struct{ size, read int64 }

// Read gives spaces.
func (e *endless) Read(p []byte) (int, error) {
	if e.read >= e.size {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), e.size-e.read))
	for i := range p[:n] {
		p[i] = ' '
	}
	e.read += int64(n)
	return n, nil
}

func TestBodiesAreBounded(t *testing.T) {
	bomb := zipped(t, strings.Repeat(" ", 8<<20))
	long := &endless{size: 10 << 30}
	for name, answer := range map[string]*http.Response{
		"a gzip bomb":  {Header: http.Header{"Content-Encoding": {"gzip"}}, Body: io.NopCloser(bytes.NewReader(bomb)), ContentLength: -1},
		"a long body":  {Header: http.Header{}, Body: io.NopCloser(long), ContentLength: -1},
		"a long claim": {Header: http.Header{}, Body: io.NopCloser(&endless{size: 10 << 30}), ContentLength: 10 << 30},
	} {
		answer.StatusCode = 200
		c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) { return answer, nil })
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := c.Account(t.Context())
		runtime.ReadMemStats(&after)
		if !errors.Is(err, ErrMalformed) || c.Stats().Requests != 1 {
			t.Errorf("%s: %+v, %v", name, c.Stats(), err)
		}
		if taken := after.TotalAlloc - before.TotalAlloc; taken > 100<<20 {
			t.Errorf("%s: it takes %d MiB", name, taken>>20)
		}
	}
	if long.read > maxBody+1 {
		t.Errorf("%d bytes of the long body were read, want at most %d", long.read, maxBody+1)
	}
}

func TestABodyAtTheLimitIsTaken(t *testing.T) {
	body := goodAccount + strings.Repeat(" ", smallBody) // a ratio above the limit, but small
	z := zipped(t, body[:smallBody])
	c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) {
		return reply(200, string(z), "Content-Encoding", "gzip"), nil
	})
	if _, err := c.Account(t.Context()); err != nil || len(body[:smallBody]) < maxRatio*len(z) {
		t.Errorf("%d bytes from %d: %v", smallBody, len(z), err)
	}
}

func TestCutBodiesAreAskedForAgain(t *testing.T) {
	whole := zipped(t, goodAccount+strings.Repeat(" ", 4000))
	cuts := map[string]func(http.ResponseWriter){
		"gzip": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(whole[:len(whole)-6])
		},
		"gzip with a wrong sum": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			wrong := bytes.Clone(whole)
			wrong[len(wrong)-8] ^= 1
			w.Write(wrong)
		},
		"gzip that is none": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "gzip")
			io.WriteString(w, goodAccount)
		},
		"by length": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", strconv.Itoa(len(goodAccount)))
			io.WriteString(w, goodAccount[:10])
			panic(http.ErrAbortHandler)
		},
		"chunked": func(w http.ResponseWriter) {
			io.WriteString(w, goodAccount)
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		},
		"another encoding": func(w http.ResponseWriter) {
			w.Header().Set("Content-Encoding", "br")
			io.WriteString(w, goodAccount)
		},
	}
	for name, cut := range cuts {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // each waits a moment before it asks again
			requests := 0
			c := onServer(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
				if requests++; requests == 1 {
					cut(w)
					return
				}
				io.WriteString(w, goodAccount)
			})
			if a, err := c.Account(t.Context()); err != nil || a.PortalID != 7 || requests != 2 {
				t.Errorf("%+v in %d requests, %v", a, requests, err)
			}
		})
	}
}

// drip is a body of one byte at a time.
type drip struct {
	ctx   context.Context
	every time.Duration
}

// Read waits and gives a space.
func (d drip) Read(p []byte) (int, error) {
	select {
	case <-time.After(d.every):
		p[0] = ' '
		return 1, nil
	case <-d.ctx.Done():
		return 0, d.ctx.Err()
	}
}

func TestSlowAnswersEnd(t *testing.T) {
	for name, test := range map[string]struct {
		every, least, most time.Duration
	}{
		"a byte a second": {time.Second, 5 * maxTime, 5*maxTime + 20*time.Second},
		"a stall":         {time.Hour, 5 * maxIdle, 5*maxIdle + 20*time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
				return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(drip{r.Context(), test.every}), ContentLength: -1}, nil
			})
			started := time.Now()
			_, err := c.Account(t.Context())
			took := time.Since(started)
			if !errors.Is(err, ErrUnavailable) || c.Stats().Requests != 5 || took < test.least || took > test.most {
				t.Errorf("%s: %+v in %s, %v", name, c.Stats(), took, err)
			}
		})
	}
}

func TestNoAnswerAtAllEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := onWire(t, Options{Attempts: 1}, func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})
		started := time.Now()
		if _, err := c.Account(t.Context()); !errors.Is(err, ErrUnavailable) || time.Since(started) != maxTime {
			t.Errorf("after %s: %v", time.Since(started), err)
		}
	})
}

func TestDeepDocumentsAreRefused(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, test := range []struct {
		depth int
		ok    bool
	}{{mostNesting - 1, true}, {mostNesting, false}, {10_000, false}, {1_000_000, false}} {
		c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) {
			return reply(200, `{"portalId":7,"x":`+deep(test.depth)+`}`), nil
		})
		if _, err := c.Account(t.Context()); (err == nil) != test.ok || err != nil && !errors.Is(err, ErrMalformed) {
			t.Errorf("depth %d: %v", test.depth+1, err)
		}
	}
	if err := checkShape([]byte(`{"a":"` + strings.Repeat(`[\"`, 2*mostNesting) + `"}`)); err != nil {
		t.Errorf("brackets in a string count: %v", err)
	}
}

func TestDocumentsThatAreNone(t *testing.T) {
	for _, body := range []string{
		goodAccount + "x", goodAccount + goodAccount, "\ufeff" + goodAccount, `{"portalId":7,"timeZone":"` + "\xff" + `"}`,
		`{"portalId":NaN}`, `{"portalId":1e3}`, `{"portalId":7.0}`, `{"portalId":-7}`, `{"portalId":"+7"}`, `{"portalId":9223372036854775808}`,
		`{"portalId":""}`, `{"portalId":" 7"}`, `{"portalId":null}`, `{"portalId":[7]}`, `[]`, `null`, `"x"`, `{'portalId':7}`, `{"portalId":7,}`,
		`{"portalId":7,"portalId":8}`, `{"portalId" : 7,"x":{},"portalId":7}`, `{"portalId":7,"x":[` + strings.Repeat("{},", mostRows) + `{}]}`,
	} {
		c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) { return reply(200, body), nil })
		if a, err := c.Account(t.Context()); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %+v, %v", body, a, err)
		}
	}
}

func TestKeysMayComeTwiceElsewhere(t *testing.T) {
	for _, body := range []string{`{"portalId":7,"x":{"a":1},"y":{"a":1}}`, `{"portalId":7,"x":"portalId","y":["portalId"],"z":"x"}`, `{"portalId":7,"x":[` + strings.Repeat("{},", mostRows-1) + `{}]}`} {
		c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) { return reply(200, body), nil })
		if _, err := c.Account(t.Context()); err != nil {
			t.Errorf("%.80s: %v", body, err)
		}
	}
}

func TestEveryCutOfADocumentIsAnError(t *testing.T) {
	for n := range len(goodAccount) {
		c := onWire(t, Options{Attempts: 1}, func(*http.Request) (*http.Response, error) { return reply(200, goodAccount[:n]), nil })
		if _, err := c.Account(t.Context()); !errors.Is(err, ErrMalformed) {
			t.Errorf("%q: %v", goodAccount[:n], err)
		}
	}
}
