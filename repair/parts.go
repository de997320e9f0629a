package repair

import (
	"fmt"
	"slices"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/internal/sentence"
)

// Parts say which part of a plan is made. The zero value is all of it.
type Parts struct {
	Only []Selector // operations that all of these pick
	// Findings are the fingerprints of the findings that the operations repair; nil: of any.
	Findings map[string]bool
	Except   []int // numbers of operations of the plan with these flags, and without this one
	Limit    int   // at most so many; 0: all
}

// Selector picks operations: those of one record, or those with values in some columns.
type Selector struct {
	record *graphmodel.Key
	values map[string]string
}

// columns are what a selector can name.
var columns = map[string]func(Operation) []string{
	"class":     func(o Operation) []string { return []string{o.Class} },
	"source":    func(o Operation) []string { return []string{o.Source} },
	"check":     func(o Operation) []string { return []string{textOf(o.Check)} },
	"from_type": func(o Operation) []string { return []string{o.FromType} },
	"from_id":   func(o Operation) []string { return []string{fmt.Sprint(o.FromID)} },
	"to_type":   func(o Operation) []string { return []string{o.ToType} },
	"to_id":     func(o Operation) []string { return []string{fmt.Sprint(o.ToID)} },
	"label":     func(o Operation) []string { return o.Labels },
	"type": func(o Operation) []string {
		names := make([]string, len(o.Types))
		for i, t := range o.Types {
			names[i] = t.String()
		}
		return names
	},
}

// ParseSelector reads TYPE:ID, or COLUMN=VALUE with commas between several.
func ParseSelector(text string) (Selector, error) {
	if !strings.Contains(text, "=") {
		k, err := graphmodel.ParseKey(text)
		if err != nil {
			return Selector{}, sentence.New(ErrUsage, "--only %s: write a record, such as deals:123, or COLUMN=VALUE with commas between several, of %s", text, columnNames())
		}
		return Selector{record: &k}, nil
	}
	s := Selector{values: map[string]string{}}
	for part := range strings.SplitSeq(text, ",") {
		name, value, _ := strings.Cut(part, "=")
		if columns[name] == nil {
			return Selector{}, sentence.New(ErrUsage, "--only %s: an operation has no column %q; there are %s", text, name, columnNames())
		}
		s.values[name] = value
	}
	return s, nil
}

func columnNames() string {
	var names []string
	for name := range columns {
		names = append(names, name)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// picks reports whether the selector picks an operation.
func (s Selector) picks(o *Operation) bool {
	if s.record != nil {
		return o.ends().from == *s.record || o.ends().to == *s.record
	}
	for name, value := range s.values {
		if !slices.Contains(columns[name](*o), value) {
			return false
		}
	}
	return true
}

// picks reports whether all selectors pick an operation.
func (p Parts) picks(o *Operation) bool {
	if p.Findings != nil && !p.Findings[textOf(o.Fingerprint)] {
		return false
	}
	return !slices.ContainsFunc(p.Only, func(s Selector) bool { return !s.picks(o) })
}

// of takes the part of the operations, in place.
func (p Parts) of(all []proposal) ([]proposal, error) {
	part := slices.DeleteFunc(all, func(op proposal) bool { return !p.picks(&op.Operation) })
	for _, n := range p.Except {
		if n < 1 || n > len(part) {
			return nil, sentence.New(ErrUsage, "--except %d: there is no such operation, the plan without it has %d", n, len(part))
		}
	}
	kept := part[:0]
	for i, op := range part {
		if !slices.Contains(p.Except, i+1) {
			kept = append(kept, op)
		}
	}
	if p.Limit > 0 && len(kept) > p.Limit {
		kept = kept[:p.Limit]
	}
	return kept, nil
}
