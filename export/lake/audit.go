package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"hubgraph/export"
	"hubgraph/queries"
)

// WriteAudit writes what an audit found, and the settings that it read, beside
// the lake, with the same care as a snapshot. The report's audit id must be one
// of NewAuditID.
func (p *Portal) WriteAudit(ctx context.Context, r *queries.Report, settings []queries.Setting) (string, error) {
	if err := checkID(r.AuditID); err != nil {
		return "", err
	}
	if r.Snapshot.PortalID != p.ID {
		return "", p.otherPortal(p.ID, r.Snapshot.PortalID)
	}
	audit := &Audit{AuditID: r.AuditID, PortalID: p.ID, SnapshotID: r.Snapshot.SnapshotID}
	if r.Baseline != nil {
		audit.BaselineID = &r.Baseline.SnapshotID
	}
	dir := path.Join(p.within(auditsDir), "audit="+r.AuditID)
	_, err := p.publish(ctx, dir, func(st *stage) (Manifest, error) {
		m := Manifest{ToolVersion: r.ToolVersion, Audit: audit}
		var err error
		for _, t := range export.AuditTables() {
			switch t.Name {
			case "check_results":
				_, err = st.write(export.ContentOf(t, export.All(r.Results)))
			case "findings":
				_, err = st.write(export.ContentOf(t, export.All(r.Findings)))
			case "settings":
				_, err = st.write(export.ContentOf(t, export.All(settings)))
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
	return p.path(dir), nil
}

// Audits lists the audits of the portal, oldest first.
func (p *Portal) Audits() ([]Folder, error) {
	base := p.within(auditsDir)
	names, err := p.list(base)
	if err != nil {
		return nil, err
	}
	var audits []Folder
	for _, name := range names {
		id, ok := strings.CutPrefix(name, "audit=")
		if !ok || checkID(id) != nil {
			continue
		}
		dir := path.Join(base, name)
		m, err := p.readAudit(dir, id)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		audits = append(audits, Folder{m, dir})
	}
	slices.SortFunc(audits, func(a, b Folder) int { return CompareIDs(a.Manifest.Audit.AuditID, b.Manifest.Audit.AuditID) })
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
