package queries

import (
	"fmt"
	"slices"
	"strings"
)

// Need is evidence that a check cannot do without. Kind is one of
//
//	objects TYPE           all records of the type were listed
//	associations FROM TO   all associations of the ordered pair were read, from
//	                       either side where the crawl was to read one only
//	directions             each pair was read from both sides
//	sides                  so it was where the crawl was to read both: whoever says that
//	                       neither side lists something has to have read each
//	types FROM TO          so were the definitions of its association types
//	records TYPE           the portal has at least one live record of the type
//	baseline               there is a baseline, which meets the other needs too
//	setting NAME           somebody has set it: without a policy there is nothing to check
//	results                of the other checks: it is run behind them
//	nothing                it is about the crawl itself, whatever that has read
//
// and * stands for the types of a finding, a|b for those of these that the crawl was to
// read: what such a need asks for is judged place by place, see ground. Of single records, named in gaps, a cell may lack what it
// says: see unread.
type Need struct {
	Kind     string
	From, To string
}

// String gives the form that a header holds.
func (n Need) String() string {
	return strings.Join(slices.DeleteFunc([]string{n.Kind, n.From, n.To}, func(s string) bool { return s == "" }), " ")
}

// operands is the number of object types that follow each kind of need.
var operands = map[string]int{"objects": 1, "associations": 2, "types": 2, "records": 1, "directions": 0, "sides": 0, "baseline": 0, "setting": 1, "results": 0, "nothing": 0}

func parseNeeds(s string) ([]Need, error) {
	var needs []Need
	for _, part := range list(s) {
		words := strings.Fields(part)
		if len(words) == 0 {
			return nil, fmt.Errorf("there is nothing between two commas")
		}
		count, known := operands[words[0]]
		if !known || len(words) != count+1 || (words[0] == "records" || words[0] == "setting") && wildcard(words[1]) {
			return nil, fmt.Errorf("%q is no need: write objects TYPE, associations FROM TO, types FROM TO (* for every type, a|b for some), records TYPE, directions, sides, baseline, setting NAME, results, or nothing", part)
		}
		words = append(words, "", "")
		needs = append(needs, Need{words[0], words[1], words[2]})
	}
	return needs, nil
}

// wildcard reports whether a word of a need stands for several object types.
func wildcard(word string) bool { return word == "*" || strings.Contains(word, "|") }

// wide reports whether the need is met place by place.
func (n Need) wide() bool {
	return wildcard(n.From) || wildcard(n.To) || n.Kind == "directions" || n.Kind == "sides"
}

// fixed reports whether the need is of one cell.
func (n Need) fixed() bool { return n.ofCells() && !n.wide() }

// ofCells reports whether cells of the coverage meet the need.
func (n Need) ofCells() bool {
	return n.Kind == "objects" || n.Kind == "associations" || n.Kind == "types"
}

// covers reports whether a cell is one that the need asks for.
func (n Need) covers(cell Need) bool {
	return n.Kind == cell.Kind && stands(n.From, cell.From) && stands(n.To, cell.To)
}

// stands reports whether a word of a need stands for an object type.
func stands(word, name string) bool {
	return word == "*" || word == name || wildcard(word) && slices.Contains(strings.Split(word, "|"), name)
}

// needs reports whether a check has a need of a kind.
func (c Check) needs(kind string) bool {
	return slices.ContainsFunc(c.Needs, func(n Need) bool { return n.Kind == kind })
}

// aboutRecords reports whether the check's findings are of single records.
func (c Check) aboutRecords() bool { return slices.Contains(c.Identity, "subject_type") }

// needsLink reports whether the check looks at associations from one object type to another.
func (c Check) needsLink(from, to string) bool {
	return slices.ContainsFunc(c.Needs, func(n Need) bool { return n.covers(Need{"associations", from, to}) })
}
