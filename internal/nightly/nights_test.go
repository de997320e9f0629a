package nightly

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/internal/goals"
	"hubgraph/internal/nights"
)

// firstNight is the start of the first of many nights.
var firstNight = time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC)

// small is a portal of 60 companies with two contacts and three deals each, on a night,
// counted from 1: each night two other deals are without anybody, one is not listed by its
// company, and one contact has another label.
func small(night int) *nights.Night {
	n := &nights.Night{
		Types: []graphmodel.ObjectType{{ID: "0-1", Name: "contacts", Singular: "contact"}, {ID: "0-2", Name: "companies", Singular: "company"}, {ID: "0-3", Name: "deals", Singular: "deal"}},
	}
	n.Full()
	type way struct {
		from, to    string
		there, back int32
		label       string
	}
	ways := []way{{"contacts", "companies", 279, 280, ""}, {"deals", "contacts", 3, 4, ""}, {"deals", "companies", 341, 342, ""}, {"contacts", "companies", 21, 22, "Decision maker"}}
	for _, w := range ways {
		category := "HUBSPOT_DEFINED"
		if w.label != "" {
			category = "USER_DEFINED"
		}
		n.Defined = append(n.Defined,
			graphmodel.Definition{From: w.from, To: w.to, Category: category, TypeID: w.there, Label: w.label, Default: w.label == "", InverseCategory: category, InverseTypeID: w.back, InverseSource: "documented"},
			graphmodel.Definition{From: w.to, To: w.from, Category: category, TypeID: w.back, Label: w.label, Default: w.label == "", InverseCategory: category, InverseTypeID: w.there, InverseSource: "documented"})
	}
	created := firstNight.AddDate(-1, 0, 0)
	put := func(typ string, id int64) graphmodel.Key {
		n.Records = append(n.Records, graphmodel.Record{Key: graphmodel.Key{Type: typ, ID: id}, CreatedAt: &created, Name: typ, Amount: "100", Currency: "EUR"})
		return graphmodel.Key{Type: typ, ID: id}
	}
	link := func(w way, from, to graphmodel.Key, listedBack bool) {
		category := "HUBSPOT_DEFINED"
		if w.label != "" {
			category = "USER_DEFINED"
		}
		n.Link(from, to, graphmodel.Type{Category: category, ID: w.there, Label: w.label})
		if listedBack {
			n.Link(to, from, graphmodel.Type{Category: category, ID: w.back, Label: w.label})
		}
	}
	const companies = 60
	for i := range int64(companies) {
		company := put("companies", 1000+i)
		var contact graphmodel.Key
		for k := range int64(2) {
			contact = put("contacts", 100_000+2*i+k)
			link(ways[0], contact, company, true)
			if k == 0 && i == int64(night%companies) {
				link(ways[3], contact, company, true)
			}
		}
		for k := range int64(3) {
			deal := put("deals", 200_000+3*i+k)
			switch {
			case k == 0 && (i == int64(night%companies) || i == int64((night+7)%companies)):
			case k == 1 && i == int64(night%companies):
				link(ways[1], deal, contact, true)
				link(ways[2], deal, company, false)
			default:
				link(ways[1], deal, contact, true)
				link(ways[2], deal, company, true)
			}
		}
	}
	slices.SortFunc(n.Records, func(a, b graphmodel.Record) int { return a.Key.Compare(b.Key) })
	return n
}

// manyNights publishes nights of a portal into a data folder, and calls audit for each.
func manyNights(tb testing.TB, dir string, many int, portalOf func(night int) *nights.Night, audit func(night int, a Auditing)) {
	tb.Helper()
	data, err := lake.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	portal, err := data.Portal(7)
	if err != nil {
		tb.Fatal(err)
	}
	files := duckdb.Of(portal, 0)
	for night := 1; night <= many; night++ {
		id := firstNight.AddDate(0, 0, night).Format(lake.IDLayout)
		unlock, err := data.Lock()
		if err == nil {
			_, err = files.Publish(tb.Context(), portalOf(night).Snapshot(id))
			unlock()
		}
		if err != nil {
			tb.Fatal(err)
		}
		audit(night, Auditing{Files: files, Rules: DefaultRules(), Tool: "test"})
	}
}

// TestOldNightsAreNotReadAgain takes away the files of all nights but the last two, from
// the lake and from the audits, before the last audit: it finds the same.
func TestOldNightsAreNotReadAgain(t *testing.T) {
	const many = 4
	var want, got string
	for _, found := range []*string{&want, &got} {
		dir := filepath.Join(t.TempDir(), "data")
		manyNights(t, dir, many, small, func(night int, a Auditing) {
			if night == many && found == &got {
				removeOld(t, filepath.Join(dir, "lake", "portal=7"), "snapshot=", many-2)
				removeOld(t, filepath.Join(dir, "audits", "portal=7"), "audit=", many-2)
			}
			audited, err := Audit(t.Context(), a)
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			for _, f := range audited.Findings {
				fmt.Fprintln(&b, f.Fingerprint, f.State, f.FirstSeen, f.LastSeen)
			}
			*found = b.String()
		})
	}
	if got != want || !strings.Contains(want, firstNight.AddDate(0, 0, 2).String()) {
		t.Errorf("without the files of old nights:\n%s\nwith them:\n%s", got, want)
	}
}

// TestQuietNightsAddNoFindings has nights without a change: after the second one, the
// tables of findings and of what became of them have the rows that they had.
func TestQuietNightsAddNoFindings(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	rows := map[int]string{}
	manyNights(t, dir, 4, func(int) *nights.Night { return small(1) }, func(night int, a Auditing) {
		if _, err := Audit(t.Context(), a); err != nil {
			t.Fatal(err)
		}
		db, err := duckdb.OpenPublished(dir, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var findings, changes int
		if err := db.QueryRow("SELECT (SELECT count(*) FROM findings), (SELECT count(*) FROM finding_changes)").Scan(&findings, &changes); err != nil {
			t.Fatal(err)
		}
		rows[night] = fmt.Sprint(findings, " findings, ", changes, " changes")
	})
	if rows[4] != rows[2] || strings.HasPrefix(rows[2], "0 ") {
		t.Errorf("after the second night %s, after the fourth %s", rows[2], rows[4])
	}
}

// removeOld removes the Parquet files of the oldest folders of a kind.
func removeOld(t *testing.T, dir, kind string, many int) {
	t.Helper()
	var ids []string
	folders, err := filepath.Glob(filepath.Join(dir, kind+"*"))
	for _, folder := range folders {
		ids = append(ids, strings.TrimPrefix(filepath.Base(folder), kind))
	}
	slices.SortFunc(ids, lake.CompareIDs)
	for _, id := range ids[:many] {
		tables, _ := filepath.Glob(filepath.Join(dir, kind+id, "*", "*.parquet"))
		for _, name := range tables {
			err = errors.Join(err, os.Remove(name))
		}
		if len(tables) == 0 {
			t.Errorf("%s%s has no tables", kind, id)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkNights reports what the build and audit of a night of a small portal cost a
// process of their own, with five, 60 and 400 nights in the lake: processor time, peak
// memory, and the size of the DuckDB file. Of a busy portal some findings come and go
// each night, of a quiet one none.
func BenchmarkNights(b *testing.B) {
	for name, portalOf := range map[string]func(int) *nights.Night{"busy": small, "quiet": func(int) *nights.Night { return small(1) }} {
		b.Run(name, func(b *testing.B) {
			const around = 2
			ages := []int{5, 60, 400}
			spent, most, size := map[int][]float64{}, map[int][]float64{}, map[int]float64{}
			for b.Loop() {
				dir := filepath.Join(b.TempDir(), "data")
				manyNights(b, dir, ages[len(ages)-1]+around, portalOf, func(night int, a Auditing) {
					for _, age := range ages {
						if night >= age-around && night <= age+around {
							seconds, memory := auditElsewhere(b, dir, "")
							spent[age], most[age] = append(spent[age], seconds), append(most[age], memory/(1<<20))
							if info, err := os.Stat(filepath.Join(dir, lake.DuckDBFile)); err != nil {
								b.Fatal(err)
							} else if night == age {
								size[age] = float64(info.Size()) / 1e6
							}
							return
						}
					}
					if _, err := Audit(b.Context(), a); err != nil {
						b.Fatal(err)
					}
				})
			}
			for _, age := range ages {
				b.ReportMetric(middle(spent[age])*1000, fmt.Sprintf("ms-CPU/night%d", age))
				b.ReportMetric(middle(most[age]), fmt.Sprintf("MiB/night%d", age))
				b.ReportMetric(size[age], fmt.Sprintf("MB-file/night%d", age))
			}
			goals.Most(b, middle(spent[400])/middle(spent[5]), 1.2, "CPU-of-night-400/5")
			goals.Most(b, middle(most[400])/middle(most[5]), 1.2, "memory-of-night-400/5")
		})
	}
}

// middle is the median of some values.
func middle(values []float64) float64 {
	slices.Sort(values)
	return values[len(values)/2]
}
