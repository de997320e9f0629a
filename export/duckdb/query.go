package duckdb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"hubgraph/internal/sentence"
)

// ErrReadOnly: a query tried to change something, or was more than one.
var ErrReadOnly = errors.New("the DuckDB file is read-only")

// Form is how the rows of a query are written.
type Form struct {
	Format string // one of Formats
	Width  int    // of the screen, in characters, for text; 0: a table is as wide as it is
	All    bool   // text has all rows, and not the first 40
	RawCSV bool   // cells of CSV are as they are, also where a spreadsheet takes one for a formula
}

// Formats lists the formats: text is a table for people, json an array of objects whose
// keys stand in the order of the columns, ndjson the same objects in lines, csv and
// markdown are tables.
func Formats() []string { return []string{"text", "json", "ndjson", "csv", "markdown"} }

// Query runs one query and writes its rows. In JSON integers and decimals are numbers with all their digits,
// times are RFC 3339 in UTC, lists arrays, maps and structs objects. A query
// that writes, or more than one query, is refused with ErrReadOnly.
func Query(ctx context.Context, w io.Writer, db *sql.DB, query string, form Form) error {
	query, err := prepare(ctx, db, query)
	if err != nil {
		return err
	}
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return refusal(err)
	}
	defer rows.Close()
	columns, err := rows.ColumnTypes()
	if err != nil {
		return refusal(err)
	}
	switch form.Format {
	case "text":
		return form.writeText(w, rows, columns)
	case "csv":
		return form.writeCSV(w, rows, columns)
	case "markdown":
		return writeMarkdown(w, rows, columns)
	case "json":
		return writeJSON(w, rows, columns, "[", ",", "]\n")
	case "ndjson":
		return writeJSON(w, rows, columns, "", "", "")
	}
	return fmt.Errorf("there is no format %q", form.Format)
}

// reads are the kinds of statement that change nothing. A PRAGMA that only
// answers, such as table_info, is a SELECT to DuckDB.
var reads = map[duckdb.StmtType]bool{
	duckdb.STATEMENT_TYPE_SELECT: true, duckdb.STATEMENT_TYPE_EXPLAIN: true, duckdb.STATEMENT_TYPE_RELATION: true,
}

// meddling are the functions that a SELECT may call and that change DuckDB
// instead of answering: profiles would stand among the results, a log that goes
// to a file brings the process down, and arrow_scan reads any address.
var meddling = regexp.MustCompile(`(?i)\b((enable|disable)_(logging|profiling|peg_parser)|truncate_duckdb_logs|write_log|(force_)?checkpoint|arrow_scan(_dumb)?)"?\s*\(`)

// prepare asks DuckDB what a query is, refuses it where it is none, and returns
// the text to run.
func prepare(ctx context.Context, db *sql.DB, query string) (prepared string, err error) {
	if nothing.MatchString(query) {
		return "", errors.New("the query is empty: give one, such as \"SELECT count(*) FROM objects\"")
	}
	if !asking.MatchString(query) || meddling.MatchString(query) {
		return "", errReadOnly
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	err = conn.Raw(func(c any) error {
		if found := explaining.FindString(query); found != "" {
			if err := explainable(c.(driver.Conn), query[len(found):]); err != nil {
				return err
			}
		}
		s, err := c.(driver.Conn).Prepare(query) // PrepareContext would run all statements but the last
		if err != nil && strings.Contains(err.Error(), "multi-statement") {
			return errSeveral
		}
		if err != nil {
			return refusal(err)
		}
		prepared, err = asText(s.(*duckdb.Stmt), query)
		return errors.Join(err, s.Close())
	})
	return prepared, err
}

// between may stand between two words of SQL.
const between = `(?:\s|--[^\n]*\n|/\*.*?\*/)*`

var (
	// asking is how what only reads begins. Other statements are not even prepared: DuckDB
	// makes a folder for EXPORT DATABASE then.
	asking = regexp.MustCompile(`(?is)^` + between + `(?:\(` + between + `)*(?:SELECT|WITH|FROM|VALUES|TABLE|PIVOT|UNPIVOT|DESCRIBE|DESC|SHOW|SUMMARIZE|PRAGMA|EXPLAIN)\b`)
	// explaining is how a statement begins that has DuckDB explain, and perhaps run, the
	// one that follows.
	explaining = regexp.MustCompile(`(?is)^` + between + `EXPLAIN\b` + between + `(?:ANALYZE\b|\([^)]*\))?`)
	nothing    = regexp.MustCompile(`(?s)^` + between + `;*\s*$`)
)

// explainable refuses what is no query where EXPLAIN precedes it: EXPLAIN ANALYZE runs it.
func explainable(c driver.Conn, query string) error {
	if !asking.MatchString(query) {
		return errReadOnly
	}
	s, err := c.Prepare(query)
	if err != nil {
		return refusal(err)
	}
	kind, err := s.(*duckdb.Stmt).StatementType()
	if err == nil && kind != duckdb.STATEMENT_TYPE_SELECT {
		err = errReadOnly
	}
	return errors.Join(err, s.Close())
}

// asText wraps a query so that columns of the types JSON and INTERVAL come as
// text: the driver would decode the one, and ids in it would lose digits, and
// has no text for the other.
func asText(s *duckdb.Stmt, query string) (string, error) {
	kind, err := s.StatementType()
	if err != nil {
		return "", err
	}
	if !reads[kind] || kind == duckdb.STATEMENT_TYPE_EXPLAIN && !explaining.MatchString(query) {
		return "", errReadOnly
	}
	if s.NumInput() > 0 {
		return "", errors.New("the query has parameters (? or $1): write their values into it")
	}
	n, err := s.ColumnCount()
	if err != nil || kind != duckdb.STATEMENT_TYPE_SELECT {
		return query, err
	}
	names, columns, found := make([]string, n), make([]string, n), false
	for i := range n {
		info, err := s.ColumnTypeInfo(i)
		if err != nil {
			return query, nil // a type that the driver cannot describe is not JSON
		}
		name, err := s.ColumnName(i)
		if err != nil {
			return "", err
		}
		names[i] = fmt.Sprintf("c%d", i)
		columns[i] = names[i] + " AS " + quote(name)
		if info.Alias() == "JSON" || info.InternalType() == duckdb.TYPE_INTERVAL {
			found = true
			columns[i] = "CAST(" + names[i] + " AS VARCHAR) AS " + quote(name)
		}
	}
	if !found {
		return query, nil
	}
	query = ending.ReplaceAllString(query, "")
	return fmt.Sprintf("SELECT %s FROM (\n%s\n) AS q(%s)", strings.Join(columns, ", "), query, strings.Join(names, ", ")), nil
}

// ending is what may follow the last word of a query.
var ending = regexp.MustCompile(`;(\s|;|--[^\n]*)*$`)

var (
	errReadOnly  = sentence.New(ErrReadOnly, "only queries are allowed here, such as SELECT, FROM, WITH, DESCRIBE and EXPLAIN: the DuckDB file is read-only, and `hubgraph rebuild` makes it from the lake")
	errElsewhere = sentence.New(ErrReadOnly, "a query here reads the tables of the DuckDB file, and Parquet files of the lake by their full path: no other files, no network, and no extensions")
	errSeveral   = sentence.New(ErrReadOnly, "only one query at a time is allowed here: leave one of the statements")
)

// refusal distinguishes what DuckDB refused because it would have changed
// something or reached beyond the file.
func refusal(err error) error {
	var e *duckdb.Error
	if errors.As(err, &e) && strings.Contains(e.Msg, "read-only mode") {
		return errReadOnly
	}
	if errors.As(err, &e) && e.Type == duckdb.ErrorTypePermission {
		return errElsewhere
	}
	return fmt.Errorf("query: %w", err)
}
