package export

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/queries"
)

// batch is the number of rows that are handed to the Parquet writer at once.
const batch = 256

// Content is a table with the rows that it is to hold.
type Content struct {
	Table
	// Write writes the table's Parquet file and returns the number of its rows.
	Write func(ctx context.Context, w io.Writer) (rows int64, err error)
}

// ContentOf is a table with rows, which must come in the table's order.
func ContentOf[Row any](t Table, rows iter.Seq2[Row, error]) Content {
	return Content{t, func(ctx context.Context, w io.Writer) (int64, error) { return WriteRows(ctx, w, t, rows) }}
}

// WriteRows writes the Parquet file of a table and returns the number of its rows.
func WriteRows[Row any](ctx context.Context, out io.Writer, t Table, rows iter.Seq2[Row, error]) (count int64, err error) {
	w := newWriter[Row](out, t)
	pending := make([]Row, 0, batch)
	flush := func() error {
		n, err := w.Write(pending)
		count += int64(n)
		clear(pending)
		pending = pending[:0]
		return errors.Join(err, ctx.Err())
	}
	for row, err := range rows {
		if err != nil {
			return count, err
		}
		if pending = append(pending, row); len(pending) == batch {
			if err := flush(); err != nil {
				return count, err
			}
		}
	}
	if err := flush(); err != nil {
		return count, err
	}
	return count, w.Close()
}

// Snapshot turns a snapshot into rows: it has write write each table, in the order of
// SnapshotTables, and returns the snapshot's own row, which is the last. The rows
// stream: memory is bounded by the graph, whatever the records hold.
func Snapshot(s *graphmodel.Snapshot, write func(Content) (rows int64, err error)) (*queries.SnapshotRow, error) {
	tables := map[string]Table{}
	for _, t := range SnapshotTables() {
		tables[t.Name] = t
	}
	stats, row := newStats(s.Definitions), snapshotRow(s)
	var err error
	to := func(count *int64, c Content) {
		if err == nil {
			*count, err = write(c)
		}
	}
	var counted int64
	to(&row.Objects, ContentOf(tables["objects"], objects(s)))
	to(&row.Associations, ContentOf(tables["associations"], associations(s, stats)))
	to(&counted, ContentOf(tables["association_types"], All(associationTypes(s.Definitions))))
	to(&counted, ContentOf(tables["association_stats"], All(stats.rows())))
	to(&counted, ContentOf(tables["coverage"], All(CoverageOf(s))))
	to(&counted, ContentOf(tables["gaps"], All(gaps(s.Gaps))))
	to(&counted, ContentOf(tables["id_alias"], All(aliases(s.Aliases))))
	to(&counted, ContentOf(tables["pipelines"], All(pipelines(s.Stages))))
	to(&counted, ContentOf(tables["owners"], All(owners(s.Owners))))
	to(&counted, ContentOf(tables["object_types"], All(objectTypes(s.Types))))
	to(&counted, ContentOf(tables["snapshot"], All([]queries.SnapshotRow{*row})))
	return row, err
}

// snapshotRow describes a snapshot, but for what is counted. Where the clock was set
// back during the crawl, it ended as it began.
func snapshotRow(s *graphmodel.Snapshot) *queries.SnapshotRow {
	started, finished := s.StartedAt.UTC().Truncate(time.Microsecond), s.FinishedAt.UTC().Truncate(time.Microsecond)
	if finished.Before(started) {
		finished = started
	}
	return &queries.SnapshotRow{
		SnapshotID: s.ID, PortalID: s.PortalID, APIVersion: s.APIVersion, StartedAt: started, FinishedAt: finished,
		Complete: s.Complete, ScopeHash: s.ScopeHash, Requests: s.Requests, ToolVersion: s.Tool,
		TimeZone: text(s.TimeZone), Currency: text(s.Currency),
	}
}
