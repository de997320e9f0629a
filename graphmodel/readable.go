package graphmodel

import "slices"

// fewGaps is the part of a cell's inputs that may be missing, each named, for the
// cell to count as read but for these: one in so many, and at least one.
const fewGaps = 1000

// ReadBut reports whether a cell was read, but for a few records that gaps name: at
// most a thousandth of its inputs, and at least one. Of a cell that was read
// completely, or was not to be read, it is true.
func (c Coverage) ReadBut(gaps []Gap) bool {
	if !c.Gap() {
		return true
	}
	var named int64
	for _, g := range gaps {
		if g.Kind != c.Kind || g.From != c.From || g.To != c.To {
			continue
		}
		if g.ID == nil {
			return false
		}
		named++
	}
	return named > 0 && named == c.Failed+c.Unread && named <= max(1, c.Requested/fewGaps)
}

// Readable reports whether each cell of a snapshot was read, but for a few records
// that are named: such a night can be audited, and others compared with it. It may
// lack the owners.
func (s *Snapshot) Readable() bool {
	return !slices.ContainsFunc(s.Coverage, func(c Coverage) bool { return c.Kind != OwnersKind && !c.ReadBut(s.Gaps) })
}
