package duckdb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"

	"hubgraph/export"
	"hubgraph/export/lake"
	"hubgraph/internal/sentence"
	"hubgraph/queries"
)

// AddAudit adds a written audit of the snapshot in a DuckDB file that Build made before
// it, so that the file is as if it had been built after. The audit must be one that
// counts.
func (f *Files) AddAudit(ctx context.Context, file, auditID string) error {
	audit, err := f.FindAudit(auditID)
	if err != nil {
		return err
	}
	means, err := f.Memory.ofFile(file)
	if err != nil {
		return err
	}
	err = modify(ctx, file, means, func(tx *sql.Tx) error {
		for _, t := range export.AuditTables() {
			if t.Name == "settings" {
				continue // of the build
			}
			files, err := f.Files(t.Name, audit)
			if err != nil {
				return err
			}
			l := load{Table: t, name: t.Name}
			if t.Name == "findings" {
				l.unique = "fingerprint"
			}
			if err := execute(ctx, tx, l.insert("", files)...); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("add audit %s to the DuckDB file: %w", auditID, err)
	}
	return nil
}

// Rebuilt is what Rebuild made.
type Rebuilt struct {
	*Published
	Snapshot lake.Entry // what the file holds
}

// Rebuild makes and publishes the DuckDB file of the newest complete snapshot
// and its baseline, of all that the lake and the audits hold, which it verifies, with the settings of the newest audit, or else the defaults.
func (f *Files) Rebuild(ctx context.Context, progress func(done, total int)) (Rebuilt, error) {
	entries, err := f.Snapshots()
	if err != nil {
		return Rebuilt{}, err
	}
	if len(entries) == 0 {
		if _, err := f.Newest(); err != nil {
			return Rebuilt{}, err
		}
		return Rebuilt{}, sentence.New(lake.ErrNoSnapshot, "%s holds no complete snapshot yet: run `hubgraph crawl` again, or `hubgraph audit` on what there is", f.Dir())
	}
	history, err := f.History()
	if err == nil {
		err = os.RemoveAll(history) // all is read again
	}
	if err != nil {
		return Rebuilt{}, err
	}
	b := Build{Snapshot: entries[len(entries)-1], Audited: true, Progress: progress}
	if b.Baseline, err = f.audited(b.Snapshot); err != nil {
		return Rebuilt{}, err
	}
	if b.Settings, err = f.Settings(ctx); err != nil {
		return Rebuilt{}, err
	}
	file, err := f.Build(ctx, b)
	if err != nil {
		return Rebuilt{}, err
	}
	published, err := f.PublishDuckDB(file, b.Snapshot.ID)
	return Rebuilt{published, b.Snapshot}, err
}

// audited is what a snapshot was compared with in its newest audit that counts, or would
// be where there is none.
func (f *Files) audited(e lake.Entry) (*lake.Entry, error) {
	audits, err := f.Audits()
	if err != nil {
		return nil, err
	}
	for _, a := range lake.Counting(audits) {
		if a.Manifest.Audit.SnapshotID != e.ID {
			continue
		}
		if id := a.Manifest.Audit.BaselineID; id != nil {
			if b, err := f.Find(*id); err == nil || !errors.Is(err, lake.ErrNoSnapshot) {
				return &b, err
			}
		}
	}
	b, err := f.Baseline(e, lake.LastComplete)
	return b.Entry, err
}

// Settings are those of the newest audit that counts, or else the defaults.
func (f *Files) Settings(ctx context.Context) ([]queries.Setting, error) {
	audits, err := f.Audits()
	if err != nil {
		return nil, err
	}
	counting := lake.Counting(audits)
	if len(counting) == 0 {
		return queries.DefaultSettings(), nil
	}
	newest := counting[len(counting)-1]
	files, err := f.Files("settings", newest)
	if err != nil {
		return nil, err
	}
	var settings []queries.Setting
	err = askFiles(ctx, "SELECT key, value FROM "+readParquet(files, ""), func(row *sql.Rows) error {
		var s queries.Setting
		err := row.Scan(&s.Key, &s.Value)
		settings = append(settings, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the settings of audit %s: %w", newest.Manifest.Audit.AuditID, err)
	}
	return settings, nil
}

// ReadAudit reads an audit that was stored: it is as when it was made.
func (f *Files) ReadAudit(ctx context.Context, id string) (*queries.Report, error) {
	folder, err := f.FindAudit(id)
	if err != nil {
		return nil, err
	}
	m := folder.Manifest
	if m.Audit.Snapshot == nil {
		return nil, sentence.New(lake.ErrFormat, "audit %s was written by an older hubgraph, which did not keep enough to print it again: audit its snapshot, %s, anew", id, m.Audit.SnapshotID)
	}
	r := &queries.Report{AuditID: id, ToolVersion: m.ToolVersion, Snapshot: *m.Audit.Snapshot, Baseline: m.Audit.Baseline, NoBaseline: m.Audit.NoBaseline,
		FailOn: m.Audit.FailOn, Aside: m.Audit.Aside, Unread: m.Audit.Unread, Readable: m.Audit.Readable, Notes: m.Audit.Notes}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return nil, err
	}
	defer db.Close()
	for _, t := range export.AuditTables() {
		files, err := f.Files(t.Name, folder)
		if err == nil {
			err = execute(ctx, db, fmt.Sprintf("CREATE VIEW %s AS FROM %s", quote(t.Name), readParquet(files, "")))
		}
		if err != nil {
			return nil, fmt.Errorf("read audit %s: %w", id, err)
		}
	}
	if err := queries.ReadReport(ctx, db, r); err != nil {
		return nil, fmt.Errorf("read audit %s: %w", id, err)
	}
	return r, nil
}
