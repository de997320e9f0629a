package queries_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"hubgraph/export/duckdb"
	"hubgraph/hubspot/sim"
	"hubgraph/queries"
)

// leavesOut has the nights of the fixture pass once more, in the last of which the portal
// refuses a cell that the first finding rests on. The check must say nothing of it, and
// name the cell. Checks that need no cell are about the crawl itself, or its history.
func (f *fixture) leavesOut(t *testing.T, before *audit) {
	t.Helper()
	open := before.open(f.check)
	cell, ok := f.check.CellOf(open[0])
	if !ok {
		return
	}
	s := newStage(t, f)
	s.readers, s.checks = s.readers[:1], []queries.Check{f.check}
	a := f.nights(t, s, slices.Concat(refused(cell, typeIDs(t, before)), f.faults(t)))
	result := a.result(f.check)
	named := slices.Contains(result.CellsLeftOut, cell.String()) ||
		result.Status == queries.Skip && result.SkipCause != nil && *result.SkipCause == queries.NoEvidence && strings.Contains(*result.SkipReason, cell.String())
	found := slices.ContainsFunc(a.open(f.check), func(g queries.Finding) bool {
		otherWay := slices.Contains(f.check.Identity, queries.Ends) && deref(g.FromType) != cell.From // it rests on what the other end lists
		return g.Fingerprint == open[0].Fingerprint && !otherWay
	})
	if !named || found {
		t.Errorf("%s: %s is not read, and the check has status %s, %s, leaves out %v, and finds what rests on it: %t",
			f.name, cell, result.Status, deref(result.SkipReason), result.CellsLeftOut, found)
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// typeIDs are the ids of the object types of an audited snapshot, by name.
func typeIDs(t *testing.T, a *audit) map[string]string {
	t.Helper()
	db, err := duckdb.Open(a.DuckDB.Path, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query("SELECT object_type, type_id FROM object_types")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	ids := map[string]string{}
	for rows.Next() {
		var name, id string
		if err := rows.Scan(&name, &id); err != nil {
			t.Fatal(err)
		}
		ids[name] = id
	}
	return ids
}

// refused are the faults with which a portal does not answer what a cell is about.
func refused(cell queries.Need, ids map[string]string) []sim.Fault {
	from, to := ids[cell.From], ids[cell.To]
	var paths []string
	switch cell.Kind {
	case "objects":
		paths = []string{"GET /crm/*/objects/" + from, "GET /crm/objects/*/" + from}
	case "associations":
		paths = []string{fmt.Sprintf("POST /crm/*/associations/%s/%s/batch/read", from, to), fmt.Sprintf("POST /crm/associations/*/%s/%s/batch/read", from, to)}
	case "types":
		paths = []string{fmt.Sprintf("GET /crm/*/associations/%s/%s/labels", from, to), fmt.Sprintf("GET /crm/associations/*/%s/%s/labels", from, to)}
	}
	var faults []sim.Fault
	for _, path := range paths {
		faults = append(faults, sim.Fault{Name: "403", On: path})
	}
	return faults
}
