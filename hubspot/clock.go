package hubspot

import (
	"net/http"
	"sync/atomic"
	"time"
)

// clock compares this machine's clock with HubSpot's.
type clock struct {
	ahead    atomic.Int64 // nanoseconds
	compared atomic.Bool
}

// compare takes the Date of an answer to a request that left at a time. Date is
// of whole seconds, so that on average it is half a second old.
func (c *clock) compare(sent time.Time, h http.Header) {
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return
	}
	between := sent.Add(time.Since(sent) / 2)
	c.ahead.Store(int64(between.Sub(date.Add(time.Second / 2))))
	c.compared.Store(true)
}

// ClockAhead is how far this machine's clock is ahead of the portal's, by the
// Date of the last answer, give or take a second; it reports false where no
// answer had one.
func (c *Client) ClockAhead() (time.Duration, bool) {
	return time.Duration(c.auth.clock.ahead.Load()), c.auth.clock.compared.Load()
}
