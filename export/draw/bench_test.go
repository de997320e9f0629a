package draw

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/internal/goals"
	"hubgraph/internal/nights"
	"hubgraph/internal/sqlrows"
)

// contactsOf is how many contacts the portal of a benchmark has: HUBGRAPH_CONTACTS, or few
// enough for everyday.
func contactsOf(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("HUBGRAPH_CONTACTS"))
	if err != nil {
		return 20_000
	}
	return n
}

// large is a portal of contacts, a fifth as many companies and half as many deals, where
// each contact has two companies and each deal three contacts and a company: 7 rows a
// contact in both directions. A few companies have very many.
func large(contacts int) *nights.Night {
	n := nights.First()
	random := rand.New(rand.NewPCG(1, 2))
	n.Types = append(n.Types, graphmodel.ObjectType{ID: "0-1", Name: "contacts", Singular: "contact"})
	n.Records = n.Records[:0]
	n.Links = n.Links[:0]
	key := func(kind string, i int) graphmodel.Key { return graphmodel.Key{Type: kind, ID: int64(1000 + i)} }
	for i := range contacts / 5 {
		n.Records = append(n.Records, graphmodel.Record{Key: key("companies", i), Name: fmt.Sprintf("Company %d", i), URL: fmt.Sprintf("https://app.hubspot.com/contacts/7/record/0-2/%d", 1000+i)})
	}
	for i := range contacts {
		n.Records = append(n.Records, graphmodel.Record{Key: key("contacts", i)})
	}
	for i := range contacts / 2 {
		n.Records = append(n.Records, graphmodel.Record{Key: key("deals", i), Name: fmt.Sprintf("Deal %d", i), Amount: strconv.Itoa(random.IntN(10000)), Currency: "EUR"})
	}
	both := func(a, b graphmodel.Key) {
		n.Link(a, b, nights.Plain3)
		n.Link(b, a, nights.Plain4)
	}
	company := func() graphmodel.Key {
		if random.IntN(20) == 0 {
			return key("companies", random.IntN(3))
		}
		return key("companies", random.IntN(contacts/5))
	}
	for i := range contacts {
		both(key("contacts", i), company())
		both(key("contacts", i), company())
	}
	for i := range contacts / 2 {
		both(key("deals", i), company())
		for range 3 {
			both(key("deals", i), key("contacts", random.IntN(contacts)))
		}
	}
	return n
}

// cpu is the processor time that the process has taken.
func cpu() time.Duration {
	var used syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &used) // of this process there is one
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// BenchmarkNeighborhood draws records with up to 80 nodes as SVG, and reports the CPU time
// of the middle one and of the 95th of a hundred.
func BenchmarkNeighborhood(b *testing.B) {
	contacts := contactsOf(b)
	db := built(b, large(contacts))
	random := rand.New(rand.NewPCG(3, 4))
	var times []time.Duration
	draw := func() {
		p, err := Record(b.Context(), db, fmt.Sprintf("contacts:%d", 1000+random.IntN(contacts)), 2, DefaultNodes)
		if err != nil {
			b.Fatal(err)
		}
		before := cpu()
		if _, err := p.SVG(b.Context(), false); err != nil {
			b.Fatal(err)
		}
		times = append(times, cpu()-before)
	}
	draw() // compiles
	times = nil
	for b.Loop() {
		draw()
	}
	slices.Sort(times)
	b.ReportMetric(float64(times[len(times)/2].Milliseconds()), "median-CPU-ms")
	goals.Most(b, float64(times[len(times)*95/100].Milliseconds()), 1500, "p95-CPU-ms")
}

// BenchmarkDOT draws 300 nodes around records as DOT, and reports how much longer that
// takes than the SQL that selects those records and what links them.
func BenchmarkDOT(b *testing.B) {
	contacts := contactsOf(b)
	db := built(b, large(contacts))
	var drawing, asking time.Duration
	i := 0
	for b.Loop() {
		i++
		start := time.Now()
		p, err := Record(b.Context(), db, fmt.Sprintf("companies:%d", 1000+i%3), 2, MostNodes)
		if err != nil {
			b.Fatal(err)
		}
		p.DOT()
		drawing += time.Since(start)
		start = time.Now()
		if err := ask(b, db, p); err != nil {
			b.Fatal(err)
		}
		asking += time.Since(start)
	}
	goals.Most(b, drawing.Seconds()/asking.Seconds(), 3, "drawing/asking")
}

// ask selects the records around the one that a picture is about, and then what links
// those that are on it.
func ask(b *testing.B, db *sql.DB, p *Picture) error {
	var keys []Key
	for _, n := range p.Nodes {
		if n.Record != 0 {
			keys = append(keys, Key{n.Type, n.Record})
		}
	}
	rows, args := values(keys[:1], "")
	for _, query := range []string{
		`WITH k(t, i) AS (` + rows + `), one AS (SELECT DISTINCT a.to_type, a.to_id FROM associations AS a JOIN k ON a.from_type = k.t AND a.from_id = k.i),
			two AS (SELECT DISTINCT a.to_type, a.to_id FROM associations AS a JOIN one AS o ON a.from_type = o.to_type AND a.from_id = o.to_id)
		SELECT to_type, count(*), max(o.name), max(o.amount), max(o.degree) FROM two JOIN objects AS o ON o.object_type = to_type AND o.object_id = to_id GROUP BY to_type`,
	} {
		if err := sqlrows.Each(b.Context(), db, query, args, func(*sql.Rows) error { return nil }); err != nil {
			return err
		}
	}
	rows, args = values(keys, "")
	return sqlrows.Each(b.Context(), db, `WITH k(t, i) AS (`+rows+`)
		SELECT a.*, o.name, o.url, o.amount FROM associations AS a JOIN k AS f ON a.from_type = f.t AND a.from_id = f.i JOIN k AS t ON a.to_type = t.t AND a.to_id = t.i
		LEFT JOIN objects AS o ON o.object_type = a.to_type AND o.object_id = a.to_id`, args, func(*sql.Rows) error { return nil })
}

// BenchmarkMap draws the map, and reports how much longer that takes than one scan of the
// columns that it reads.
func BenchmarkMap(b *testing.B) {
	db := built(b, large(contactsOf(b)))
	var drawing, asking time.Duration
	for b.Loop() {
		start := time.Now()
		if _, err := Map(b.Context(), db, ""); err != nil {
			b.Fatal(err)
		}
		drawing += time.Since(start)
		start = time.Now()
		err := sqlrows.Each(b.Context(), db, `SELECT from_type, to_type, category, type_id, count(*), max(from_id), max(to_id), bool_or(has_inverse), bool_or(has_reverse) FROM associations GROUP BY ALL`,
			nil, func(*sql.Rows) error { return nil })
		if err != nil {
			b.Fatal(err)
		}
		asking += time.Since(start)
	}
	goals.Most(b, drawing.Seconds()/asking.Seconds(), 3, "drawing/scan")
}
