package export

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
	"time"

	"hubgraph/graphmodel"
)

// objects joins the nodes of the graph with what was read of each record; both
// come in the order of their keys.
func objects(s *graphmodel.Snapshot) iter.Seq2[Object, error] {
	return func(yield func(Object, error) bool) {
		records, stop := iter.Pull2(s.Records())
		defer stop()
		record, err, more := records()
		measures := s.Graph.Measure(hierarchy)
		n := 0
		for node := range s.Graph.Nodes() {
			if err != nil {
				yield(Object{}, err)
				return
			}
			row := Object{ObjectType: node.Type, ObjectID: node.ID, Seen: node.Seen}
			if node.Seen {
				row.Archived = &node.Archived
			}
			row.measure(measures[n])
			n++
			if more && record.Key == node.Key {
				row.describe(record)
				record, err, more = records()
			}
			if !yield(row, nil) {
				return
			}
		}
		if err == nil && more {
			err = fmt.Errorf("record %s is not in the graph, or comes twice or out of order", record.Key)
		}
		if err != nil {
			yield(Object{}, err)
		}
	}
}

// hierarchy says which association types make a company the parent of another:
// 14 leads from the child to the parent, 13 back (HubSpot's documentation, guide
// "Associate records").
func hierarchy(from, to string, t graphmodel.Type) (up, down bool) {
	if from != "companies" || to != "companies" || t.Category != "HUBSPOT_DEFINED" {
		return false, false
	}
	return t.ID == 14, t.ID == 13
}

func (o *Object) measure(m graphmodel.Measures) {
	o.Degree, o.Component = m.Degree, m.Component
	o.HierarchyDepth, o.HierarchyCycle, o.CycleID = m.HierarchyDepth, m.HierarchyCycle, m.CycleID
}

func (o *Object) describe(r graphmodel.Record) {
	archived := r.Archived || o.Archived != nil && *o.Archived
	o.Archived = &archived
	o.Name = text(r.Name)
	o.CreatedAt, o.UpdatedAt, o.CloseDate = r.CreatedAt, r.UpdatedAt, r.CloseDate
	o.OwnerID = r.OwnerID
	o.PipelineID, o.StageID = text(r.PipelineID), text(r.StageID)
	o.IsClosed, o.IsWon = r.IsClosed, r.IsWon
	o.Amount, o.Currency = amount(r.Amount), text(r.Currency)
	o.Domain, o.EmailDomain = text(r.Domain), text(r.EmailDomain)
	o.LifecycleStage = text(r.LifecycleStage)
	o.URL = text(r.URL)
	o.Properties = r.Properties
}

// text is nil for the empty text, which HubSpot uses for no value.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// amountDigits are the digits after the point of DECIMAL(18,4), and amountLimit
// is 10^18, which its unscaled value stays below.
const (
	amountDigits = 4
	amountLimit  = 1_000_000_000_000_000_000
)

// amount is a decimal text as the unscaled value of a DECIMAL(18,4), with half
// of the last digit rounded away from zero. It is nil for no number, and for one
// with more than 14 digits before the point.
func amount(s string) *int64 {
	digits, negative := strings.CutPrefix(s, "-")
	if !negative {
		digits = strings.TrimPrefix(s, "+")
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole+fraction == "" || strings.Trim(fraction, "0123456789") != "" {
		return nil
	}
	scaled := whole + (fraction + "00000")[:amountDigits+1] // a digit more, to round by
	tenths, err := strconv.ParseUint(scaled, 10, 64)
	if err != nil || tenths >= 10*amountLimit-5 {
		return nil
	}
	n := int64((tenths + 5) / 10)
	if negative {
		n = -n
	}
	return &n
}

// associations yields the rows of the graph, and counts them by association type
// on the way.
func associations(s *graphmodel.Snapshot, stats *stats) iter.Seq2[Association, error] {
	inverses := map[graphmodel.TypeKey]graphmodel.Type{}
	for _, d := range s.Definitions {
		if d.InverseSource != "" {
			key := graphmodel.TypeKey{From: d.From, To: d.To, Category: d.Category, ID: d.TypeID}
			inverses[key] = graphmodel.Type{Category: d.InverseCategory, ID: d.InverseTypeID}
		}
	}
	inverse := func(from, to string, t graphmodel.Type) (graphmodel.Type, bool) {
		i, ok := inverses[graphmodel.TypeKey{From: from, To: to, Category: t.Category, ID: t.ID}]
		return i, ok
	}
	read := newListings(s)
	labels := map[string]*string{"": nil}
	yes, no := true, false
	return func(yield func(Association, error) bool) {
		var last Association
		for r := range s.Graph.Rows(inverse, s.Aliases) {
			stats.count(r)
			label, ok := labels[r.Type.Label]
			if !ok {
				label = text(r.Type.Label)
				labels[r.Type.Label] = label
			}
			row := Association{
				FromType: r.From.Type, FromID: r.From.ID, ToType: r.To.Type, ToID: r.To.ID,
				Category: r.Type.Category, TypeID: r.Type.ID, Label: label, HasInverse: r.HasInverse, HasReverse: r.HasReverse, Live: &no,
			}
			if r.Live {
				row.Live = &yes
			}
			if noInverse, noReverse := isFalse(r.HasInverse), isFalse(r.HasReverse); (noInverse || noReverse) && !read.whole(r.To, r.From.Type) {
				if noInverse { // it may be among what was not read
					row.HasInverse = nil
				}
				if noReverse {
					row.HasReverse = nil
				}
			}
			if row.sameKey(&last) {
				yield(row, errTwice(row.key()))
				return
			}
			if !yield(row, nil) {
				return
			}
			last = row
		}
	}
}

func isFalse(b *bool) bool { return b != nil && !*b }

// listings says which lists of associations were read to their end.
type listings struct {
	cells   map[[2]string]bool // ordered pairs of object types that were read, but for records that are named
	lost    map[graphmodel.Listing]bool
	current map[graphmodel.Key]int64 // merged-away id -> the record that is left
}

func newListings(s *graphmodel.Snapshot) *listings {
	l := &listings{cells: map[[2]string]bool{}, lost: map[graphmodel.Listing]bool{}, current: map[graphmodel.Key]int64{}}
	for _, a := range s.Aliases {
		l.current[graphmodel.Key{Type: a.ObjectType, ID: a.OldID}] = a.CurrentID
	}
	named := map[[2]string]bool{}
	for _, g := range s.Gaps {
		if cell := [2]string{g.From, g.To}; g.Kind == "associations" && g.ID != nil {
			named[cell] = true
			l.lost[graphmodel.Listing{From: l.now(graphmodel.Key{Type: g.From, ID: *g.ID}), To: g.To}] = true
		}
	}
	for _, c := range s.Coverage {
		if cell := [2]string{c.From, c.To}; c.Kind == "associations" && c.Verdict != graphmodel.VerdictOutOfScope && (!c.Gap() || named[cell]) {
			l.cells[cell] = true
		}
	}
	for _, g := range s.Gaps {
		if g.Kind == "associations" && g.ID == nil {
			delete(l.cells, [2]string{g.From, g.To})
		}
	}
	return l
}

// now is a record under the id that is left after merges.
func (l *listings) now(k graphmodel.Key) graphmodel.Key {
	if id, merged := l.current[k]; merged {
		k.ID = id
	}
	return k
}

// whole reports whether all was read that a record lists of an object type.
func (l *listings) whole(k graphmodel.Key, to string) bool {
	return l.cells[[2]string{k.Type, to}] && !l.lost[graphmodel.Listing{From: l.now(k), To: to}]
}

// when is nil for the time that never was.
func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
