package hubspot

import "time"

// A client whose share is automatic takes what the portal's other apps leave of its burst
// limit, and gives way to them within about a second: what they send shows in what remains,
// which each answer says.

// spared is one part in so many of the allowance, which such a client leaves free: the
// first requests of another app find room there.
const spared = 20

// sudden is the time in which requests of other apps show what they are about to send.
const sudden = time.Second

// others are the requests of the portal's other apps in the interval, by when each was
// noticed.
type others []time.Time

// notice takes in how many requests of the interval are not the client's own, at least.
// Fewer than before is no news: the client's requests under way hide some.
func (o *others) notice(now time.Time, n int) {
	for len(*o) < n {
		*o = append(*o, now)
	}
}

// expected is how many requests they may yet send in an interval: as many as in the last
// one, or at the rate of the last second, where that is more.
func (o *others) expected(now time.Time, interval time.Duration) int {
	for len(*o) > 0 && now.Sub((*o)[0]) >= interval {
		*o = (*o)[1:]
	}
	lately := 0
	for _, at := range *o {
		if now.Sub(at) < sudden {
			lately++
		}
	}
	return max(0, int(int64(lately)*int64(interval)/int64(sudden))-len(*o))
}
