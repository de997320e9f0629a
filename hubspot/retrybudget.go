package hubspot

import "sync/atomic"

// What the repeats of all calls of a client may cost together: a call that
// succeeds at once earns 1, a repeat costs 14. When a portal fails now and then
// this is never felt. When it is down, the calls stop to ask again after some
// thirty repeats, however many calls there are: who comes back with five times
// as many requests as usual keeps it down.
const (
	fullBudget = 500
	repeatCost = 14
)

// retryBudget counts what was spent. The zero value is a full budget.
type retryBudget struct{ spent atomic.Int64 }

// spend takes the cost of one repeat, and reports false where it is not there.
func (b *retryBudget) spend() bool {
	for {
		spent := b.spent.Load()
		if spent+repeatCost > fullBudget {
			return false
		}
		if b.spent.CompareAndSwap(spent, spent+repeatCost) {
			return true
		}
	}
}

// earn gives back for a call that succeeded at once.
func (b *retryBudget) earn() {
	for {
		spent := b.spent.Load()
		if spent == 0 || b.spent.CompareAndSwap(spent, spent-1) {
			return
		}
	}
}
