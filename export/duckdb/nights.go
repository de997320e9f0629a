package duckdb

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"hubgraph/export/lake"
	"hubgraph/internal/sentence"
)

// allNights finds a query that names what only the lake knows.
var allNights = regexp.MustCompile(`(?i)\b(all_objects|all_associations|history)\b`)

// OpenNights opens the newest DuckDB file of a data folder for a query, locked down as
// Open does it, but SQL may read the files of the lake. Where the query names one of
// them, there are also
//
//   - the views all_objects and all_associations: those tables in all snapshots that can
//     be a baseline, with snapshot_id in front
//   - the table macro history(type, id, other_type, other_id): in each of these snapshots,
//     what either of two records lists of the other
//
// A data folder that holds a DuckDB file alone has none of them. They are the connection's,
// as the file must not depend on where the lake lies.
func OpenNights(dir string, limit Memory, query string) (*sql.DB, error) {
	path, err := Newest(dir)
	if err != nil {
		return nil, err
	}
	nights, err := nightsOf(dir)
	if err != nil {
		return nil, err
	}
	if nights == "" {
		return Open(path, limit)
	}
	named := allNights.MatchString(query)
	if strings.ContainsAny(nights, "[*?") { // which stand for others in a name of many files
		if named {
			return nil, sentence.New(lake.ErrData, "%s has one of [ * ? in its name, and so all nights cannot be read at once: name the folder otherwise", nights)
		}
		return Open(path, limit)
	}
	first := []string{fmt.Sprintf("SET allowed_directories = [%s]", literal(filepath.Dir(nights)))}
	if named {
		first = append(first, allViews(nights)...)
	}
	return openLocked(path, means{Memory: limit}, first...)
}

// nightsOf is the folder of the snapshots in a data folder; empty where it holds a DuckDB
// file alone.
func nightsOf(dir string) (string, error) {
	data, err := lake.Find(dir)
	if err == nil {
		var portal *lake.Portal
		if portal, err = data.Only(); err == nil {
			return filepath.Abs(portal.Lake())
		}
	}
	if errors.Is(err, lake.ErrNoSnapshot) {
		err = nil
	}
	return "", err
}

// allViews makes what reads all snapshots in a folder.
func allViews(nights string) []string {
	every := func(table string) string {
		files := filepath.Join(nights, "snapshot=*", table, "*.parquet")
		return fmt.Sprintf(`SELECT regexp_extract(filename, '.*[/\\]snapshot=([^/\\]+)[/\\]', 1) AS snapshot_id, * EXCLUDE (filename)
FROM read_parquet(%s, union_by_name = true, filename = true, hive_partitioning = false)`, literal(files))
	}
	return []string{
		"CREATE TEMP VIEW all_objects AS " + every("objects"),
		"CREATE TEMP VIEW all_associations AS " + every("associations"),
		fmt.Sprintf(`CREATE TEMP MACRO history(type, id, other_type, other_id) AS TABLE
SELECT n.snapshot_id, n.started_at, a.from_type, a.from_id, a.to_type, a.to_id, a.types, a.labels
FROM (SELECT snapshot_id, started_at FROM (%s)) AS n
LEFT JOIN (
	SELECT l.snapshot_id, l.from_type, l.from_id, l.to_type, l.to_id,
		list(l.category || ':' || l.type_id ORDER BY l.category, l.type_id) AS types,
		list(l.label ORDER BY l.label) FILTER (l.label IS NOT NULL) AS labels
	FROM all_associations AS l
	WHERE (l.from_type = type AND l.from_id = id AND l.to_type = other_type AND l.to_id = other_id)
		OR (l.from_type = other_type AND l.from_id = other_id AND l.to_type = type AND l.to_id = id)
	GROUP BY ALL
) AS a ON a.snapshot_id = n.snapshot_id
ORDER BY n.started_at, a.from_type, a.from_id`, strings.Replace(every("snapshot"), " AS snapshot_id, * EXCLUDE (filename)", " AS snapshot_id, * EXCLUDE (snapshot_id, filename)", 1)),
	}
}
