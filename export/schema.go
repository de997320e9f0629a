package export

import (
	"io"
	"reflect"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"hubgraph/queries"
)

// rowGroup is the number of rows of a row group: that of DuckDB's own, so that
// a lookup by id reads little and a scan runs on all cores.
const rowGroup = 122_880

// table is a table of the lake.
//
// Tags that DuckDB, Spark, pyarrow and polars read alike: int32 and int64, never
// unsigned; a pointer and optional for what may be missing (optional without a
// pointer would turn 0 and "" into NULL); timestamp(microsecond:local); text with
// dict where it repeats; a map that is not optional.
type table struct {
	name    string
	comment string
	row     reflect.Type
	sorted  []string // the columns that the rows are ordered by
	// empty writes the table's Parquet file without rows.
	empty func(w io.Writer) error
}

func tableOf[Row any](name, comment string, sorted ...string) table {
	t := table{name: name, comment: comment, row: reflect.TypeFor[Row](), sorted: sorted}
	t.empty = func(w io.Writer) error { return newWriter[Row](w, t).Close() }
	return t
}

// newWriter makes the Parquet writer of a table. All columns have bounds of their
// pages: engines that prune by pages take a column whose bounds are left out for one
// of empty pages, and lose its rows without a word.
func newWriter[Row any](w io.Writer, t table) *parquet.GenericWriter[Row] {
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

// column is a column of a table, as its struct field declares it.
type column struct {
	name, comment string
}

func (t table) columns() []column {
	var columns []column
	for i := range t.row.NumField() {
		f := t.row.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("parquet"), ",")
		columns = append(columns, column{name, f.Tag.Get("comment")})
	}
	return columns
}

// tablesSince are the format versions from which on there are tables that were not
// always there.
var tablesSince = map[string]int{"gaps": 2, "owners": 3}

// snapshotTables are the tables of a snapshot, in the order in which they are
// written.
func snapshotTables() []table {
	return []table{
		tableOf[Object]("objects", "Records: one row for each record that the portal returned, or that only an association names (seen is false)", "object_type", "object_id"),
		tableOf[Association]("associations", "Associations as HubSpot lists them: one row for each direction and association type; rows of the other direction are never made up", "from_type", "from_id", "to_type", "to_id", "category", "type_id"),
		tableOf[AssociationType]("association_types", "Association types that the portal defines, for each ordered pair of object types", "from_type", "to_type", "category", "type_id"),
		tableOf[AssociationStat]("association_stats", "Rows of associations of each association type, also of types that no record uses", "from_type", "to_type", "category", "type_id"),
		tableOf[Coverage]("coverage", "What was asked of the portal and what was answered: one row for each object type, pair of object types, and pair's definitions", "kind"),
		tableOf[Gap]("gaps", "What was not read: one row for each record, or for a cell as a whole", "kind", "from_type", "from_id"),
		tableOf[Alias]("id_alias", "Ids of records that were merged into others", "object_type", "old_id"),
		tableOf[Stage]("pipelines", "Stages of the pipelines of each object type that has pipelines", "object_type", "pipeline_id", "position", "stage_id"),
		tableOf[Owner]("owners", "Users to whom records belong, with their names: they are people, so there are no rows unless the crawl was to read them (--owners)", "owner_id"),
		tableOf[ObjectType]("object_types", "Object types that the crawl covers", "object_type"),
		tableOf[queries.SnapshotRow]("snapshot", "The snapshot itself, one row"),
	}
}

// auditTables are the tables of an audit.
func auditTables() []table {
	return []table{
		tableOf[queries.CheckResult]("check_results", "Outcome of each check in each audit; passes are rows too"),
		tableOf[queries.Finding]("findings", "Findings of each audit"),
		tableOf[queries.Setting]("settings", "Settings that the checks read: grace periods, domains, policies; a list is several rows of one key"),
	}
}
