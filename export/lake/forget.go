package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
)

// forgottenPrefix begins the name of the empty file that stays in the lake for a
// snapshot that was forgotten: its id is never given again, and the audits that
// name it are no worse for it.
const forgottenPrefix = "forgotten="

// Judged is what a policy comes to for one snapshot.
type Judged struct {
	Entry
	Reasons []string // why it is kept; none: it is to be forgotten
}

// Judge applies a policy to all snapshots, oldest first. The rules count complete
// and incomplete snapshots apart, and those of each scope apart, so that a crawl
// with gaps, or of a part, pushes no whole one out. The newest complete snapshot
// stays under any policy, and so do the accepted one and what it and the newest one are
// compared with. Without any snapshot it is ErrNoSnapshot.
func (p *Portal) Judge(policy Policy) ([]Judged, error) {
	entries, err := p.All()
	if err != nil {
		return nil, err
	}
	if len(entries) == 0 {
		return nil, p.noSnapshot()
	}
	type group struct {
		scope    string
		complete bool
	}
	groups := map[group][]Entry{}
	for _, e := range entries {
		g := group{e.Scope(), e.Readable()}
		groups[g] = append(groups[g], e)
	}
	reasons, err := p.needed(entries)
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		for id, why := range policy.reasons(g) {
			reasons[id] = append(reasons[id], why...)
		}
	}
	verdicts := make([]Judged, len(entries))
	for i, e := range entries {
		verdicts[i] = Judged{e, reasons[e.ID]}
	}
	return verdicts, nil
}

// needed says which snapshots stay under any policy.
func (p *Portal) needed(entries []Entry) (map[string][]string, error) {
	reasons := map[string][]string{}
	if len(entries) == 0 {
		return reasons, nil
	}
	compared := entries[len(entries)-1:]
	for i, e := range slices.Backward(entries) {
		if e.Readable() {
			reasons[e.ID] = []string{"newest complete"}
			if i < len(entries)-1 {
				compared = []Entry{e, entries[len(entries)-1]}
			}
			break
		}
	}
	for _, e := range compared {
		baseline, err := p.Baseline(e, LastComplete)
		if err != nil {
			return nil, err
		}
		if b := baseline.Entry; b != nil && len(reasons[b.ID]) == 0 {
			reasons[b.ID] = []string{"baseline of " + e.ID}
		}
	}
	accepted, err := p.Accepted()
	if accepted != "" {
		reasons[accepted] = append(reasons[accepted], "accepted")
	}
	return reasons, err
}

// Forget removes a snapshot. It leaves the lake by one rename and is deleted in
// work/ after that: a run that dies in between leaves nothing that a reader could
// see. The data folder must be locked. Audits of the snapshot stay.
func (p *Portal) Forget(ctx context.Context, e Entry) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	trash, err := p.work("forgotten")
	if err != nil {
		return err
	}
	portal := path.Dir(e.dir)
	err = p.Within(func(root *os.Root) error {
		mark, err := root.OpenFile(path.Join(portal, forgottenPrefix+e.ID), os.O_WRONLY|os.O_CREATE|os.O_EXCL, FileMode)
		if err == nil {
			err = errors.Join(mark.Sync(), mark.Close())
		}
		if err != nil && !errors.Is(err, fs.ErrExist) { // an earlier run may have died here
			return err
		}
		if err := SyncDir(root, portal); err != nil {
			return err
		}
		if err := root.Rename(e.dir, path.Join(trash, e.ID)); err != nil {
			return err
		}
		return errors.Join(SyncDir(root, portal), root.RemoveAll(trash))
	})
	if err != nil {
		return fmt.Errorf("forget snapshot %s: %w", e.ID, err)
	}
	return nil
}
