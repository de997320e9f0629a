package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"hubgraph/export"
	"hubgraph/internal/sentence"
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
	audit := &Audit{AuditID: r.AuditID, PortalID: p.ID, SnapshotID: r.Snapshot.SnapshotID, Snapshot: &r.Snapshot, Baseline: r.Baseline,
		NoBaseline: r.NoBaseline, Aside: r.Aside, FailOn: r.FailOn, Unread: r.Unread, Readable: r.Readable, Notes: r.Notes}
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
			case "finding_changes":
				_, err = st.write(export.ContentOf(t, export.All(entering(r, r.Changes))))
			case "judged_cells":
				_, err = st.write(export.ContentOf(t, export.All(entering(r, r.Judged))))
			case "link_stats":
				_, err = st.write(export.ContentOf(t, export.All(entering(r, r.LinkStats))))
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

// entering are the rows of what an audit changes: none where it is kept aside.
func entering[Row any](r *queries.Report, rows []Row) []Row {
	if r.Aside != "" {
		return nil
	}
	return rows
}

// FindAudit finds an audit by its id; else it is ErrNoSnapshot.
func (p *Portal) FindAudit(id string) (Folder, error) {
	audits, err := p.Audits()
	if err != nil {
		return Folder{}, err
	}
	for _, a := range audits {
		if a.Manifest.Audit.AuditID == id {
			return a, nil
		}
	}
	return Folder{}, sentence.New(ErrNoSnapshot, "%s holds no audit %s", p.dir, strconv.Quote(id))
}

// LastAudit is the id of the newest audit; without any it is ErrNoSnapshot.
func (p *Portal) LastAudit() (string, error) {
	audits, err := p.Audits()
	if err == nil && len(audits) == 0 {
		err = sentence.New(ErrNoSnapshot, "%s holds no audit yet: run `hubgraph audit` first", p.dir)
	}
	if err != nil {
		return "", err
	}
	return audits[len(audits)-1].Manifest.Audit.AuditID, nil
}

// Counting lists the audits that the register of findings is made of, the oldest
// snapshot first: of each snapshot the newest that was not kept aside.
func Counting(audits []Folder) []Folder {
	newest := map[string]Folder{}
	for _, a := range audits { // the newest last
		if a.Manifest.Audit.Aside == "" {
			newest[a.Manifest.Audit.SnapshotID] = a
		}
	}
	return slices.SortedFunc(maps.Values(newest), func(a, b Folder) int {
		return CompareIDs(a.Manifest.Audit.SnapshotID, b.Manifest.Audit.SnapshotID)
	})
}

// acceptedFile is the name of the file that holds the id of the accepted snapshot,
// beside the audits.
const acceptedFile = "accepted"

// Accepted is the id of the snapshot that was accepted last; empty where none was.
func (p *Portal) Accepted() (id string, err error) {
	b, err := p.content(p.audited(acceptedFile))
	id = strings.TrimSpace(string(b))
	if b != nil && checkID(id) != nil {
		return "", p.damaged(p.audited(acceptedFile), "holds no id of a snapshot")
	}
	return id, err
}

// Accept takes a snapshot as the state that drift is measured from. The data folder must
// be locked.
func (p *Portal) Accept(e Entry) error {
	if err := p.replace(p.audited(acceptedFile), FileMode, []byte(e.ID+"\n")); err != nil {
		return fmt.Errorf("accept snapshot %s: %w", e.ID, err)
	}
	return nil
}

// audited is the path of a file beside the portal's audits, within the data folder.
func (p *Portal) audited(name string) string { return path.Join(p.within(auditsDir), name) }

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
	m, err := d.manifest(dir)
	if err == nil && (m.Audit == nil || m.Audit.AuditID != id) {
		err = d.damaged(path.Join(dir, manifestFile), "is of another audit than its folder says")
	}
	return m, err
}
