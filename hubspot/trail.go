package hubspot

import (
	"fmt"
	"iter"
	"maps"
)

// mostUseless is how many pages in a row may bring nothing and name a next one.
const mostUseless = 3

// trail is the way along the pages of one list. It reports when the cursors lead
// in a circle, or on for ever.
type trail struct {
	cursors map[string]bool // that were sent or named
	pages   map[uint64]bool // digests of the pages that went on
	useless int             // pages in a row that brought nothing new
}

func newTrail(after string) *trail {
	return &trail{cursors: map[string]bool{after: true}, pages: map[uint64]bool{}}
}

func (t *trail) clone() *trail {
	return &trail{maps.Clone(t.cursors), maps.Clone(t.pages), t.useless}
}

// step takes in a page of these records that names a next one.
func (t *trail) step(after string, records iter.Seq[int64]) error {
	if t.cursors[after] {
		return fmt.Errorf("%w: a cursor comes back, so its pages go in a circle", ErrMalformed)
	}
	t.cursors[after] = true
	page, n := uint64(0), 0
	for id := range records {
		page += mixed(uint64(id))
		n++
	}
	t.useless++
	if n > 0 && !t.pages[page] {
		t.pages[page], t.useless = true, 0
	}
	if t.useless >= mostUseless {
		return fmt.Errorf("%w: %d pages in a row bring nothing new and name a next one", ErrMalformed, t.useless)
	}
	return nil
}

// mixed spreads an id over 64 bits, so that sums of them distinguish sets (the
// finalizer of splitmix64).
func mixed(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
