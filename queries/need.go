package queries

import (
	"context"
	"database/sql"
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
//	types FROM TO          so were the definitions of its association types
//	records TYPE           the portal has at least one live record of the type
//	baseline               there is a baseline, which meets the other needs too
//
// and * stands for every type that the crawl covers. Of single records, named in
// gaps, a cell may lack what it says: see unread.
type Need struct {
	Kind     string
	From, To string
}

// String gives the form that a header holds.
func (n Need) String() string {
	return strings.Join(slices.DeleteFunc([]string{n.Kind, n.From, n.To}, func(s string) bool { return s == "" }), " ")
}

// operands is the number of object types that follow each kind of need.
var operands = map[string]int{"objects": 1, "associations": 2, "types": 2, "records": 1, "directions": 0, "baseline": 0}

func parseNeeds(s string) ([]Need, error) {
	var needs []Need
	for _, part := range list(s) {
		words := strings.Fields(part)
		if len(words) == 0 {
			return nil, fmt.Errorf("there is nothing between two commas")
		}
		count, known := operands[words[0]]
		if !known || len(words) != count+1 || words[0] == "records" && words[1] == "*" {
			return nil, fmt.Errorf("%q is no need: write objects TYPE, associations FROM TO, types FROM TO (* for every type), records TYPE, directions, or baseline", part)
		}
		words = append(words, "", "")
		needs = append(needs, Need{words[0], words[1], words[2]})
	}
	return needs, nil
}

// covers reports whether a cell is one that the need asks for.
func (n Need) covers(c cell) bool {
	return n.Kind == c.kind && (n.From == "*" || n.From == c.from) && (n.To == "*" || n.To == c.to)
}

// cell is a row of coverage.
type cell struct {
	kind, from, to string
	complete       bool
	readable       bool // complete, but for a few records, which gaps names
	outOfScope     bool // the crawl was not to read it
	reason         string
}

func (c cell) String() string { return Need{c.kind, c.from, c.to}.String() }

// evidence is what there is to look for findings in.
type evidence struct {
	baseline bool
	cells    []cell // of the snapshot
	earlier  []cell // of the baseline
	live     map[string]bool
}

func readEvidence(ctx context.Context, db *sql.DB, baseline bool) (*evidence, error) {
	e := &evidence{baseline: baseline, live: map[string]bool{}}
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

func readCells(ctx context.Context, db *sql.DB, table string) (cells []cell, err error) {
	query := "SELECT kind, from_type, coalesce(to_type, ''), complete, coalesce(readable, complete), coalesce(verdict, '') = 'out_of_scope', coalesce(reason, '') FROM " + table + " ORDER BY kind, from_type, to_type"
	err = each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var c cell
		err := rows.Scan(&c.kind, &c.from, &c.to, &c.complete, &c.readable, &c.outOfScope, &c.reason)
		cells = append(cells, c)
		return err
	})
	return cells, err
}

// lacks says why a check with these needs has to be skipped, and is empty where
// it can run.
func (e *evidence) lacks(needs []Need) string {
	if slices.ContainsFunc(needs, func(n Need) bool { return n.Kind == "baseline" }) {
		if !e.baseline {
			return "no baseline"
		}
		if reason := gap(needs, e.earlier, " in the baseline"); reason != "" {
			return reason
		}
	}
	if reason := gap(needs, e.cells, ""); reason != "" {
		return reason
	}
	for _, n := range needs {
		if n.Kind == "records" && !e.live[n.From] {
			return fmt.Sprintf("nothing to check: the portal has no %s", n.From)
		}
	}
	return ""
}

// gap finds the first need that the cells do not meet.
func gap(needs []Need, cells []cell, where string) string {
	for _, n := range needs {
		switch n.Kind {
		case "baseline", "records":
			continue
		case "directions":
			if i := slices.IndexFunc(cells, func(c cell) bool { return c.outOfScope }); i >= 0 {
				return fmt.Sprintf("out of scope: %s were not crawled%s, only the way back", cells[i], where)
			}
			continue
		}
		found, broken := 0, []cell(nil)
		for _, c := range cells {
			if !n.covers(c) {
				continue
			}
			found++
			read := c.readable
			if c.outOfScope {
				c = wayBack(cells, c)
				read = c.complete // whom a record that is lacking there would have named, nobody knows
			}
			if !read && !slices.Contains(broken, c) {
				broken = append(broken, c)
			}
		}
		switch {
		case found == 0:
			return fmt.Sprintf("out of scope: %s were not crawled%s", n, where)
		case len(broken) > 0:
			return "no evidence: " + incomplete(broken, where)
		}
	}
	return ""
}

// wayBack finds the cell of the other direction. Where a crawl was to read a pair
// from one side only, what that side lists stands for both: HubSpot lists an
// association on both records.
func wayBack(cells []cell, of cell) cell {
	i := slices.IndexFunc(cells, func(c cell) bool { return c.kind == of.kind && c.from == of.to && c.to == of.from })
	if i < 0 {
		return of
	}
	return cells[i]
}

func incomplete(broken []cell, where string) string {
	text := fmt.Sprintf("%s is incomplete%s", broken[0], where)
	if broken[0].reason != "" {
		text += ": " + broken[0].reason
	}
	if more := len(broken) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}
