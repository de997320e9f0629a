package queries

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Rows are what another engine gave for the checks of one portal: an audit takes them in
// place of asking the checks' queries.
type Rows struct {
	DB  *sql.DB        // holds the rows of the queries as found.CHECK, those of their universes as universe.CHECK
	Ran map[string]Ran // by check
}

// Ran is how another engine ran one check.
type Ran struct {
	Version         string // of the check, see CheckResult
	Found, Universe int64  // rows; of a query without any there need be no table
	Error           string // why it broke; empty: it did not
}

// ErrRows is wrapped where rows of another engine are not those that an audit asks for.
var ErrRows = errors.New("unusable rows")

// inAudit reports whether the check looks at what the other checks found, and so runs behind
// them, in the audit itself, whoever ran the others.
func (c Check) inAudit() bool {
	return slices.Contains(Reads(c.SQL), "check_results") || slices.ContainsFunc(c.Models(), func(m Model) bool { return slices.Contains(m.Reads, "check_results") })
}

// source is where the rows of a check's two queries come from. A query that is empty
// gives none.
type source struct {
	db              *sql.DB
	found, universe string
}

// asking is the source that asks a database, with some tables replaced.
func (c Check) asking(db *sql.DB, replaced map[string]string) source {
	return source{db, Inline(c.SQL, replaced), Inline(c.Universe, replaced)}
}

// of is the source of a check that another engine ran.
func (r *Rows) of(c Check) (source, error) {
	ran := r.Ran[c.ID]
	if ran.Error != "" {
		return source{}, errors.New(ran.Error)
	}
	s := source{db: r.DB}
	name := `"` + strings.ReplaceAll(c.ID, `"`, `""`) + `"`
	if ran.Found > 0 {
		s.found = "SELECT * FROM found." + name
	}
	if ran.Universe > 0 {
		s.universe = "SELECT * FROM universe." + name
	}
	return s, nil
}

// answer makes sure that the rows are those of a check in this version.
func (r *Rows) answer(c Check, version string) error {
	switch ran, ok := r.Ran[c.ID]; {
	case !ok:
		return fmt.Errorf("%w: they hold nothing of %s: export the checks again, and run them", ErrRows, c.ID)
	case ran.Version != version:
		return fmt.Errorf("%w: those of %s are of another version of the check or of its settings: export the checks again, and run them", ErrRows, c.ID)
	}
	return nil
}
