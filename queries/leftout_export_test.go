package queries

import "cmp"

// CellOf is a cell without which nothing can be said of a finding of the check: one of
// associations where there is one, else of records or definitions.
func (c Check) CellOf(f Finding) (Need, bool) {
	at := placeOf(c, f)
	for _, kind := range []string{"associations", "types", "objects"} {
		for _, n := range c.Needs {
			if n.Kind != kind {
				continue
			}
			cell := n
			if wildcard(n.From) {
				cell.From = at.from
			}
			if wildcard(n.To) {
				cell.To = cmp.Or(at.to, "contacts") // of records, any of several pairs
			}
			return cell, true
		}
	}
	return Need{}, false
}
