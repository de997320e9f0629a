package export

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
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

// Check reads snapshots and audits again, those of the given ids or else all, and
// then the DuckDB files, too. Sizes, hashes and numbers of rows must be those of
// the manifests, no file may be missing or too many, each end of an association
// must be a record, and an audit must speak of snapshots that there are or were.
// An id that there is not is ErrNoSnapshot, as is a lake without any snapshot, a newer
// format ErrFormat; damage is no error. The data folder must be locked.
func (d *Data) Check(ctx context.Context, ids ...string) ([]Checked, error) {
	if !d.hasFolders() {
		return nil, d.noSnapshot()
	}
	portal, err := d.portal()
	if err != nil {
		return nil, err
	}
	folders, err := d.folders(portal)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(folders, func(c Checked) bool { return c.ID == id }) {
			return nil, &wrapped{ErrNoSnapshot, fmt.Sprintf("%s holds no snapshot or audit %s", d.dir, strconv.Quote(id))}
		}
	}
	work, err := d.Work("check")
	if err != nil {
		return nil, err
	}
	scratch, err := openScratch(work, d.memory)
	if err != nil {
		return nil, err
	}
	defer scratch.Close()
	k := &checker{data: d, portal: portal, scratch: scratch, snapshots: d.ids(lakeDir, "snapshot=", "incomplete=", forgottenPrefix)}
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
	if len(ids) > 0 {
		return checked, nil
	}
	files, err := d.checkDuckDBs(ctx)
	return append(checked, files...), err
}

// folders lists the folders of the portal's snapshots and audits, each kind
// oldest first.
func (d *Data) folders(portal int64) ([]Checked, error) {
	var found []Checked
	for _, dir := range []string{lakeDir, auditsDir} {
		base := path.Join(dir, fmt.Sprintf("portal=%d", portal))
		names, err := d.list(base)
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
		slices.SortFunc(folders, func(a, b Checked) int { return compareIDs(a.ID, b.ID) })
		found = append(found, folders...)
	}
	return found, nil
}

// checker checks one folder after the other.
type checker struct {
	data      *Data
	portal    int64
	scratch   *sql.DB
	snapshots []string // ids of those that there are or were
	c         *Checked // what is being checked; its path is within the data folder until done
}

func (k *checker) damaged(name, format string, args ...any) {
	k.c.Damage = append(k.c.Damage, Damage{k.data.path(name), fmt.Sprintf(format, args...)})
}

// found notes an error of reading a file as damage of it.
func (k *checker) found(name string, err error) {
	var told *wrapped
	text := cause(err).Error()
	if errors.As(err, &told) {
		text = strings.TrimPrefix(told.text, k.data.path(name)+" ")
		text, _, _ = strings.Cut(text, ": ")
	}
	k.damaged(name, "%s", text)
}

// folder checks a folder. An error is one of looking, not what was found.
func (k *checker) folder(ctx context.Context) error {
	dir := k.c.Path
	defer func() { k.c.Path = k.data.path(dir) }()
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
		if err := k.data.verify(dir, f); err != nil {
			k.found(name, err)
		}
	}
	tables := snapshotTables()
	if m.Audit != nil {
		tables = auditTables()
	}
	for _, t := range tables {
		if m.FormatVersion >= tablesSince[t.name] && !slices.ContainsFunc(m.Files, func(f File) bool { return f.Table == t.name }) {
			k.damaged(path.Join(dir, manifestFile), "lists no file of the table %s", t.name)
		}
	}
	if err := k.strangers(dir, known); err != nil {
		return err
	}
	if len(k.c.Damage) > 0 {
		return nil // what lies in damaged files says nothing
	}
	return k.references(ctx, folder{dir, m})
}

// manifest reads a manifest as those do who read the folder.
func (k *checker) manifest(dir string) (Manifest, error) {
	if k.c.Kind == "audit" {
		return k.data.readAudit(dir, k.c.ID)
	}
	e, err := k.data.entry(k.portal, path.Dir(dir), path.Base(dir))
	return e.Manifest, err
}

// strangers finds files that no manifest lists: another engine would read them.
func (k *checker) strangers(dir string, known map[string]bool) error {
	return k.data.within(func(root *os.Root) error {
		return fs.WalkDir(root.FS(), dir, func(name string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && !known[name] {
				k.damaged(name, "is not in the manifest")
			}
			return err
		})
	})
}
