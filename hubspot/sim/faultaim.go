package sim

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// aim says whether a kind of fault is about records that it names.
type aim int

const (
	unaimed aim = iota
	mayAim      // without names it fits them all, and is about the first result
	mustAim
)

// front is what stands in front of the parameter of some kinds.
type front struct {
	records []recordName
	times   int // that each of the records is hit in one place; 0: always
	number  int // of a batch's inputs
}

// recordName names a record, as ID or TYPE:ID.
type recordName struct {
	typ string // empty: of any object type
	id  string
}

var (
	recordNames = regexp.MustCompile(`^([^:, ]+:)?[0-9]+(,([^:, ]+:)?[0-9]+)*$`)
	hitTimes    = regexp.MustCompile(`^x[1-9][0-9]{0,8}$`)
)

// cut takes what stands in front of a parameter off it.
func (k faultKind) cut(text string) (front, string, error) {
	word, rest, _ := strings.Cut(text, " ")
	switch {
	case k.above:
		n, err := strconv.Atoi(word)
		if err != nil || n < 0 {
			return front{}, "", fmt.Errorf("expected how many inputs are taken")
		}
		return front{number: n}, rest, nil
	case k.aim == unaimed || k.aim == mayAim && !recordNames.MatchString(word):
		return front{}, text, nil
	case !recordNames.MatchString(word):
		return front{}, "", fmt.Errorf("expected the ids of records, such as 301 or 301,305 or deals:301")
	}
	f := front{records: recordsOf(word)}
	if word, behind, _ := strings.Cut(rest, " "); hitTimes.MatchString(word) {
		f.times, rest = paramNumber(word[1:]), behind
	}
	return f, rest, nil
}

// recordsOf reads names of records that were checked.
func recordsOf(text string) []recordName {
	var list []recordName
	for name := range strings.SplitSeq(text, ",") {
		at := strings.LastIndexByte(name, ':')
		list = append(list, recordName{name[:max(at, 0)], name[at+1:]})
	}
	return list
}

// known checks that the portal has the object types of the records that a fault
// names.
func (f Fault) known(p *Portal) error {
	front, _, _ := faultKinds[f.Name].cut(f.Param) // checked
	for _, n := range front.records {
		if n.typ != "" && p.typeOf(n.typ) == nil {
			return fmt.Errorf("the portal has no object type %q", n.typ)
		}
	}
	return nil
}

// takes describes what a kind takes as its parameter.
func (k faultKind) takes() string {
	var words []string
	switch {
	case k.above:
		words = append(words, "INPUTS")
	case k.aim == mayAim:
		words = append(words, "[IDS [xTIMES]]")
	case k.aim == mustAim:
		words = append(words, "IDS [xTIMES]")
	}
	switch own := k.param.String(); {
	case k.inner != "":
		words = append(words, "[FAULT [PARAM]] ("+k.inner+")")
	case own != "" && k.aim != unaimed:
		words = append(words, "["+own+"]")
	case own != "":
		words = append(words, own)
	}
	return strings.Join(words, " ")
}

// asks are the inputs of a batch.
func (c *call) asks() []any { return rows(decoded(c.body), "inputs") }

// mentioned are the ids of the records that a request asks for, and of those
// that are the rows of its answer.
func (c *call) mentioned() map[string]bool {
	ids := map[string]bool{}
	if c.route == nil || !namesType(c) {
		return ids
	}
	for _, place := range []string{"id", "fromId"} {
		ids[c.places[place]] = true
	}
	for _, input := range c.asks() {
		ids[subject(input)] = true
	}
	if listsRecords(c) {
		a := c.serve()
		for _, row := range rows(decoded(a.bytes(c)), "results") {
			ids[subject(row)] = true
		}
	}
	return ids
}

// listsRecords reports whether the rows of an answer are records.
func listsRecords(c *call) bool {
	return slices.Contains([]string{"list", "search", "read"}, c.operation)
}

// of reports whether a request is about records of an object type.
func (c *call) of(name string) bool {
	if name == "" {
		return true
	}
	types := c.ofTypes()
	c.portal.mu.RLock()
	defer c.portal.mu.RUnlock()
	return len(types) > 0 && c.portal.typeOf(name) == types[0]
}

// ofTypes are the object types of a path, for who does not serve it.
func (c *call) ofTypes() []*objectType {
	c.portal.mu.RLock()
	defer c.portal.mu.RUnlock()
	types, _ := c.types() // without those, the request is refused
	return types
}

// named counts the records of a rule that a request mentions, and gives those
// that it hits.
func (r *rule) named(c *call, mentioned func() map[string]bool) []string {
	var hit []string
	for _, n := range r.front.records {
		if !c.of(n.typ) || !r.kind.unseen && !mentioned()[n.id] {
			continue
		}
		place := c.request.Method + c.request.URL.Path + "#" + n.id
		if r.asked[place]++; r.front.times == 0 || r.asked[place] <= r.front.times {
			hit = append(hit, n.id)
		}
	}
	return hit
}

// subject is the id of the record that a result or an input is about.
func subject(result any) string {
	row, _ := result.(map[string]any)
	id := row["id"]
	for _, end := range []string{"from", "to"} {
		if nested, ok := row[end].(map[string]any); ok && id == nil {
			id = nested["id"]
		}
	}
	if id == nil {
		id = row["fromObjectId"]
	}
	return textOf(id)
}

// eachResult makes an edit of a record's result one of a document.
func eachResult(edit func(map[string]any, string)) func(*document, string) {
	return func(d *document, param string) {
		for _, result := range rows(d.fields, "results") {
			if d.hits(result) {
				edit(result.(map[string]any), param)
			}
		}
	}
}

// hits reports whether a fault is about the record of a result.
func (d *document) hits(result any) bool { return slices.Contains(d.call.hit, subject(result)) }
