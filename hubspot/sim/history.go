package sim

import (
	"maps"
	"slices"
	"time"
)

// history keeps what records listed before requests changed it, for reads that
// come too early: those within the lag that the fact read-lag sets, and those
// that meet the fault "stale".
type history struct {
	write  int   // the request that changes records now, counted; 0: none does
	writes int   // such requests so far
	at     int64 // when the write began, in milliseconds since 1970
	last   int   // the write that changed a record last
	states map[*record]state
	// dusk is what the records that have changed since the last night began listed before;
	// nil where none has passed.
	dusk map[*record][]link
}

// state is what a record listed before a write.
type state struct {
	links []link
	write int
	at    int64
}

// readLag is how long reads can come too early where they can at all.
const readLag = 2 * time.Second

// manyStates is the number of states from which those that no read asks for any
// more are thrown away.
const manyStates = 1 << 14

// begin makes a write of what follows, until end.
func (h *history) begin(now int64) {
	h.writes++
	h.write, h.at = h.writes, now
	if len(h.states) > manyStates {
		maps.DeleteFunc(h.states, func(_ *record, s state) bool { return s.write != h.last && now-s.at >= readLag.Milliseconds() })
	}
}

func (h *history) end() { h.write = 0 }

// remember keeps the links of a record, once a write, and once a night. What a portal's
// text or a night changes is not a write.
func (r *record) remember() {
	h := r.typ.history
	if _, known := h.dusk[r]; h.dusk != nil && !known {
		h.dusk[r] = slices.Clone(r.links)
	}
	if h.write == 0 || h.states[r].write == h.write {
		return
	}
	h.states[r] = state{slices.Clone(r.links), h.write, h.at}
	h.last = h.write
}

// links are the associations of a record as this request sees them.
func (c *call) links(r *record) []link {
	h := c.portal.history
	s, changed := h.states[r]
	switch {
	case !changed:
	case c.meets("stale") && s.write == h.last:
		return s.links
	case c.portal.switches.ReadLag == "2s" && c.now()-s.at < readLag.Milliseconds():
		return s.links
	}
	return r.links
}

// meets reports whether the request meets a fault.
func (c *call) meets(name string) bool { return c.fault != nil && c.fault.Name == name }
