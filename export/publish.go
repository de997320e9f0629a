package export

import (
	"context"
	"fmt"
	"path"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/queries"
)

// Publish writes a snapshot into the lake: under snapshot=ID where it was read, but
// for a few records at most, else under incomplete=ID. It appears there as a whole or not at all.
// The rows stream: memory is bounded by the graph, whatever the records hold.
// The graph must be sealed and the data folder locked.
func (d *Data) Publish(ctx context.Context, s *graphmodel.Snapshot) (Entry, error) {
	if err := checkID(s.ID); err != nil {
		return Entry{}, err
	}
	if err := d.CheckPortal(s.PortalID); err != nil {
		return Entry{}, err
	}
	kind := "incomplete="
	if s.Readable() {
		kind = "snapshot="
	}
	dir := path.Join(lakeDir, fmt.Sprintf("portal=%d", s.PortalID), kind+s.ID)
	m, err := d.publish(ctx, dir, func(st *stage) (Manifest, error) { return writeSnapshot(st, s) })
	if err != nil {
		return Entry{}, fmt.Errorf("publish snapshot %s: %w", s.ID, err)
	}
	return Entry{ID: s.ID, Path: d.path(dir), PortalID: s.PortalID, Manifest: m, dir: dir}, nil
}

// writeSnapshot writes the tables in the order of snapshotTables.
func writeSnapshot(st *stage, s *graphmodel.Snapshot) (Manifest, error) {
	tables := map[string]table{}
	for _, t := range snapshotTables() {
		tables[t.name] = t
	}
	cells, stats := coverage(s), newStats(s.Definitions)
	m := Manifest{ToolVersion: s.Tool, Certificate: certify(cells, s)}
	if gaps := m.Certificate.Gaps; s.Complete && len(gaps) > 0 {
		return m, fmt.Errorf("it claims to be complete, and its coverage has a gap: %s %s", gaps[0].Kind, gaps[0].FromType)
	}
	steps := []func() error{
		func() error { return writeTable(st, tables["objects"], objects(s)) },
		func() error { return writeTable(st, tables["associations"], associations(s, stats)) },
		func() error { return writeTable(st, tables["association_types"], all(associationTypes(s.Definitions))) },
		func() error { return writeTable(st, tables["association_stats"], all(stats.rows())) },
		func() error { return writeTable(st, tables["coverage"], all(cells)) },
		func() error { return writeTable(st, tables["gaps"], all(gaps(s.Gaps))) },
		func() error { return writeTable(st, tables["id_alias"], all(aliases(s.Aliases))) },
		func() error { return writeTable(st, tables["pipelines"], all(pipelines(s.Stages))) },
		func() error { return writeTable(st, tables["owners"], all(owners(s.Owners))) },
		func() error { return writeTable(st, tables["object_types"], all(objectTypes(s.Types))) },
		func() error {
			m.Snapshot = snapshotRow(s, Manifest{Files: st.files})
			return writeTable(st, tables["snapshot"], all([]queries.SnapshotRow{*m.Snapshot}))
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return m, err
		}
	}
	return m, nil
}

// snapshotRow describes a snapshot. Where the clock was set back during the crawl,
// it ended as it began.
func snapshotRow(s *graphmodel.Snapshot, written Manifest) *queries.SnapshotRow {
	started, finished := s.StartedAt.UTC().Truncate(time.Microsecond), s.FinishedAt.UTC().Truncate(time.Microsecond)
	if finished.Before(started) {
		finished = started
	}
	return &queries.SnapshotRow{
		SnapshotID: s.ID, PortalID: s.PortalID, APIVersion: s.APIVersion, StartedAt: started, FinishedAt: finished,
		Complete: s.Complete, ScopeHash: s.ScopeHash,
		Objects: written.rows("objects"), Associations: written.rows("associations"),
		Requests: s.Requests, ToolVersion: s.Tool, TimeZone: text(s.TimeZone), Currency: text(s.Currency),
	}
}
