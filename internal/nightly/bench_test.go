package nightly

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"hubgraph/export/draw"
	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/graphmodel"
	"hubgraph/internal/goals"
	"hubgraph/internal/replay"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
	"hubgraph/repair"
)

// contactsOf is the number of contacts of the portal that BenchmarkMillionRows looks at.
const contactsOf = "HUBGRAPH_CONTACTS"

// grown is a portal on a night, counted from 1: for each five contacts a company, for each
// ten of them three deals, and for each some ten rows of associations. Every fourth
// company has a parent, every contact two companies, and every second a label. One in ten
// of the primary links is listed from one side only, of at most 10,000. From one
// night to the next, one label in 500 goes, and one link of deals in 1,000.
type grown struct {
	contacts int64
	night    int
}

// The first ids of each type.
const (
	firstCompany = 1_000_000_000
	firstContact = 10_000_000_000
	firstDeal    = 30_000_000_000
	firstOther   = 50_000_000_000
)

func (p grown) companies() int64 { return p.contacts / 5 }
func (p grown) deals() int64     { return p.contacts * 3 / 10 }

// spread spreads numbers, always in the same way.
func spread(i, among int64) int64 {
	return int64(uint64(i) * 0x9E3779B97F4A7C15 >> 33 % uint64(among))
}

var grownWays = []struct {
	from, to       string
	there, back    int32
	label          string
	plain, primary bool
}{
	{"contacts", "companies", 279, 280, "", true, false}, {"contacts", "companies", 1, 2, "Primary", false, true},
	{"deals", "contacts", 3, 4, "", true, false}, {"deals", "companies", 341, 342, "", true, false}, {"deals", "companies", 5, 6, "Primary", false, true},
	{"contacts", "companies", 21, 22, "Decision maker", false, false}, {"companies", "companies", 14, 13, "Parent", false, false},
	{"calls", "contacts", 194, 193, "", true, false}, {"calls", "deals", 206, 205, "", true, false},
	{"leads", "contacts", 578, 579, "", true, false}, {"leads", "companies", 610, 611, "", true, false},
	{"line_items", "deals", 20, 19, "", true, false},
	{"tickets", "contacts", 16, 15, "", true, false}, {"tickets", "companies", 339, 340, "", true, false},
}

// grownOthers are the object types of which there is one record for each 50 contacts, by name,
// each linked with one record of two types.
var grownOthers = []struct {
	id, name string
	ways     [2]int // in grownWays
}{{"0-48", "calls", [2]int{7, 8}}, {"0-136", "leads", [2]int{9, 10}}, {"0-8", "line_items", [2]int{11, 11}}, {"0-5", "tickets", [2]int{12, 13}}}

func (p grown) snapshot(id string) *graphmodel.Snapshot {
	n := small(1)
	for _, o := range grownOthers {
		n.Types = append(n.Types, graphmodel.ObjectType{ID: o.id, Name: o.name, Singular: o.name})
	}
	n.Records, n.Links = nil, nil
	s := n.Full().Snapshot(id)
	s.Definitions = nil
	for _, w := range grownWays {
		category := "HUBSPOT_DEFINED"
		if w.there == 21 {
			category = "USER_DEFINED"
		}
		s.Definitions = append(s.Definitions,
			graphmodel.Definition{From: w.from, To: w.to, Category: category, TypeID: w.there, Label: w.label, Default: w.plain, Primary: w.primary, InverseCategory: category, InverseTypeID: w.back, InverseSource: "documented"},
			graphmodel.Definition{From: w.to, To: w.from, Category: category, TypeID: w.back, Label: w.label, Default: w.plain, InverseCategory: category, InverseTypeID: w.there, InverseSource: "documented"})
	}
	closed, open := true, false
	s.Stages = []graphmodel.Stage{
		{ObjectType: "deals", PipelineID: "default", PipelineName: "Sales", StageID: "won", StageName: "Won", Position: 1, IsClosed: &closed, IsWon: &closed},
		{ObjectType: "deals", PipelineID: "default", PipelineName: "Sales", StageID: "open", StageName: "Open", IsClosed: &open, IsWon: &open},
	}
	s.Graph = p.graph()
	s.Records = p.records
	return s
}

func (p grown) graph() *graphmodel.Graph {
	g := graphmodel.New()
	put := func(of string, id int64) graphmodel.Key {
		k := graphmodel.Key{Type: of, ID: id}
		g.Put(graphmodel.Node{Key: k, Seen: true})
		return k
	}
	both := func(a, b graphmodel.Key, there, back int32, label string) {
		g.Link(a, b, graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: there, Label: label})
		g.Link(b, a, graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: back, Label: label})
	}
	company := func(i int64) graphmodel.Key { return graphmodel.Key{Type: "companies", ID: firstCompany + 3*i} }
	contact := func(i int64) graphmodel.Key { return graphmodel.Key{Type: "contacts", ID: firstContact + 7*i} }
	for i := range p.companies() {
		put("companies", company(i).ID)
		if i%4 == 3 {
			both(company(i), company(i-i%4), 14, 13, "Parent")
		}
	}
	oneSided := max(10, p.contacts/10_000)
	for i := range p.contacts {
		c := put("contacts", contact(i).ID)
		first, second := company(i/5), company(spread(i, p.companies()))
		both(c, first, 279, 280, "")
		if i%oneSided == 0 {
			g.Link(c, first, graphmodel.Type{Category: "HUBSPOT_DEFINED", ID: 1, Label: "Primary"})
		} else {
			both(c, first, 1, 2, "Primary")
		}
		if second != first {
			both(c, second, 279, 280, "")
		}
		if i%2 == 0 && !(p.night > 1 && i%1000 == 500) {
			g.Link(c, first, graphmodel.Type{Category: "USER_DEFINED", ID: 21, Label: "Decision maker"})
			g.Link(first, c, graphmodel.Type{Category: "USER_DEFINED", ID: 22, Label: "Decision maker"})
		}
	}
	for i := range p.deals() {
		d := put("deals", firstDeal+9*i)
		if p.night > 1 && i%1000 == 7 || i%997 == 3 {
			continue
		}
		who := spread(i+1, p.contacts)
		both(d, contact(who), 3, 4, "")
		both(d, contact(spread(i+2, p.contacts)), 3, 4, "")
		both(d, company(who/5), 341, 342, "")
		both(d, company(who/5), 5, 6, "Primary")
	}
	for k, o := range grownOthers {
		for i := range p.contacts / 50 {
			r := put(o.name, firstOther+i)
			for _, way := range slices.Compact(o.ways[:]) {
				w := grownWays[way]
				other := contact(spread(i+int64(k), p.contacts))
				switch w.to {
				case "companies":
					other = company(spread(i+int64(k), p.companies()))
				case "deals":
					other = graphmodel.Key{Type: "deals", ID: firstDeal + 9*spread(i, p.deals())}
				}
				both(r, other, w.there, w.back, "")
			}
		}
	}
	g.Seal()
	return g
}

// records yields the records in the order of their keys.
func (p grown) records() iter.Seq2[graphmodel.Record, error] {
	return func(yield func(graphmodel.Record, error) bool) {
		one := func(of string, first, step, i int64, change func(*graphmodel.Record)) bool {
			created := firstNight.AddDate(-2, 0, 0).Add(time.Duration(i) * time.Minute % (700 * 24 * time.Hour))
			r := graphmodel.Record{Key: graphmodel.Key{Type: of, ID: first + step*i}, CreatedAt: &created, UpdatedAt: &created}
			owner := 40 + spread(i, 50)
			r.OwnerID = &owner
			change(&r)
			return yield(r, nil)
		}
		for i := range p.contacts / 50 {
			if !one("calls", firstOther, 1, i, func(*graphmodel.Record) {}) {
				return
			}
		}
		for i := range p.companies() {
			if !one("companies", firstCompany, 3, i, func(r *graphmodel.Record) {
				r.Name, r.Domain = fmt.Sprint("Company ", i), fmt.Sprintf("company%d.example", i)
			}) {
				return
			}
		}
		for i := range p.contacts {
			if !one("contacts", firstContact, 7, i, func(r *graphmodel.Record) {
				r.EmailDomain, r.LifecycleStage = fmt.Sprintf("company%d.example", i/5), []string{"lead", "customer", "opportunity"}[i%3]
			}) {
				return
			}
		}
		for i := range p.deals() {
			if !one("deals", firstDeal, 9, i, func(r *graphmodel.Record) {
				won := i%3 == 0
				r.Name, r.Amount, r.Currency, r.PipelineID, r.StageID, r.IsClosed, r.IsWon = fmt.Sprint("Deal ", i), fmt.Sprint(100+i%900), "EUR", "default", map[bool]string{true: "won", false: "open"}[won], &won, &won
			}) {
				return
			}
		}
		for _, o := range grownOthers[1:] {
			for i := range p.contacts / 50 {
				if !one(o.name, firstOther, 1, i, func(*graphmodel.Record) {}) {
					return
				}
			}
		}
	}
}

// figures takes in what was measured and what is wanted.
type figures struct {
	b *testing.B
}

// add reports a figure that is not to be more than the goal.
func (f *figures) add(name string, got, goal float64) {
	goals.Most(f.b, got, goal, strings.ReplaceAll(name, " ", "_"))
}

// median is the middle processor time of some runs of queries.
func median(b *testing.B, db *sql.DB, texts ...string) float64 {
	b.Helper()
	var times []time.Duration
	for range 3 {
		times = append(times, replay.Cost(func() {
			for _, text := range texts {
				if err := sqlrows.Each(b.Context(), db, text, nil, func(*sql.Rows) error { return nil }); err != nil {
					b.Fatalf("%v\n%s", err, text)
				}
			}
		}))
	}
	slices.Sort(times)
	return times[1].Seconds()
}

// scanOf is a query that hashes each value of the columns that queries read of the tables of
// the file, as DuckDB plans them.
func scanOf(b *testing.B, db *sql.DB, texts ...string) string {
	b.Helper()
	columns := map[string]map[string]bool{}
	var walk func(node any)
	walk = func(node any) {
		switch node := node.(type) {
		case []any:
			for _, n := range node {
				walk(n)
			}
		case map[string]any:
			if info, ok := node["extra_info"].(map[string]any); ok && strings.TrimSpace(fmt.Sprint(node["name"])) == "SEQ_SCAN" {
				table := fmt.Sprint(info["Table"])
				table = table[strings.LastIndex(table, ".")+1:]
				if columns[table] == nil {
					columns[table] = map[string]bool{}
				}
				switch names := info["Projections"].(type) {
				case string:
					columns[table][names] = true
				case []any:
					for _, n := range names {
						columns[table][fmt.Sprint(n)] = true
					}
				}
			}
			walk(node["children"])
		}
	}
	for _, text := range texts {
		var kind, plan string
		if err := db.QueryRow("EXPLAIN (FORMAT json) "+text).Scan(&kind, &plan); err != nil {
			b.Fatalf("%v\n%s", err, text)
		}
		var tree any
		if err := json.Unmarshal([]byte(plan), &tree); err != nil {
			b.Fatal(err)
		}
		walk(tree)
	}
	parts := []string{"SELECT 0::UBIGINT"}
	for table, of := range columns {
		names := []string{"1"}
		for name := range of {
			if name != "" && !strings.ContainsAny(name, "(# ") {
				names = append(names, `"`+name+`"`)
			}
		}
		parts = append(parts, fmt.Sprintf("SELECT bit_xor(hash(%s)) FROM %s", strings.Join(names, ", "), table))
	}
	return strings.Join(parts, " UNION ALL ")
}

// goalOf is how many scans of its columns a check may take.
func goalOf(c queries.Check) float64 {
	switch c.ID {
	case "deal_fully_orphaned", "deal_without_company", "deal_without_contact", "company_without_contact", "contact_without_company", "isolated_record",
		"deal_contact_company_open", "deal_company_stranger", "ticket_contact_company_open", "inverse_pair_missing", "inverse_label_missing":
		return 3
	case "edge_label_changed", "edge_removed", "association_definition_changed", "primary_moved", "newly_orphaned", "mass_disassociation":
		return 8
	}
	return 20
}

// firstEight are the checks that stood when the goal of the whole catalogue was set.
var firstEight = []string{"association_definition_changed", "deal_fully_orphaned", "deal_without_company", "deal_without_contact",
	"edge_endpoint_absent", "edge_label_changed", "inverse_label_missing", "inverse_pair_missing"}

// BenchmarkMillionRows generates two nights of a portal of some million rows, or of as many
// contacts as HUBGRAPH_CONTACTS says, straight into a lake, audits the second, and reports
// what that costs as multiples of scans, with goals. The time is the processor's.
func BenchmarkMillionRows(b *testing.B) {
	for b.Loop() {
		f := figures{b}
		f.measure(b, filepath.Join(b.TempDir(), "data"))
	}
}

// BenchmarkAuditMemory has the nights of BenchmarkMillionRows audited with and without a
// limit of memory, and nothing else: at 5,300,000 contacts they have 53 M rows of associations.
func BenchmarkAuditMemory(b *testing.B) {
	for b.Loop() {
		f := figures{b}
		dir := filepath.Join(b.TempDir(), "data")
		twoNights(b, dir)
		f.limited(b, dir, 2)
	}
}

// BenchmarkRow measures one row of BenchmarkMillionRows alone: plan, map, or a check by its id.
func BenchmarkRow(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "data")
	twoNights(b, dir)
	if err := auditAlone(dir, ""); err != nil {
		b.Fatal(err)
	}
	db, err := duckdb.OpenPublished(dir, 0)
	if err != nil {
		b.Fatal(err)
	}
	row := func(name string, measure func(figures, *testing.B)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				measure(figures{b}, b)
			}
		})
	}
	row("plan", func(f figures, b *testing.B) { f.plan(b, db, dir) })
	row("map", func(f figures, b *testing.B) { f.drawn(b, db) })
	for _, c := range queries.All() {
		row(c.ID, func(f figures, b *testing.B) { f.check(b, db, c) })
	}
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

// twoNights generates two nights into a lake.
func twoNights(b *testing.B, dir string) (*duckdb.Files, []lake.Entry) {
	contacts, err := strconv.ParseInt(os.Getenv(contactsOf), 10, 64)
	if err != nil {
		contacts = 100_000
	}
	data, err := lake.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		b.Fatal(err)
	}
	defer unlock()
	portal, err := data.Portal(7)
	if err != nil {
		b.Fatal(err)
	}
	files := duckdb.Of(portal, 0)
	var entries []lake.Entry
	for night := 1; night <= 2; night++ {
		e, err := files.Publish(b.Context(), grown{contacts, night}.snapshot(firstNight.AddDate(0, 0, night).Format(lake.IDLayout)))
		if err != nil {
			b.Fatal(err)
		}
		entries = append(entries, e)
	}
	return files, entries
}

func (f *figures) measure(b *testing.B, dir string) {
	files, entries := twoNights(b, dir)
	f.build(b, files, entries)
	f.limited(b, dir, 2.5)
	db, err := duckdb.OpenPublished(dir, 0)
	if err != nil {
		b.Fatal(err)
	}
	f.checks(b, db)
	f.plan(b, db, dir)
	f.drawn(b, db)
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
}

// limited compares an audit whose memory is limited with one whose is not.
func (f *figures) limited(b *testing.B, dir string, goal float64) {
	unlimited := f.peak(b, dir, "")
	f.add("whole audit with --memory 1GB / without, CPU", f.peak(b, dir, "1GB")/unlimited, goal)
}

// build compares the build of a DuckDB file with loading the rows of the two nights with
// types of low variety as ENUM.
func (f *figures) build(b *testing.B, files *duckdb.Files, entries []lake.Entry) {
	var building, loading []time.Duration
	for range 3 {
		building = append(building, replay.Cost(func() {
			if _, err := files.Build(b.Context(), duckdb.Build{Snapshot: entries[1], Baseline: &entries[0], Settings: queries.DefaultSettings()}); err != nil {
				b.Fatal(err)
			}
		}))
		loading = append(loading, loadEnums(b, entries))
	}
	slices.Sort(building)
	slices.Sort(loading)
	f.add("build of the DuckDB file / loading with ENUM columns", building[1].Seconds()/loading[1].Seconds(), 1.3)
}

// loadEnums loads objects and associations of two nights into a file, and gives what that
// cost. To know the values of the types costs nothing.
func loadEnums(b *testing.B, entries []lake.Entry) time.Duration {
	db, err := sql.Open("duckdb", filepath.Join(b.TempDir(), "enums.duckdb"))
	if err != nil {
		b.Fatal(err)
	}
	do := func(statements ...string) {
		if _, err := db.Exec(strings.Join(statements, ";\n")); err != nil {
			b.Fatal(err)
		}
	}
	read := func(e lake.Entry, table string) string {
		return fmt.Sprintf("read_parquet('%s/%s/*.parquet', hive_partitioning = false)", e.Path, table)
	}
	for _, t := range []struct{ name, table, column string }{
		{"of_type", "objects", "object_type"}, {"of_category", "associations", "category"}, {"of_label", "associations", "label"}, {"of_currency", "objects", "currency"},
		{"of_pipeline", "objects", "pipeline_id"}, {"of_stage", "objects", "stage_id"}, {"of_lifecycle", "objects", "lifecycle_stage"},
	} {
		do(fmt.Sprintf("CREATE TYPE %s AS ENUM (SELECT DISTINCT %s FROM %s WHERE %[2]s IS NOT NULL)", t.name, t.column, read(entries[1], t.table)))
	}
	spent := replay.Cost(func() {
		for i, e := range entries {
			do(fmt.Sprintf(`CREATE TABLE objects%d AS SELECT * REPLACE (object_type::of_type AS object_type, currency::of_currency AS currency, pipeline_id::of_pipeline AS pipeline_id,
				stage_id::of_stage AS stage_id, lifecycle_stage::of_lifecycle AS lifecycle_stage) FROM %s`, i, read(e, "objects")),
				fmt.Sprintf(`CREATE TABLE associations%d AS SELECT * REPLACE (from_type::of_type AS from_type, to_type::of_type AS to_type, category::of_category AS category, label::of_label AS label)
				FROM %s`, i, read(e, "associations")))
		}
		do("CHECKPOINT")
	})
	if err := db.Close(); err != nil {
		b.Fatal(err)
	}
	return spent
}

// auditIn names a data folder that this program is to audit: what a process takes at its
// most can be asked only of one that has ended.
const auditIn = "HUBGRAPH_TEST_AUDIT"

// peak audits a data folder in a process of its own, and gives its processor time in
// seconds. A limit of memory may be empty.
func (f *figures) peak(b *testing.B, dir, memory string) float64 {
	seconds, most := auditElsewhere(b, dir, memory)
	name := "whole audit, peak memory in GiB"
	if memory != "" {
		name += ", --memory " + memory
	}
	f.add(name, most/(1<<30), 2)
	return seconds
}

// auditElsewhere audits a data folder in a process of its own, and returns its processor
// time in seconds, and the bytes of memory that it took at its most.
func auditElsewhere(b *testing.B, dir, memory string) (seconds, most float64) {
	program, err := os.Executable()
	if err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(program, memory)
	cmd.Env = append(os.Environ(), auditIn+"="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		b.Fatalf("audit: %v\n%s", err, out)
	}
	if _, err := fmt.Sscanf(string(out), peakLine, &most); err != nil {
		b.Fatalf("the audit prints %q: %v", out, err)
	}
	return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), most * 1024
}

// peakLine is how a process prints the memory that it took at its most. What the system
// counts for a process that has ended is at least what the one that started it had taken.
const peakLine = "VmHWM: %f kB\n"

// printPeak prints it.
func printPeak() error {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(status)) {
		if name, value, _ := strings.Cut(line, ":"); name == "VmHWM" {
			fmt.Printf("%s: %s\n", name, strings.TrimSpace(value))
		}
	}
	return nil
}

// auditAlone audits the newest night in a data folder.
func auditAlone(dir, memory string) (err error) {
	limit, err := duckdb.ParseMemory(memory)
	if err != nil {
		return err
	}
	data, err := lake.Find(dir)
	if err != nil {
		return err
	}
	unlock, err := data.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	portal, err := data.Only()
	if err != nil {
		return err
	}
	audited, err := Audit(context.Background(), Auditing{Files: duckdb.Of(portal, limit), Rules: DefaultRules(), Tool: "test"})
	if err != nil {
		return err
	}
	for _, r := range audited.Results {
		if r.Status == queries.Error {
			err = errors.Join(err, fmt.Errorf("%s: %s", r.CheckID, *r.SkipReason))
		}
	}
	return err
}

// byHand are questions that checks answer, too, as an analyst asks them of the tables of the
// file, for this portal alone: deals without contact and company, associations whose inverse
// is missing, and pairs of records with other labels than the night before.
var byHand = []string{`
	SELECT d.object_id, d.name, d.amount, d.currency
	FROM objects d
	WHERE d.object_type = 'deals' AND d.seen AND NOT d.archived
		AND NOT EXISTS (FROM associations a WHERE a.from_type = 'deals' AND a.from_id = d.object_id AND a.to_type IN ('contacts', 'companies'))
		AND NOT EXISTS (FROM associations a WHERE a.to_type = 'deals' AND a.to_id = d.object_id AND a.from_type IN ('contacts', 'companies'))`, `
	SELECT a.from_type, a.from_id, a.to_type, a.to_id, a.category, a.type_id, a.label
	FROM associations a
	JOIN association_types d USING (from_type, to_type, category, type_id)
	ANTI JOIN associations b ON b.from_type = a.to_type AND b.from_id = a.to_id AND b.to_type = a.from_type AND b.to_id = a.from_id
		AND b.category = d.inverse_category AND b.type_id = d.inverse_type_id
	WHERE d.inverse_type_id IS NOT NULL`, `
	SELECT from_type, from_id, to_type, to_id, list(type_id) FILTER (gone) AS removed, list(type_id) FILTER (NOT gone) AS added
	FROM (
		SELECT from_type, from_id, to_type, to_id, type_id, n.live IS NULL AS gone
		FROM associations n
		FULL JOIN baseline_associations b USING (from_type, from_id, to_type, to_id, category, type_id)
		WHERE n.live IS NULL OR b.live IS NULL
	)
	SEMI JOIN associations USING (from_type, from_id, to_type, to_id)
	SEMI JOIN baseline_associations USING (from_type, from_id, to_type, to_id)
	GROUP BY ALL`}

// checks compares each check, its universe with it, with a scan of the columns that both
// read, and the models that are tables with a scan of what they read.
func (f *figures) checks(b *testing.B, db *sql.DB) {
	models := kept(queries.Models())
	tables := median(b, db, models...)
	f.add("models that are tables, once", tables/median(b, db, scanOf(b, db, models...)), 20)
	var whole, eight float64
	var readByEight []string
	for _, c := range queries.All() {
		spent := f.check(b, db, c)
		whole += spent
		if slices.Contains(firstEight, c.ID) {
			eight += spent
			readByEight = append(readByEight, textsOf(c)...)
		}
	}
	f.add("whole catalogue / the first eight, both with the models", (whole+tables)/(eight+tables), 8)
	hand := median(b, db, byHand...)
	f.add("whole catalogue with its models / three of its questions asked by hand", (whole+tables)/hand, 6)
	eight += median(b, db, kept(queries.ModelsOf(readByEight...))...)
	f.add("the first eight with the models that they read / the same", eight/hand, 1.5)
}

// textsOf are the queries of a check.
func textsOf(c queries.Check) []string {
	return slices.DeleteFunc([]string{c.SQL, c.Universe}, func(s string) bool { return s == "" })
}

// check compares a check with a scan, and returns what it took itself, in seconds.
func (f *figures) check(b *testing.B, db *sql.DB, c queries.Check) float64 {
	spent := median(b, db, textsOf(c)...)
	f.add(c.ID, spent/median(b, db, scanOf(b, db, textsOf(c)...)), goalOf(c))
	return spent
}

// kept are queries that work out the models that are tables.
func kept(models []queries.Model) (texts []string) {
	for _, m := range models {
		if m.Kept {
			texts = append(texts, "SELECT bit_xor(hash(m)) FROM ("+m.SQL+") m")
		}
	}
	return texts
}

// plan compares a plan of some 10,000 operations with a scan.
func (f *figures) plan(b *testing.B, db *sql.DB, dir string) {
	scan := median(b, db, "SELECT bit_xor(hash(from_type, from_id, to_type, to_id, category, type_id)) FROM associations")
	var plan *Planned
	planning := replay.Cost(func() {
		var err error
		plan, err = Plan(b.Context(), Planning{Dir: dir, Options: repair.Options{MaxAge: 1 << 62, Force: []string{repair.Determined}}})
		if err != nil {
			b.Fatal(err)
		}
	})
	encoding := replay.Cost(func() {
		for i := range plan.Operations { // as one text they cost the memory for it, too
			if _, err := json.Marshal(&plan.Operations[i]); err != nil {
				b.Fatal(err)
			}
		}
	})
	f.add("repair plan / a scan of the associations", planning.Seconds()/scan, 3)
	b.ReportMetric(float64(len(plan.Operations)), "operations-planned")
	b.ReportMetric(encoding.Seconds()/scan, "scans-of-its-JSON")
}

// drawn compares the map with a scan.
func (f *figures) drawn(b *testing.B, db *sql.DB) {
	scan := median(b, db, `SELECT bit_xor(hash(from_type, from_id, to_type, to_id, has_inverse, has_reverse)) FROM associations
		UNION ALL SELECT bit_xor(hash(object_type, seen, archived, degree)) FROM objects`)
	f.add("draw map / a scan of its columns", replay.Cost(func() {
		if _, err := draw.Map(b.Context(), db, ""); err != nil {
			b.Fatal(err)
		}
	}).Seconds()/scan, 3)
}
