package lake

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"hubgraph/internal/sentence"
)

// Entry is a published snapshot.
type Entry struct {
	ID       string
	Path     string // its folder
	PortalID int64
	Manifest Manifest
	dir      string // its folder, within the data folder
}

// Complete reports whether everything that the crawl asked for was read.
func (e Entry) Complete() bool { return e.Manifest.Snapshot.Complete }

// Readable reports whether everything that the crawl asked for was read, but for a few
// records that are named: only such a snapshot can be compared with.
func (e Entry) Readable() bool {
	return e.Complete() || e.Manifest.Certificate != nil && e.Manifest.Certificate.Readable
}

// Rows is the number of rows of a table of the snapshot, by its manifest.
func (e Entry) Rows(table string) int64 { return e.Manifest.rows(table) }

// Bytes is the size of the Parquet files of a snapshot, by its manifest.
func (e Entry) Bytes() (n int64) {
	for _, f := range e.Manifest.Files {
		n += f.Bytes
	}
	return n
}

// Gap says in a few words what an incomplete snapshot lacks, first a list of
// records where one is missing: the rest follows from that. Of a complete one it
// is empty.
func (e Entry) Gap() string {
	if e.Complete() || e.Manifest.Certificate == nil || len(e.Manifest.Certificate.Gaps) == 0 {
		return ""
	}
	gaps := e.Manifest.Certificate.Gaps
	first := gaps[max(0, slices.IndexFunc(gaps, func(g Hole) bool { return g.Kind == "objects" }))]
	text := first.Kind + " " + first.FromType
	if first.ToType != nil {
		text += " to " + *first.ToType
	}
	if why := first.Reason; why != nil {
		text += ": " + *why
	}
	if more := len(gaps) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more)", more)
	}
	return text
}

// Snapshots lists the readable snapshots, oldest first. A folder without a
// manifest is none.
func (p *Portal) Snapshots() ([]Entry, error) {
	entries, err := p.All()
	return slices.DeleteFunc(entries, func(e Entry) bool { return !e.Readable() }), err
}

// All lists the snapshots, complete or not, oldest first.
func (p *Portal) All() ([]Entry, error) {
	base := p.within(lakeDir)
	names, err := p.list(base)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for _, name := range names {
		kind, id, _ := strings.Cut(name, "=")
		if kind != "snapshot" && kind != "incomplete" || checkID(id) != nil {
			continue // not ours
		}
		e, err := p.entry(base, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		entries = append(entries, e)
	}
	slices.SortFunc(entries, func(a, b Entry) int { return CompareIDs(a.ID, b.ID) })
	return entries, nil
}

// entry reads one snapshot, and checks that it is the one that its folder names.
func (p *Portal) entry(base, name string) (Entry, error) {
	dir := path.Join(base, name)
	kind, id, _ := strings.Cut(name, "=")
	m, err := p.manifest(dir)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{ID: id, Path: p.path(dir), PortalID: p.ID, Manifest: m, dir: dir}
	if s := m.Snapshot; s == nil || s.SnapshotID != id || s.PortalID != p.ID || e.Readable() != (kind == "snapshot") {
		return Entry{}, p.damaged(path.Join(dir, manifestFile), "is of another snapshot than its folder says")
	}
	return e, nil
}

// StartedAt finds the snapshot, complete or not, of a crawl that began at a time; it
// is nil where there is none.
func (p *Portal) StartedAt(at time.Time) (*Entry, error) {
	entries, err := p.All()
	for _, e := range entries {
		if e.Manifest.Snapshot.StartedAt.Equal(at.Truncate(time.Microsecond)) {
			return &e, err
		}
	}
	return nil, err
}

// Newest is the newest snapshot, complete or not; without any it is
// ErrNoSnapshot.
func (p *Portal) Newest() (Entry, error) {
	entries, err := p.All()
	if err != nil {
		return Entry{}, err
	}
	if len(entries) == 0 {
		return Entry{}, p.noSnapshot()
	}
	return entries[len(entries)-1], nil
}

// NewestComplete is the newest readable snapshot; without any it is ErrNoSnapshot.
func (p *Portal) NewestComplete() (Entry, error) {
	entries, err := p.Snapshots()
	if err == nil && len(entries) == 0 {
		if _, err = p.Newest(); err == nil {
			err = sentence.New(ErrNoSnapshot, "%s holds no complete snapshot yet: run `hubgraph crawl` again", p.dir)
		}
	}
	if err != nil {
		return Entry{}, err
	}
	return entries[len(entries)-1], nil
}

// Find finds a snapshot, complete or not, by its id; else it is ErrNoSnapshot.
func (p *Portal) Find(id string) (Entry, error) {
	newest, err := p.Newest()
	if err != nil {
		return newest, err
	}
	entries, err := p.All()
	if err != nil {
		return Entry{}, err
	}
	for _, e := range entries {
		if e.ID == id {
			return e, nil
		}
	}
	return Entry{}, sentence.New(ErrNoSnapshot, "%s holds no snapshot %s; the newest is %s", p.dir, strconv.Quote(id), newest.ID)
}

// Folder is the snapshot as the folder that it lies in.
func (e Entry) Folder() Folder { return Folder{e.Manifest, e.dir} }

// Folder is a published folder of Parquet files: a snapshot or an audit.
type Folder struct {
	Manifest Manifest
	dir      string // within the data folder
}

// Files verifies the files of a table and returns their paths.
func (d *Data) Files(table string, from ...Folder) ([]string, error) {
	for _, in := range from {
		for _, f := range in.Manifest.Files {
			if f.Table != table {
				continue
			}
			if err := d.verify(in.dir, f); err != nil {
				return nil, err
			}
		}
	}
	return d.Paths(table, from...)
}

// Paths are the absolute paths of the files of a table, as the manifests name them.
func (d *Data) Paths(table string, from ...Folder) ([]string, error) {
	var files []string
	for _, in := range from {
		for _, f := range in.Manifest.Files {
			if f.Table != table {
				continue
			}
			absolute, err := filepath.Abs(d.path(f.in(in.dir)))
			if err != nil {
				return nil, err
			}
			files = append(files, absolute)
		}
	}
	return files, nil
}

// Rows is the number of rows of a table, by the manifest.
func (f Folder) Rows(table string) int64 { return f.Manifest.rows(table) }

// Within are the paths of a table's files within the lake, with slashes; none of a folder
// that is not of the lake.
func (f Folder) Within(table string) []string {
	files := []string{}
	dir, inLake := strings.CutPrefix(f.dir, lakeDir+"/")
	for _, file := range f.Manifest.Files {
		if inLake && file.Table == table {
			files = append(files, file.in(dir))
		}
	}
	return files
}
