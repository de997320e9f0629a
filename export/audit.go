package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hubgraph/queries"
)

// WriteAudit writes what an audit found, and the settings that it read, beside
// the lake, with the same care as a snapshot. The report's audit id must be one
// of NewAuditID.
func (d *Data) WriteAudit(ctx context.Context, r *queries.Report, settings []queries.Setting) (string, error) {
	if err := checkID(r.AuditID); err != nil {
		return "", err
	}
	portal := r.Snapshot.PortalID
	if err := d.CheckPortal(portal); err != nil {
		return "", err
	}
	audit := &Audit{AuditID: r.AuditID, PortalID: portal, SnapshotID: r.Snapshot.SnapshotID}
	if r.Baseline != nil {
		audit.BaselineID = &r.Baseline.SnapshotID
	}
	dir := path.Join(auditsDir, fmt.Sprintf("portal=%d", portal), "audit="+r.AuditID)
	_, err := d.publish(ctx, dir, func(st *stage) (Manifest, error) {
		m := Manifest{ToolVersion: r.ToolVersion, Audit: audit}
		var err error
		for _, t := range auditTables() {
			switch t.name {
			case "check_results":
				err = writeTable(st, t, all(r.Results))
			case "findings":
				err = writeTable(st, t, all(r.Findings))
			case "settings":
				err = writeTable(st, t, all(settings))
			}
			if err != nil {
				break
			}
		}
		return m, err
	})
	if err != nil {
		return "", fmt.Errorf("write audit %s: %w", r.AuditID, err)
	}
	return d.path(dir), nil
}

// AddAudit adds a written audit to a DuckDB file that Build made before it, so
// that the file is as if it had been built after.
func (d *Data) AddAudit(ctx context.Context, file, auditID string) error {
	audits, err := d.audits()
	if err != nil {
		return err
	}
	i := slices.IndexFunc(audits, func(a folder) bool { return a.manifest.Audit.AuditID == auditID })
	if i < 0 {
		return fmt.Errorf("there is no audit %q in %s", auditID, d.dir)
	}
	err = modify(file, d.memory, func(db *sql.DB) error {
		for _, name := range []string{"check_results", "findings"} {
			files, err := d.files(name, audits[i:i+1])
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

// audits lists the audits of the portal, oldest first.
func (d *Data) audits() ([]folder, error) {
	portal, err := d.portal()
	if err != nil || portal == 0 {
		return nil, err
	}
	base := path.Join(auditsDir, fmt.Sprintf("portal=%d", portal))
	names, err := d.list(base)
	if err != nil {
		return nil, err
	}
	var audits []folder
	for _, name := range names {
		id, ok := strings.CutPrefix(name, "audit=")
		if !ok || checkID(id) != nil {
			continue
		}
		dir := path.Join(base, name)
		m, err := d.readAudit(dir, id)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		audits = append(audits, folder{dir, m})
	}
	slices.SortFunc(audits, func(a, b folder) int { return compareIDs(a.manifest.Audit.AuditID, b.manifest.Audit.AuditID) })
	return audits, nil
}

// readAudit reads the manifest of an audit, and checks that it is the one that its
// folder names.
func (d *Data) readAudit(dir, id string) (Manifest, error) {
	m, err := d.readManifest(dir)
	if err == nil && (m.Audit == nil || m.Audit.AuditID != id) {
		err = d.damaged(path.Join(dir, manifestFile), "is of another audit than its folder says")
	}
	return m, err
}

// Rebuilt is what Rebuild made.
type Rebuilt struct {
	Path     string // the DuckDB file
	Snapshot Entry  // what it holds
	Warning  string // a sentence; why it has another name than hubgraph.duckdb, or empty
}

// Rebuild makes and publishes the DuckDB file of the newest complete snapshot
// and its baseline, with the settings of the newest audit, or else the defaults.
func (d *Data) Rebuild(ctx context.Context, progress func(done, total int)) (Rebuilt, error) {
	entries, err := d.Snapshots()
	if err != nil {
		return Rebuilt{}, err
	}
	if len(entries) == 0 {
		if _, err := d.Newest(); err != nil {
			return Rebuilt{}, err
		}
		return Rebuilt{}, &wrapped{ErrNoSnapshot, d.dir + " holds no complete snapshot yet: run `hubgraph crawl` again, or `hubgraph audit` on what there is"}
	}
	b := Build{Snapshot: entries[len(entries)-1], Progress: progress}
	if b.Baseline, err = d.Baseline(b.Snapshot); err != nil {
		return Rebuilt{}, err
	}
	if b.Settings, err = d.Settings(ctx); err != nil {
		return Rebuilt{}, err
	}
	file, err := d.Build(ctx, b)
	if err != nil {
		return Rebuilt{}, err
	}
	published, warning, err := d.PublishDuckDB(file, b.Snapshot.ID)
	return Rebuilt{published, b.Snapshot, warning}, err
}

// Settings are those of the newest audit, or else the defaults.
func (d *Data) Settings(ctx context.Context) ([]queries.Setting, error) {
	audits, err := d.audits()
	if err != nil {
		return nil, err
	}
	if len(audits) == 0 {
		return queries.DefaultSettings(), nil
	}
	newest := audits[len(audits)-1]
	files, err := d.files("settings", []folder{newest})
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
		return nil, fmt.Errorf("read the settings of audit %s: %w", newest.manifest.Audit.AuditID, err)
	}
	return settings, nil
}
