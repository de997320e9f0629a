package queries

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// manyRecords is a portal of 250,000 records and some 900,000 associations, of which a
// few are dangling, merged away, one-sided or label one side only.
const manyRecords = `
INSERT INTO pipelines (object_type, pipeline_id, pipeline_name, stage_id, stage_name) VALUES ('deals', 'default', 'Sales', 'open', 'Open');
INSERT INTO objects (object_type, object_id, created_at, archived, name, amount, currency, is_closed, pipeline_id, stage_id)
	SELECT t, first + 7 * i, TIMESTAMP '2025-01-01' + i * INTERVAL 1 MINUTE, i % 50 = 0, t || i, i, 'EUR', i % 3 = 0, 'default', 'open'
	FROM (VALUES ('contacts', 10000000000, 150000), ('companies', 20000000000, 50000), ('deals', 30000000000, 50000)) x(t, first, n), range(150000) r(i)
	WHERE i < n;
UPDATE objects SET created_at = '2026-11-22 01:00:00' WHERE object_id % 1009 = 0;
INSERT INTO id_alias SELECT 'contacts', 15000000000 + i, 10000000000 + 7 * (53 * i + 1) FROM range(1000) r(i);
CREATE TABLE linked AS
	SELECT DISTINCT f, fi, t, ti, category, there, back
	FROM (
		SELECT 'contacts' AS f, 10000000000 + 7 * (i % 150000) AS fi, 'companies' AS t, 20000000000 + 7 * (hash(i) % 50000)::BIGINT AS ti, i FROM range(200000) r(i)
		UNION ALL SELECT 'deals', 30000000000 + 7 * (i % 50000), 'contacts', 10000000000 + 7 * (hash(i + 7) % 150000)::BIGINT, i FROM range(75000) r(i) WHERE hash(i + 1) % 100 <> 0
		UNION ALL SELECT 'deals', 30000000000 + 7 * (i % 50000), 'companies', 20000000000 + 7 * (hash(i + 11) % 50000)::BIGINT, i FROM range(50000) r(i) WHERE hash(i + 2) % 100 <> 0
	) p
	JOIN (VALUES ('contacts', 'companies', 'HUBSPOT_DEFINED', 279, 280, 1), ('contacts', 'companies', 'HUBSPOT_DEFINED', 1, 2, 2), ('deals', 'contacts', 'HUBSPOT_DEFINED', 3, 4, 1),
		('deals', 'contacts', 'USER_DEFINED', 21, 22, 3), ('deals', 'companies', 'HUBSPOT_DEFINED', 341, 342, 1)) x(of, towards, category, there, back, every)
		ON of = f AND towards = t AND i % every = 0;
INSERT INTO associations (from_type, from_id, to_type, to_id, category, type_id)
	SELECT f, fi, t, ti, category, there FROM linked WHERE hash(3 * fi + ti) % 5000 <> 0
	UNION SELECT t, ti, f, fi, category, back FROM linked WHERE hash(5 * fi + ti) % 5000 <> 0
	ORDER BY ALL;
DROP TABLE linked;
`

// wayBack is what fill computes of associations, where none is under a merged id.
const wayBack = `
CREATE OR REPLACE TABLE both_ways AS
	SELECT a.from_type, a.from_id, a.to_type, a.to_id, a.category, a.type_id, a.label,
		CASE WHEN d.inverse_type_id IS NOT NULL THEN i.type_id IS NOT NULL END AS has_inverse, r.from_id IS NOT NULL AS has_reverse, NOT f.archived AND NOT t.archived AS live
	FROM associations a
	JOIN objects f ON f.object_type = a.from_type AND f.object_id = a.from_id
	JOIN objects t ON t.object_type = a.to_type AND t.object_id = a.to_id
	LEFT JOIN association_types d ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
	LEFT JOIN associations i ON i.from_type = a.to_type AND i.from_id = a.to_id AND i.to_type = a.from_type AND i.to_id = a.from_id AND i.category = d.inverse_category AND i.type_id = d.inverse_type_id
	LEFT JOIN (SELECT DISTINCT from_type, from_id, to_type, to_id FROM associations) r ON r.from_type = a.to_type AND r.from_id = a.to_id AND r.to_type = a.from_type AND r.to_id = a.from_id
	ORDER BY ALL;
DELETE FROM associations;
INSERT INTO associations FROM both_ways;
DROP TABLE both_ways;
`

// BenchmarkChecks reports the processor time of each check, its universe with it, as a
// multiple of that of a scan of the tables that it compares, and that of the models which
// are kept as tables, once for all checks, as a multiple of a scan of both nights.
func BenchmarkChecks(b *testing.B) {
	db := newNights(b, "", "")
	change(b, db, manyRecords+wayBack+`
		INSERT INTO baseline_objects FROM objects;
		INSERT INTO baseline_associations FROM associations;
		DELETE FROM associations WHERE category = 'USER_DEFINED' AND hash(from_id + to_id) % 700 = 0;
		DELETE FROM associations WHERE from_type = 'deals' AND hash(from_id) % 900 = 0;`+wayBack)
	change(b, db, "SET threads = 1")
	for _, m := range Models() {
		if m.Kept { // the tests have views of all
			change(b, db, "DROP VIEW "+m.Name+"; CREATE TABLE "+m.Name+" AS\n"+m.SQL)
		}
	}
	cpu := func(queries ...string) float64 {
		var before, after syscall.Rusage
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
		for _, query := range queries {
			rows, err := db.Query(query)
			if err != nil {
				b.Fatalf("%v\n%s", err, query)
			}
			for rows.Next() {
			}
			if err := rows.Close(); err != nil {
				b.Fatal(err)
			}
		}
		_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
		return float64(time.Duration(after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()))
	}
	const scan = "SELECT bit_xor(hash(from_type, from_id, to_type, to_id, category, type_id)) FROM associations UNION ALL SELECT bit_xor(hash(object_type, object_id, created_at, seen, archived)) FROM objects"
	both := []string{scan, strings.NewReplacer("FROM a", "FROM baseline_a", "FROM o", "FROM baseline_o").Replace(scan)}
	ratios := map[string][]float64{}
	for b.Loop() {
		models := 0.0
		for _, m := range Models() {
			if m.Kept {
				models += cpu("CREATE OR REPLACE TABLE " + m.Name + " AS\n" + m.SQL)
			}
		}
		ratios["models"] = append(ratios["models"], models/cpu(both...))
		for _, c := range All() {
			scans := both[:1]
			if strings.Contains(c.SQL, "baseline") || c.Kind == EventKind {
				scans = both
			}
			once := cpu(scans...)
			ratios[c.ID] = append(ratios[c.ID], cpu(c.SQL, c.Universe)/once)
		}
	}
	for id, list := range ratios {
		slices.Sort(list)
		b.ReportMetric(list[len(list)/2], id+"/scan")
	}
}
