package export

import (
	"cmp"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"hubgraph/graphmodel"
)

// stats counts rows of associations by association type.
type stats struct {
	of map[graphmodel.TypeKey]*stat

	recent [4]*stat // rows of few types come in turn
	oldest int
}

type stat struct {
	key            graphmodel.TypeKey
	edges, records int64
	last           graphmodel.Key // the record of the last row: rows come ordered by it
}

// newStats starts at zero for every type that is defined: that a type is not
// used is worth a row.
func newStats(definitions []graphmodel.Definition) *stats {
	s := &stats{of: map[graphmodel.TypeKey]*stat{}}
	for _, d := range definitions {
		s.find(graphmodel.TypeKey{From: d.From, To: d.To, Category: d.Category, ID: d.TypeID})
	}
	return s
}

func (s *stats) count(r graphmodel.Row) {
	key := graphmodel.TypeKey{From: r.From.Type, To: r.To.Type, Category: r.Type.Category, ID: r.Type.ID}
	c := s.find(key)
	if c.edges == 0 || c.last != r.From {
		c.records++
		c.last = r.From
	}
	c.edges++
}

// find finds the sums of a type among those of the last rows first: to hash a key of
// three texts takes longer.
func (s *stats) find(key graphmodel.TypeKey) *stat {
	for _, c := range s.recent {
		if c != nil && c.key == key {
			return c
		}
	}
	c, ok := s.of[key]
	if !ok {
		c = &stat{key: key}
		s.of[key] = c
	}
	s.recent[s.oldest] = c
	s.oldest = (s.oldest + 1) % len(s.recent)
	return c
}

func (s *stats) rows() []AssociationStat {
	var rows []AssociationStat
	for k, c := range maps.All(s.of) {
		rows = append(rows, AssociationStat{k.From, k.To, k.Category, k.ID, c.edges, c.records})
	}
	slices.SortFunc(rows, func(a, b AssociationStat) int {
		return cmp.Or(strings.Compare(a.FromType, b.FromType), strings.Compare(a.ToType, b.ToType),
			strings.Compare(a.Category, b.Category), cmp.Compare(a.TypeID, b.TypeID))
	})
	return rows
}

func associationTypes(definitions []graphmodel.Definition) []AssociationType {
	rows := make([]AssociationType, 0, len(definitions))
	for _, d := range definitions {
		row := AssociationType{
			FromType: d.From, ToType: d.To, Category: d.Category, TypeID: d.TypeID,
			Name: text(d.Name), Label: text(d.Label), InverseSource: text(d.InverseSource),
			IsDefault: d.Default, IsPrimary: d.Primary, MaxTo: d.MaxTo,
		}
		if d.Label != "" {
			key := labelKey(d.Label)
			row.LabelKey = &key
		}
		if d.InverseSource != "" {
			row.InverseCategory, row.InverseTypeID = text(d.InverseCategory), &d.InverseTypeID
		}
		if d.InverseSource == "learned" {
			row.InverseSupport, row.InverseOverlap = &d.InverseSupport, &d.InverseOverlap
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b AssociationType) int {
		return cmp.Or(strings.Compare(a.FromType, b.FromType), strings.Compare(a.ToType, b.ToType),
			strings.Compare(a.Category, b.Category), cmp.Compare(a.TypeID, b.TypeID))
	})
	return rows
}

// CoverageOf is what was asked of the portal, in the order of the table coverage.
func CoverageOf(s *graphmodel.Snapshot) []Coverage {
	rows := make([]Coverage, 0, len(s.Coverage))
	for _, c := range s.Coverage {
		readable := c.Verdict != graphmodel.VerdictOutOfScope && c.ReadBut(s.Gaps)
		var verified *bool
		if c.Kind == "objects" {
			held := c.Expected != nil
			verified = &held
		}
		rows = append(rows, Coverage{
			Unreadable: &c.Unreadable, Readable: &readable, Verified: verified,
			Kind: c.Kind, FromType: c.From, ToType: text(c.To),
			Requested: c.Requested, Received: c.Received, Empty: c.Empty, Failed: c.Failed, Unread: c.Unread,
			Expected: c.Expected, Complete: c.Complete, Verdict: string(c.Outcome()), Reason: text(c.Reason), StartedAt: when(c.StartedAt), FinishedAt: when(c.FinishedAt),
		})
	}
	slices.SortFunc(rows, func(a, b Coverage) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.FromType, b.FromType), comparePointers(a.ToType, b.ToType))
	})
	return rows
}

func gaps(list []graphmodel.Gap) []Gap {
	rows := make([]Gap, len(list))
	for i, g := range list {
		rows[i] = Gap{g.Kind, g.From, g.ID, text(g.To), g.Reason}
	}
	return rows
}

// comparePointers orders nil before every text.
func comparePointers(a, b *string) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return strings.Compare(*a, *b)
}

func aliases(list []graphmodel.Alias) []Alias {
	rows := make([]Alias, 0, len(list))
	for _, a := range list {
		rows = append(rows, Alias(a))
	}
	slices.SortFunc(rows, func(a, b Alias) int {
		return cmp.Or(strings.Compare(a.ObjectType, b.ObjectType), cmp.Compare(a.OldID, b.OldID))
	})
	return rows
}

func pipelines(stages []graphmodel.Stage) []Stage {
	rows := make([]Stage, 0, len(stages))
	for _, s := range stages {
		rows = append(rows, Stage(s))
	}
	slices.SortFunc(rows, func(a, b Stage) int {
		return cmp.Or(strings.Compare(a.ObjectType, b.ObjectType), strings.Compare(a.PipelineID, b.PipelineID),
			cmp.Compare(a.Position, b.Position), strings.Compare(a.StageID, b.StageID))
	})
	return rows
}

func owners(list []graphmodel.Owner) []Owner {
	rows := make([]Owner, 0, len(list))
	for _, o := range list {
		rows = append(rows, Owner{o.ID, text(o.Name), o.Archived})
	}
	slices.SortFunc(rows, func(a, b Owner) int { return cmp.Compare(a.OwnerID, b.OwnerID) })
	return rows
}

func objectTypes(types []graphmodel.ObjectType) []ObjectType {
	rows := make([]ObjectType, 0, len(types))
	for _, t := range types {
		rows = append(rows, ObjectType{t.Name, t.ID, t.Singular, text(t.Label), t.Custom})
	}
	slices.SortFunc(rows, func(a, b ObjectType) int { return strings.Compare(a.ObjectType, b.ObjectType) })
	return rows
}

// keyed is a row that has a key, unique in its table.
type keyed interface{ key() any }

func errTwice(key any) error { return fmt.Errorf("two rows have the key %v", key) }

// All yields rows that are in memory. Two rows with one key are an error.
func All[Row any](rows []Row) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		seen := map[any]bool{}
		for _, row := range rows {
			var err error
			if of, ok := any(row).(keyed); ok {
				key := of.key()
				if seen[key] {
					err = errTwice(key)
				}
				seen[key] = true
			}
			if !yield(row, err) || err != nil {
				return
			}
		}
	}
}

// value is what a pointer leads to, and zero for nil.
func value[V any](p *V) (v V) {
	if p != nil {
		v = *p
	}
	return v
}
