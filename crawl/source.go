package crawl

import (
	"context"
	"fmt"
	"time"

	"hubgraph/hubspot"
)

// Source is a portal that is about to be crawled.
type Source struct {
	Account hubspot.Account

	client  *hubspot.Client
	journal *Journal // nil: nothing is kept of a crawl that ends early
	started time.Time
	before  hubspot.Stats // what the client had sent before this crawl

	schemas map[string]hubspot.Schema // that were read, by object type id
	custom  []hubspot.Schema          // of all custom objects; nil: they were not read
	notes   []string                  // what a person should know of the scope
}

// Connect asks a portal who it is, in one call, which is never answered by a
// journal.
func Connect(ctx context.Context, c *hubspot.Client) (*Source, error) {
	s := &Source{client: c, started: time.Now().UTC(), before: c.Stats(), schemas: map[string]hubspot.Schema{}}
	var err error
	if s.Account, err = c.Account(ctx); err != nil {
		return nil, fmt.Errorf("read the account: %w", err)
	}
	return s, nil
}

// remembering has the calls of the crawl kept in the journal, and answered by it.
func (s *Source) remembering(ctx context.Context) context.Context {
	if s.journal == nil {
		return ctx
	}
	return hubspot.WithAnswers(ctx, s.journal)
}

// requests is how many requests the crawl has taken so far, with those of the runs
// that it goes on from.
func (s *Source) requests() int64 {
	now := s.client.Stats()
	return now.Requests - s.before.Requests + now.Recalled - s.before.Recalled
}

// clockSkew is how far the times of a portal's servers may be apart.
const clockSkew = 10 * time.Minute

// began is when the crawl did, by the portal's clock.
func (s *Source) began() time.Time {
	ahead, _ := s.client.ClockAhead()
	return s.started.Add(-ahead)
}

// since is the time, by the portal's clock, from which on what happened there may
// have happened during the crawl.
func (s *Source) since() time.Time { return s.began().Add(-clockSkew) }
