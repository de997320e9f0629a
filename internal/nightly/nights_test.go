package nightly

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/internal/nights"
	"hubgraph/queries"
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

// manyNights publishes nights into a data folder, and calls audit for each.
func manyNights(tb testing.TB, dir string, many int, audit func(night int, a Auditing)) {
	tb.Helper()
	data, err := lake.Open(dir)
	if err != nil {
		tb.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		tb.Fatal(err)
	}
	defer unlock()
	portal, err := data.Portal(7)
	if err != nil {
		tb.Fatal(err)
	}
	files := duckdb.Of(portal, 0)
	for night := 1; night <= many; night++ {
		id := firstNight.AddDate(0, 0, night).Format(lake.IDLayout)
		if _, err := files.Publish(tb.Context(), small(night).Snapshot(id)); err != nil {
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
		manyNights(t, dir, many, func(night int, a Auditing) {
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

// BenchmarkNights reports the processor time of the build and audit of a night of a small
// portal, with 60 nights in the lake and with five, and the one as a multiple of the other.
func BenchmarkNights(b *testing.B) {
	const few, many, around = 5, 60, 2
	var early, late []float64
	for b.Loop() {
		manyNights(b, filepath.Join(b.TempDir(), "data"), many+around, func(night int, a Auditing) {
			before := cpu(b)
			audited, err := Audit(b.Context(), a)
			if err != nil {
				b.Fatal(err)
			}
			for _, r := range audited.Results {
				if r.Status == queries.Error || r.Status == queries.Skip && night > 1 {
					b.Fatalf("night %d: %s: %s", night, r.CheckID, *r.SkipReason)
				}
			}
			spent := float64(cpu(b)-before) / 1e6
			switch {
			case night >= few-around && night <= few+around:
				early = append(early, spent)
			case night >= many-around:
				late = append(late, spent)
			}
		})
	}
	slices.Sort(early)
	slices.Sort(late)
	first, last := early[len(early)/2], late[len(late)/2]
	b.ReportMetric(first, "ms-CPU/night5")
	b.ReportMetric(last, "ms-CPU/night60")
	b.ReportMetric(last/first, "night60/night5")
}

// cpu is the processor time that the program has used.
func cpu(tb testing.TB) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
