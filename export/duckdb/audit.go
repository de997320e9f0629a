package duckdb

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"hubgraph/export/lake"
	"hubgraph/internal/sentence"
	"hubgraph/queries"
)

// AddAudit adds a written audit to a DuckDB file that Build made before it, so
// that the file is as if it had been built after.
func (f *Files) AddAudit(ctx context.Context, file, auditID string) error {
	audits, err := f.Audits()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(audits, func(a lake.Folder) bool { return a.Manifest.Audit.AuditID == auditID })
	if i < 0 {
		return fmt.Errorf("there is no audit %q in %s", auditID, f.Dir())
	}
	err = modify(file, f.Memory, func(db *sql.DB) error {
		for _, name := range []string{"check_results", "findings"} {
			files, err := f.Files(name, audits[i])
			if err != nil {
				return err
			}
			statement := fmt.Sprintf("INSERT INTO %s BY NAME FROM %s", name, readParquet(files, ""))
			if _, err := db.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		_, err := db.ExecContext(ctx, "CHECKPOINT")
		return err
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
// and its baseline, with the settings of the newest audit, or else the defaults.
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
	b := Build{Snapshot: entries[len(entries)-1], Progress: progress}
	if b.Baseline, err = f.Baseline(b.Snapshot); err != nil {
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

// Settings are those of the newest audit, or else the defaults.
func (f *Files) Settings(ctx context.Context) ([]queries.Setting, error) {
	audits, err := f.Audits()
	if err != nil {
		return nil, err
	}
	if len(audits) == 0 {
		return queries.DefaultSettings(), nil
	}
	newest := audits[len(audits)-1]
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
