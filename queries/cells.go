package queries

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// A check judges what was read. What it needs without * it needs as a whole; what it
// needs with * it needs place by place: the records of an object type, or the
// associations of an ordered pair of types. Places that were not read are left out, and
// what was found in them before stays as it was.

// place is what is judged as one: an object type, an ordered pair of object types, or,
// where it is empty, all that a check needs.
type place struct{ from, to string }

// cell is a row of coverage.
type cell struct {
	kind, from, to string
	complete       bool
	readable       bool // complete, but for a few records, which gaps names
	outOfScope     bool // the crawl was not to read it
	reason         string
}

func (c cell) String() string { return Need{c.kind, c.from, c.to}.String() }

// cells are the rows of coverage of a snapshot.
type cells map[Need]cell

// evidence is what findings are looked for in.
type evidence struct {
	lacksBaseline *lack // nil: there is one
	cells         cells
	earlier       cells // of the baseline
	live          map[string]bool
}

func readEvidence(ctx context.Context, db *sql.DB, lacksBaseline *lack) (*evidence, error) {
	e := &evidence{lacksBaseline: lacksBaseline, live: map[string]bool{}}
	var err error
	if e.cells, err = readCells(ctx, db, "coverage"); err != nil {
		return nil, err
	}
	if e.earlier, err = readCells(ctx, db, "baseline_coverage"); err != nil {
		return nil, err
	}
	err = each(ctx, db, "SELECT DISTINCT object_type FROM objects WHERE seen AND NOT archived", nil, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		e.live[name] = true
		return err
	})
	return e, err
}

func readCells(ctx context.Context, db *sql.DB, table string) (cells, error) {
	found := cells{}
	query := "SELECT kind, from_type, coalesce(to_type, ''), complete, coalesce(readable, complete), coalesce(verdict, '') = 'out_of_scope', coalesce(reason, '') FROM " + table
	err := each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var c cell
		err := rows.Scan(&c.kind, &c.from, &c.to, &c.complete, &c.readable, &c.outOfScope, &c.reason)
		found[Need{c.kind, c.from, c.to}] = c
		return err
	})
	return found, err
}

// Cause is the kind of reason for which a check is skipped.
type Cause string

const (
	// NoEvidence: the crawl did not read what the check needs, though it was to.
	NoEvidence Cause = "no_evidence"
	// OutOfScope: the crawl was not to read what the check needs.
	OutOfScope Cause = "out_of_scope"
	// NoBaseline: there are earlier nights, but none to compare with.
	NoBaseline Cause = "no_baseline"
	// FirstNight: there is no earlier night.
	FirstNight Cause = "first_night"
	// NoRecords: the portal has no record of a type that the check is about.
	NoRecords Cause = "no_records"
	// NoPolicy: the check is about a policy, and nobody has set one.
	NoPolicy Cause = "no_policy"
	// WrongPolicy: the policy names what the portal does not have; the status is Error.
	WrongPolicy Cause = "wrong_policy"
	// TurnedOff: the settings say that the check is not to run.
	TurnedOff Cause = "off"
)

// lack is why a check is skipped, or a place left out.
type lack struct {
	cause Cause
	text  string
	cell  cell // of NoEvidence
}

func (l lack) Error() string { return l.text }

// one looks for one cell. The way back stands for one that was not to be read, where it
// is complete: whom a record that is lacking there would have named, nobody knows.
func (c cells) one(n Need, where string) *lack {
	found, ok := c[n]
	if !ok {
		return &lack{cause: OutOfScope, text: fmt.Sprintf("out of scope: %s were not crawled%s", n, where)}
	}
	read := found.readable
	if found.outOfScope {
		back, ok := c[Need{n.Kind, n.To, n.From}]
		if !ok || back.outOfScope {
			return &lack{cause: OutOfScope, text: fmt.Sprintf("out of scope: %s were not crawled%s", n, where)}
		}
		found, read = back, back.complete
	}
	if read {
		return nil
	}
	text := fmt.Sprintf("no evidence: %s is incomplete%s", found, where)
	if found.reason != "" {
		text += ": " + found.reason
	}
	return &lack{NoEvidence, text, found}
}

// both looks for the cells of both directions, each of which must have been read itself.
func (c cells) both(p place, where string) *lack {
	directions := []Need{{"associations", p.from, p.to}, {"associations", p.to, p.from}}
	for _, n := range directions {
		if found, ok := c[n]; !ok || found.outOfScope {
			return &lack{cause: OutOfScope, text: fmt.Sprintf("out of scope: %s were not crawled%s, only the way back", n, where)}
		}
	}
	for _, n := range directions {
		if l := c.one(n, where); l != nil {
			return l
		}
	}
	return nil
}

// wayBack looks for the cell of the way back, where that was to be read.
func (c cells) wayBack(p place, where string) *lack {
	back := Need{"associations", p.to, p.from}
	if found, ok := c[back]; !ok || found.outOfScope {
		return nil
	}
	return c.one(back, where)
}

// ground is what a check can judge.
type ground struct {
	skip    *lack          // nil: something
	read    map[place]bool // nil: all that it needs, as a whole
	leftOut []string       // cells that were to be read and were not, in order
}

// withoutTypes names the object types that a check cannot do without and that were not to
// be crawled.
func (c cells) withoutTypes(check Check) *lack {
	var without []string
	for _, n := range check.Needs {
		if n.Kind == "objects" && wildcard(n.From) && n.From != "*" && len(c.inOrder(n)) == 0 {
			without = append(without, strings.ReplaceAll(n.From, "|", " or "))
		}
		if _, asked := c[n]; n.Kind == "objects" && n.fixed() && !asked {
			without = append(without, n.From)
		}
	}
	if without == nil {
		return nil
	}
	return &lack{cause: OutOfScope, text: fmt.Sprintf("out of scope: %s were not crawled", strings.Join(without, ", "))}
}

// judged reports whether a place was read.
func (g ground) judged(p place) bool { return g.read == nil || g.read[p] }

// ground finds out what a check can judge.
func (e *evidence) ground(c Check) ground {
	nights := []struct {
		cells cells
		where string
	}{{e.cells, ""}}
	if c.needs("baseline") {
		if e.lacksBaseline != nil {
			return ground{skip: e.lacksBaseline}
		}
		nights = append(nights, struct {
			cells cells
			where string
		}{e.earlier, " in the baseline"})
	}
	if l := e.cells.withoutTypes(c); l != nil {
		return ground{skip: l}
	}
	for _, n := range c.Needs {
		if n.Kind == "records" && !e.live[n.From] {
			return ground{skip: &lack{cause: NoRecords, text: fmt.Sprintf("nothing to check: the portal has no %s", n.From)}}
		}
		for _, night := range nights {
			if n.fixed() {
				if l := night.cells.one(n, night.where); l != nil {
					return ground{skip: l}
				}
			}
		}
	}
	if !slices.ContainsFunc(c.Needs, Need.wide) {
		return ground{}
	}
	g := ground{read: map[place]bool{}}
	var lacks []lack
	for _, p := range e.places(c) {
		var l *lack
		for _, night := range nights {
			if l == nil {
				l = night.cells.lack(c, p, night.where)
			}
		}
		if l == nil {
			g.read[p] = true
			continue
		}
		lacks = append(lacks, *l)
		if name := l.cell.String(); l.cause == NoEvidence && !slices.Contains(g.leftOut, name) {
			g.leftOut = append(g.leftOut, name)
		}
	}
	if len(g.read) == 0 {
		g.skip = &lack{cause: OutOfScope, text: "out of scope: nothing of what it needs was crawled"}
		for _, l := range lacks {
			if g.skip.cause != NoEvidence {
				g.skip = &l
			}
		}
		g.leftOut = nil
	}
	return g
}

// places lists those that a check could judge, in order: the cells of the snapshot's own
// coverage say which there are.
func (e *evidence) places(c Check) []place {
	kind := "objects"
	if !c.aboutRecords() {
		if kind = "types"; c.needs("associations") {
			kind = "associations"
		}
	}
	var places []place
	for _, n := range e.cells.inOrder(Need{kind, "*", "*"}) {
		if !slices.ContainsFunc(c.Needs, func(need Need) bool { return need.Kind == kind && need.wide() && !need.covers(n) }) {
			places = append(places, place{n.From, n.To})
		}
	}
	return places
}

// inOrder lists the cells that a need covers.
func (c cells) inOrder(n Need) []Need {
	var covered []Need
	for cell := range c {
		if n.covers(cell) {
			covered = append(covered, cell)
		}
	}
	slices.SortFunc(covered, func(a, b Need) int { return compareTexts(a.From, b.From, a.To, b.To) })
	return covered
}

// lack finds what a check needs of a place and was not read; first what was not to be.
func (c cells) lack(check Check, p place, where string) (worst *lack) {
	note := func(l *lack) {
		if l != nil && (worst == nil || l.cause == OutOfScope && worst.cause != OutOfScope) {
			worst = l
		}
	}
	for _, n := range check.Needs {
		if !n.wide() {
			continue
		}
		switch {
		case n.Kind == "directions":
			note(c.both(p, where))
		case n.Kind == "objects":
			note(c.one(Need{"objects", p.from, ""}, where))
			if p.to != "" {
				note(c.one(Need{"objects", p.to, ""}, where))
			}
		case n.Kind == "sides":
			note(c.wayBack(p, where))
		case p.to != "":
			note(c.one(Need{n.Kind, p.from, p.to}, where))
			if n.Kind == "associations" && check.needs("baseline") {
				note(c.wayBack(p, where)) // a difference that one end alone shows is none
			}
		default: // of records, all pairs that start from them
			for _, other := range c.inOrder(n) {
				if other.From == p.from {
					note(c.one(other, where))
				}
			}
		}
	}
	return worst
}

// notCompared lists the object types that were read in this night, and not in the baseline.
func (e *evidence) notCompared() []string {
	var names []string
	for _, n := range e.cells.inOrder(Need{"objects", "*", ""}) {
		if _, read := e.earlier[n]; !read && e.lacksBaseline == nil && e.cells[n].readable {
			names = append(names, n.From)
		}
	}
	return names
}
