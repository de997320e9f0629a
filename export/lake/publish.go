package lake

import (
	"context"
	"fmt"
	"path"

	"hubgraph/export"
	"hubgraph/graphmodel"
)

// Publish writes a snapshot into the lake: under snapshot=ID where it was read, but
// for a few records at most, else under incomplete=ID. It appears there as a whole or not at all.
// The graph must be sealed and the data folder locked.
func (p *Portal) Publish(ctx context.Context, s *graphmodel.Snapshot) (Entry, error) {
	if err := checkID(s.ID); err != nil {
		return Entry{}, err
	}
	if s.PortalID != p.ID {
		return Entry{}, p.otherPortal(p.ID, s.PortalID)
	}
	kind := "incomplete="
	if s.Readable() {
		kind = "snapshot="
	}
	dir := path.Join(p.within(lakeDir), kind+s.ID)
	m, err := p.publish(ctx, dir, func(st *stage) (Manifest, error) { return writeSnapshot(st, s) })
	if err != nil {
		return Entry{}, fmt.Errorf("publish snapshot %s: %w", s.ID, err)
	}
	return Entry{ID: s.ID, Path: p.path(dir), PortalID: p.ID, Manifest: m, dir: dir}, nil
}

func writeSnapshot(st *stage, s *graphmodel.Snapshot) (m Manifest, err error) {
	m = Manifest{ToolVersion: s.Tool, Certificate: certify(export.CoverageOf(s), s)}
	if gaps := m.Certificate.Gaps; s.Complete && len(gaps) > 0 {
		return m, fmt.Errorf("it claims to be complete, and its coverage has a gap: %s %s", gaps[0].Kind, gaps[0].FromType)
	}
	m.Snapshot, err = export.Snapshot(s, st.write)
	return m, err
}
