package lake

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"

	"hubgraph/export"
	"hubgraph/internal/sentence"
)

// Checked is what Check found of one snapshot, audit or DuckDB file.
type Checked struct {
	Kind   string   `json:"kind"` // snapshot, incomplete, audit or duckdb
	ID     string   `json:"id"`   // of a DuckDB file, its name
	Path   string   `json:"path"`
	Files  int      `json:"files"`
	Bytes  int64    `json:"bytes"`
	Damage []Damage `json:"damage"`
	// Held is why a DuckDB file was not read: another process has it open to write,
	// which is no damage. Of all else it is nil.
	Held *string `json:"held"`
}

// Damage is a file that is not as it was written.
type Damage struct {
	Path    string `json:"path"`
	Problem string `json:"problem"`
}

// Inspect looks into a folder whose files are as they were written, and reports what is
// wrong in it by the path of a file or folder within it. An error is one of looking.
type Inspect func(ctx context.Context, f Folder, damaged func(name, format string, args ...any)) error

// Check reads snapshots and audits again, those of the given ids or else all. Sizes,
// hashes and numbers of rows must be those of the manifests, no file may be missing or
// too many, an audit must be of snapshots that exist or were forgotten, and inspect must find
// nothing. An unknown id is ErrNoSnapshot, as is a lake
// without any snapshot, a newer format ErrFormat; damage is no error. The data folder must be locked.
func (p *Portal) Check(ctx context.Context, inspect Inspect, ids ...string) ([]Checked, error) {
	if !p.hasFolders() {
		return nil, p.noSnapshot()
	}
	folders, err := p.folders()
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(folders, func(c Checked) bool { return c.ID == id }) {
			return nil, sentence.New(ErrNoSnapshot, "%s holds no snapshot or audit %s", p.dir, strconv.Quote(id))
		}
	}
	k := &checker{portal: p, inspect: inspect, snapshots: p.snapshotIDs()}
	var checked []Checked
	for _, c := range folders {
		if len(ids) > 0 && !slices.Contains(ids, c.ID) {
			continue
		}
		k.c = &c
		if err := k.folder(ctx); err != nil {
			return nil, err
		}
		checked = append(checked, c)
	}
	return checked, nil
}

// folders lists the folders of the portal's snapshots and audits, each kind
// oldest first.
func (p *Portal) folders() ([]Checked, error) {
	var found []Checked
	for _, dir := range []string{lakeDir, auditsDir} {
		base := p.within(dir)
		names, err := p.list(base)
		if err != nil {
			return nil, err
		}
		var folders []Checked
		for _, name := range names {
			kind, id, _ := strings.Cut(name, "=")
			ours := dir == auditsDir && kind == "audit" || dir == lakeDir && (kind == "snapshot" || kind == "incomplete")
			if ours && checkID(id) == nil {
				folders = append(folders, Checked{Kind: kind, ID: id, Path: path.Join(base, name), Damage: []Damage{}})
			}
		}
		slices.SortFunc(folders, func(a, b Checked) int { return CompareIDs(a.ID, b.ID) })
		found = append(found, folders...)
	}
	return found, nil
}

// checker checks one folder after the other.
type checker struct {
	portal    *Portal
	inspect   Inspect
	snapshots []string // ids of those that exist or were forgotten
	c         *Checked // what is being checked; its path is within the data folder until done
}

func (k *checker) damaged(name, format string, args ...any) {
	k.c.Damage = append(k.c.Damage, Damage{k.portal.path(name), fmt.Sprintf(format, args...)})
}

// found notes an error of reading a file as damage of it.
func (k *checker) found(name string, err error) {
	var told *sentence.Error
	text := sentence.Cause(err).Error()
	if errors.As(err, &told) {
		text = strings.TrimPrefix(told.Text, k.portal.path(name)+" ")
		text, _, _ = strings.Cut(text, ": ")
	}
	k.damaged(name, "%s", text)
}

// folder checks a folder. An error is one of looking, not what was found.
func (k *checker) folder(ctx context.Context) error {
	dir := k.c.Path
	defer func() { k.c.Path = k.portal.path(dir) }()
	m, err := k.manifest(dir)
	if errors.Is(err, ErrFormat) {
		return err // that is no damage, and what else there is cannot be judged
	}
	if err != nil {
		k.found(path.Join(dir, manifestFile), err)
		return ctx.Err()
	}
	known := map[string]bool{path.Join(dir, manifestFile): true}
	for _, f := range m.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		name := f.in(dir)
		known[name] = true
		k.c.Files, k.c.Bytes = k.c.Files+1, k.c.Bytes+f.Bytes
		if err := k.portal.verify(dir, f); err != nil {
			k.found(name, err)
		}
	}
	tables := export.SnapshotTables()
	if m.Audit != nil {
		tables = export.AuditTables()
	}
	for _, t := range tables {
		if t.In(m.FormatVersion) && !slices.ContainsFunc(m.Files, func(f File) bool { return f.Table == t.Name }) {
			k.damaged(path.Join(dir, manifestFile), "lists no file of the table %s", t.Name)
		}
	}
	if err := k.strangers(dir, known); err != nil {
		return err
	}
	if len(k.c.Damage) > 0 {
		return nil // what lies in damaged files says nothing
	}
	k.audited(dir, m.Audit)
	err = k.inspect(ctx, Folder{m, dir}, func(name, format string, args ...any) {
		k.damaged(path.Join(dir, name), format, args...)
	})
	if err != nil {
		return fmt.Errorf("check %s: %w", k.portal.path(dir), err)
	}
	return nil
}

// audited checks that an audit is of snapshots that exist or were forgotten.
func (k *checker) audited(dir string, audit *Audit) {
	if audit == nil {
		return
	}
	named := []string{audit.SnapshotID}
	if audit.BaselineID != nil {
		named = append(named, *audit.BaselineID)
	}
	for _, id := range named {
		if !slices.Contains(k.snapshots, id) {
			k.damaged(path.Join(dir, manifestFile), "names the snapshot %s, which there is not", id)
		}
	}
}

// manifest reads a manifest as those do who read the folder.
func (k *checker) manifest(dir string) (Manifest, error) {
	if k.c.Kind == "audit" {
		return k.portal.readAudit(dir, k.c.ID)
	}
	e, err := k.portal.entry(path.Dir(dir), path.Base(dir))
	return e.Manifest, err
}

// strangers finds files that no manifest lists: another engine would read them.
func (k *checker) strangers(dir string, known map[string]bool) error {
	return k.portal.Within(func(root *os.Root) error {
		return fs.WalkDir(root.FS(), dir, func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && !known[name] {
				k.damaged(name, "is not in the manifest")
			}
			return err
		})
	})
}
