package export_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"hubgraph/export"
	_ "hubgraph/export/duckdb" // the driver
)

// benchRows is the number of rows of associations that the benchmarks write.
const benchRows = 1_000_000

// manyAssociations makes up rows as a portal has them: a few types, ids that
// lie close to each other, every link from both sides.
func manyAssociations() iter.Seq2[export.Association, error] {
	primary, yes := "Primary", true
	return func(yield func(export.Association, error) bool) {
		random, from := rand.New(rand.NewPCG(1, 2)), int64(10_000_000_000)
		for range benchRows / 4 {
			from += 1 + random.Int64N(20)
			to := 20_000_000_000 + random.Int64N(2_000_000)
			rows := []export.Association{
				{"contacts", from, "companies", to, "HUBSPOT_DEFINED", 1, &primary, &yes, &yes, &yes},
				{"contacts", from, "companies", to, "HUBSPOT_DEFINED", 279, nil, &yes, &yes, &yes},
				{"contacts", from, "deals", to + 1, "HUBSPOT_DEFINED", 4, nil, &yes, &yes, &yes},
				{"contacts", from, "deals", to + 1, "USER_DEFINED", 28, &primary, nil, &yes, &yes},
			}
			for _, r := range rows {
				if !yield(r, nil) {
					return
				}
			}
		}
	}
}

// cpu is the processor time that the program has used.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkParquet compares our Parquet file of one table with the one that
// DuckDB's COPY makes: processor time to write it, size, and processor time of a
// scan of the ids. The ratios are medians of interleaved runs.
func BenchmarkParquet(b *testing.B) {
	dir := b.TempDir()
	db, err := sql.Open("duckdb", "?threads=1")
	if err != nil {
		b.Fatal(err)
	}
	defer db.Close()
	ours, theirs := filepath.Join(dir, "ours.parquet"), filepath.Join(dir, "theirs.parquet")
	write := func() {
		f, err := os.Create(ours)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		if _, err := export.WriteRows(context.Background(), f, export.SnapshotTables()[1], manyAssociations()); err != nil {
			b.Fatal(err)
		}
	}
	run := func(query string) func() {
		return func() {
			if _, err := db.Exec(query); err != nil {
				b.Fatal(err)
			}
		}
	}
	measure := func(f func()) float64 {
		before := cpu(b)
		f()
		return float64(cpu(b) - before)
	}
	scan := "SELECT bit_xor(from_id), bit_xor(to_id) FROM read_parquet('%s')"
	write()
	run(fmt.Sprintf("CREATE TABLE t AS FROM read_parquet('%s')", ours))()
	var writes, scans []float64
	for b.Loop() {
		w := measure(write)
		writes = append(writes, w/measure(run(fmt.Sprintf("COPY t TO '%s' (FORMAT parquet, COMPRESSION zstd)", theirs))))
		s := measure(run(fmt.Sprintf(scan, ours)))
		scans = append(scans, s/measure(run(fmt.Sprintf(scan, theirs))))
	}
	b.ReportMetric(median(writes), "write/COPY")
	b.ReportMetric(median(scans), "scan/COPY")
	b.ReportMetric(size(b, ours)/size(b, theirs), "size/COPY")
	b.ReportMetric(size(b, ours)/benchRows, "bytes/row")
}

func size(b *testing.B, name string) float64 {
	info, err := os.Stat(name)
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size())
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// BenchmarkWriteRows is the rate of the writer alone.
func BenchmarkWriteRows(b *testing.B) {
	for b.Loop() {
		if _, err := export.WriteRows(context.Background(), io.Discard, export.SnapshotTables()[1], manyAssociations()); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(benchRows*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}
