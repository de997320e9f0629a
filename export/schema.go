package export

import (
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"hubgraph/queries"
)

// FormatVersion is the version of the tables and of the lake's layout. Files of a newer
// one are refused, older ones are read.
const FormatVersion = 4

// rowGroup is the number of rows of a row group: that of DuckDB's own, so that
// a lookup by id reads little and a scan runs on all cores.
const rowGroup = 122_880

// Table is a table of the lake.
//
// Tags that DuckDB, Spark, pyarrow and polars read alike: int32 and int64, never
// unsigned; a pointer and optional for what may be missing (optional without a
// pointer would turn 0 and "" into NULL); timestamp(microsecond:local); text with
// dict where it repeats; a map that is not optional.
type Table struct {
	Name    string
	Comment string
	// WriteEmpty writes the table's Parquet file without rows.
	WriteEmpty func(w io.Writer) error

	row    reflect.Type
	sorted []string // the columns that the rows are ordered by
	since  int      // the first format version that has the table; 0: it was always there
}

func tableOf[Row any](name, comment string, sorted ...string) Table {
	t := Table{Name: name, Comment: comment, row: reflect.TypeFor[Row](), sorted: sorted}
	t.WriteEmpty = func(w io.Writer) error { return newWriter[Row](w, t).Close() }
	return t
}

// from says that the table is there from a format version on.
func (t Table) from(version int) Table {
	t.since = version
	return t
}

// In reports whether a format version of the lake has the table.
func (t Table) In(version int) bool { return version >= t.since }

// newWriter makes the Parquet writer of a table. All columns have bounds of their
// pages: engines that prune by pages take a column whose bounds are left out for one
// of empty pages, and lose its rows without a word.
func newWriter[Row any](w io.Writer, t Table) *parquet.GenericWriter[Row] {
	options := []parquet.WriterOption{
		parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
		parquet.MaxRowsPerRowGroup(rowGroup),
		parquet.CreatedBy("hubgraph", "1", "parquet-go"),
	}
	if len(t.sorted) > 0 {
		columns := make([]parquet.SortingColumn, len(t.sorted))
		for i, c := range t.sorted {
			columns[i] = parquet.Ascending(c)
		}
		options = append(options, parquet.SortingWriterConfig(parquet.SortingColumns(columns...)))
	}
	return parquet.NewGenericWriter[Row](w, options...)
}

// Column is a column of a table, as its struct field declares it. Type is that of SQL,
// as Spark names it.
type Column struct {
	Name, Comment, Type string
}

// Columns lists the columns of a table.
func (t Table) Columns() []Column {
	var columns []Column
	for i := range t.row.NumField() {
		f := t.row.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("parquet"), ",")
		columns = append(columns, Column{name, f.Tag.Get("comment"), sqlType(f.Type, f.Tag.Get("parquet"))})
	}
	return columns
}

// sqlType is the type of SQL of a field: that of its Go type, unless its tag says more.
func sqlType(of reflect.Type, tag string) string {
	if of.Kind() == reflect.Pointer {
		return sqlType(of.Elem(), tag)
	}
	if m := decimalTag.FindStringSubmatch(tag); m != nil {
		return fmt.Sprintf("DECIMAL(%s,%s)", m[2], m[1])
	}
	switch {
	case strings.Contains(tag, ",timestamp("):
		return "TIMESTAMP_NTZ"
	case of.Kind() == reflect.Map:
		return "MAP<STRING,STRING>"
	case of.Kind() == reflect.Slice:
		return "ARRAY<" + sqlType(of.Elem(), "") + ">"
	}
	return sqlTypes[of.Kind()]
}

// decimalTag is scale and precision, in the order of the tag.
var decimalTag = regexp.MustCompile(`,decimal\((\d+):(\d+)\)`)

// sqlTypes are the types of fields whose tags say no more.
var sqlTypes = map[reflect.Kind]string{
	reflect.String: "STRING", reflect.Int64: "BIGINT", reflect.Int32: "INT", reflect.Bool: "BOOLEAN", reflect.Float64: "DOUBLE",
}

// SnapshotTables are the tables of a snapshot, in the order in which they are
// written.
func SnapshotTables() []Table {
	return []Table{
		tableOf[Object]("objects", "Records: one row for each record that the portal returned, or that only an association names (seen is false)", "object_type", "object_id"),
		tableOf[Association]("associations", "Associations as HubSpot lists them: one row for each direction and association type; rows of the other direction are never made up", "from_type", "from_id", "to_type", "to_id", "category", "type_id"),
		tableOf[AssociationType]("association_types", "Association types that the portal defines, for each ordered pair of object types", "from_type", "to_type", "category", "type_id"),
		tableOf[AssociationStat]("association_stats", "Rows of associations of each association type, also of types that no record uses", "from_type", "to_type", "category", "type_id"),
		tableOf[Coverage]("coverage", "What was asked of the portal and what was answered: one row for each object type, pair of object types, and pair's definitions", "kind"),
		tableOf[Gap]("gaps", "What was not read: one row for each record, or for a cell as a whole", "kind", "from_type", "from_id").from(2),
		tableOf[Alias]("id_alias", "Ids of records that were merged into others", "object_type", "old_id"),
		tableOf[Stage]("pipelines", "Stages of the pipelines of each object type that has pipelines", "object_type", "pipeline_id", "position", "stage_id"),
		tableOf[Owner]("owners", "Users to whom records belong, with their names: they are people, so there are no rows unless the crawl was to read them (--owners)", "owner_id").from(3),
		tableOf[ObjectType]("object_types", "Object types that the crawl covers", "object_type"),
		tableOf[queries.SnapshotRow]("snapshot", "The snapshot itself, one row"),
	}
}

// AuditTables are the tables of an audit.
func AuditTables() []Table {
	return []Table{
		tableOf[queries.CheckResult]("check_results", "Outcome of each check in each audit; passes are rows too"),
		tableOf[queries.Finding]("findings", "Findings: one row for each that ever was, as the newest audit that had it left it"),
		tableOf[queries.Change]("finding_changes", "What each audit that counts changed of the findings").from(3),
		tableOf[queries.JudgedCell]("judged_cells", "Where each check looked for the first time").from(3),
		tableOf[queries.LinkStat]("link_stats", "How many associations of each type came and went from night to night, between records that live in both").from(4),
		tableOf[queries.Setting]("settings", "Settings that the checks read: grace periods, domains, policies; a list is several rows of one key"),
	}
}
