package lake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"time"

	"github.com/parquet-go/parquet-go"

	"hubgraph/internal/sentence"
)

// Erasure is a note in the manifest of a folder that was written anew without some
// records. It does not name them.
type Erasure struct {
	At          time.Time `json:"at"`
	ToolVersion string    `json:"tool_version"`
	Rows        int64     `json:"rows"`   // that are gone
	Edited      int64     `json:"edited"` // rows of others that named what is gone
}

// Rewriting is how a published folder is written anew.
type Rewriting struct {
	// Files write Parquet files anew, by their path in the manifest, to a place that is
	// named to them. They may read the other files where they are staged, but for those behind
	// them. All others are
	// copied as they are.
	Files []Rewritten
	// Amend changes the manifest, in which the files are those of now.
	Amend func(m *Manifest)
}

// Rewritten is a file that is written anew.
type Rewritten struct {
	Path  string
	Write func(ctx context.Context, to string, staged func(path string) string) error
}

// Rewrite puts another content of a snapshot or audit into its place, in one step: until
// then the old one is whole, and from then on the new one; a run that dies in between
// leaves the other one in work/, where the next Lock sweeps it away. Who has opened the
// old files reads on. The format stays the one it had. The data folder must be locked.
func (p *Portal) Rewrite(ctx context.Context, f Folder, r Rewriting) error {
	dir, err := p.work("rewritten")
	if err != nil {
		return err
	}
	err = p.Within(func(root *os.Root) (err error) {
		defer func() { err = errors.Join(err, root.RemoveAll(dir)) }()
		s := &stage{ctx: ctx, data: p.Data, root: root, dir: dir}
		m := f.Manifest
		if err := s.rewrite(f, r); err != nil {
			return err
		}
		m.Files = s.files
		r.Amend(&m)
		return s.exchange(m, f.dir)
	})
	if err != nil {
		return fmt.Errorf("write %s anew: %w", p.path(f.dir), err)
	}
	return nil
}

// rewrite fills the folder: first with the files that are copied.
func (s *stage) rewrite(f Folder, r Rewriting) error {
	anew := map[string]bool{}
	for _, w := range r.Files {
		anew[w.Path] = true
	}
	now := map[string]File{}
	for _, old := range f.Manifest.Files {
		if err := s.root.MkdirAll(path.Dir(old.in(s.dir)), DirMode); err != nil {
			return err
		}
		if anew[old.Path] {
			continue
		}
		copied, err := s.file(old.in(s.dir), func(w io.Writer) error {
			in, err := s.root.Open(old.in(f.dir))
			if err != nil {
				return err
			}
			_, err = io.Copy(w, in)
			return errors.Join(err, in.Close())
		})
		if err != nil {
			return err
		}
		copied.Table, copied.Path, copied.Rows = old.Table, old.Path, old.Rows
		if copied != old {
			return s.data.damaged(old.in(f.dir), "does not have the size and sha256 of its manifest")
		}
		now[old.Path] = copied
	}
	absolute, err := filepath.Abs(s.data.path(s.dir))
	if err != nil {
		return err
	}
	staged := func(name string) string { return filepath.Join(absolute, filepath.FromSlash(name)) }
	for _, w := range r.Files {
		if err := w.Write(s.ctx, staged(w.Path), staged); err != nil {
			return err
		}
		written, err := s.written(path.Join(s.dir, w.Path))
		if err != nil {
			return err
		}
		now[w.Path] = written
	}
	for _, old := range f.Manifest.Files {
		file := now[old.Path]
		file.Table, file.Path = old.Table, old.Path
		s.files = append(s.files, file)
		if err := SyncDir(s.root, path.Dir(old.in(s.dir))); err != nil {
			return err
		}
	}
	return nil
}

// written makes a file last that another hand wrote, and measures it.
func (s *stage) written(name string) (File, error) {
	f, err := s.root.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return File{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err == nil {
		err = f.Chmod(info.Mode().Perm() & FileMode)
	}
	if err == nil {
		err = f.Sync()
	}
	hash := sha256.New()
	if err == nil {
		_, err = io.Copy(hash, f)
	}
	if err != nil {
		return File{}, err
	}
	file, err := parquet.OpenFile(f, info.Size(), parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return File{}, err
	}
	return File{Bytes: info.Size(), SHA256: hex.EncodeToString(hash.Sum(nil)), Rows: file.NumRows()}, nil
}

// exchange verifies the files, writes the manifest, syncs, and has the folder change
// places with the one that is there, which goes.
func (s *stage) exchange(m Manifest, target string) error {
	if err := s.complete(m); err != nil {
		return err
	}
	if err := exchange(s.data.path(s.dir), s.data.path(target)); err != nil {
		return sentence.New(ErrData, "%s cannot be replaced in one step on its file system (%v): copy the data folder to one that can, such as ext4 or xfs, and erase there", s.data.path(target), sentence.Cause(err))
	}
	return errors.Join(SyncDir(s.root, path.Dir(target)), SyncDir(s.root, path.Dir(s.dir)))
}
