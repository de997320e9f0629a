package reporting

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/queries/report"
)

// TestWhatManyAskForIsMadeOnce: who asks while it is made waits for it, and makes it only
// where the first one failed.
func TestWhatManyAskForIsMadeOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &kept{room: 100}
		var mutex sync.Mutex
		made := 0
		var wait sync.WaitGroup
		for range 20 {
			wait.Go(func() {
				content, err := k.get(t.Context(), "report", func() ([]byte, error) {
					time.Sleep(time.Second)
					mutex.Lock()
					defer mutex.Unlock()
					if made++; made == 1 {
						return nil, errors.New("the first one went")
					}
					return []byte("page"), nil
				})
				if err == nil && string(content) != "page" {
					t.Errorf("one gets %q", content)
				}
			})
		}
		wait.Wait()
		if made != 2 {
			t.Errorf("it was made %d times", made)
		}
		go func() {
			_, _ = k.get(t.Context(), "slow", func() ([]byte, error) { time.Sleep(time.Hour); return nil, nil })
		}()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := k.get(ctx, "slow", func() ([]byte, error) { return nil, nil }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("who has no patience gets %v", err)
		}
		time.Sleep(time.Hour)
	})
}

// TestQuestionsShareTheMemory: all that may be answered at once keep to --memory together.
func TestQuestionsShareTheMemory(t *testing.T) {
	for memory, want := range map[duckdb.Memory]int{0: 4, 64e6: 1, 130e6: 2, 2e9: 4} {
		e := NewExplorer(&duckdb.Files{Memory: memory}, nil, report.Options{})
		if n := cap(e.asking); n != want || duckdb.Memory(n)*e.share > memory || memory > 0 && e.share == 0 || cap(e.sql) > 2 {
			t.Errorf("of %d bytes %d questions have %d each, want %d questions", memory, n, e.share, want)
		}
	}
}
