package lake

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"hubgraph/export"
)

// stage is a folder that is being filled, outside of the lake and on the same
// file system, until it is complete and can be renamed into its place.
type stage struct {
	ctx   context.Context
	data  *Data
	root  *os.Root
	dir   string // within the data folder
	files []File
}

// publish fills a folder aside and puts it where target says, in one step: fill
// writes the tables and returns the manifest, whose files are filled in here. A
// folder that is there already is not touched.
func (d *Data) publish(ctx context.Context, target string, fill func(*stage) (Manifest, error)) (Manifest, error) {
	dir, err := d.work("staging")
	if err != nil {
		return Manifest{}, err
	}
	var m Manifest
	err = d.Within(func(root *os.Root) (err error) {
		defer func() { err = errors.Join(err, root.RemoveAll(dir)) }()
		if _, err := root.Lstat(target); err == nil {
			return fmt.Errorf("%s is there already and is never changed", d.path(target))
		}
		s := &stage{ctx: ctx, data: d, root: root, dir: dir}
		if m, err = fill(s); err != nil {
			return err
		}
		m.Files, m.FormatVersion = s.files, export.FormatVersion
		return s.seal(m, target)
	})
	return m, err
}

// complete verifies the files, writes the manifest, and syncs.
func (s *stage) complete(m Manifest) error {
	for _, f := range m.Files {
		if err := s.data.verify(s.dir, f); err != nil {
			return err
		}
	}
	b, err := m.Encode()
	if err != nil {
		return err
	}
	name := path.Join(s.dir, manifestFile)
	if _, err := s.file(name, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
		return err
	}
	if err := s.ctx.Err(); err != nil {
		return err
	}
	return SyncDir(s.root, s.dir)
}

// seal completes the folder and renames it into its place.
func (s *stage) seal(m Manifest, target string) error {
	if err := s.complete(m); err != nil {
		return err
	}
	parent := path.Dir(target)
	if err := makeDirs(s.root, parent); err != nil {
		return err
	}
	if err := s.root.Rename(s.dir, target); err != nil {
		return fmt.Errorf("publish %s: %w", s.data.path(target), err)
	}
	return SyncDir(s.root, parent)
}

// write writes a table and returns the number of its rows.
func (s *stage) write(c export.Content) (rows int64, err error) {
	dir := path.Join(s.dir, c.Name)
	if err := s.root.Mkdir(dir, DirMode); err != nil {
		return 0, err
	}
	rel := path.Join(c.Name, "part-00000.parquet")
	f, err := s.file(path.Join(s.dir, rel), func(w io.Writer) (err error) {
		rows, err = c.Write(s.ctx, w)
		return err
	})
	if err != nil {
		return rows, fmt.Errorf("write %s: %w", c.Name, err)
	}
	f.Table, f.Path, f.Rows = c.Name, rel, rows
	s.files = append(s.files, f)
	return rows, SyncDir(s.root, dir)
}

// file creates a file, lets write fill it, and syncs it.
func (s *stage) file(name string, write func(io.Writer) error) (File, error) {
	f, err := s.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, FileMode)
	if err != nil {
		return File{}, err
	}
	hash := sha256.New()
	buffer := bufio.NewWriterSize(io.MultiWriter(f, hash), 1<<16)
	if err = write(buffer); err == nil {
		err = buffer.Flush()
	}
	size := int64(0)
	if err == nil {
		size, err = f.Seek(0, io.SeekEnd)
	}
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return File{}, fmt.Errorf("write %s: %w", s.data.path(name), err)
	}
	return File{Bytes: size, SHA256: hex.EncodeToString(hash.Sum(nil))}, nil
}

// makeDirs makes a folder and those above it, and syncs each folder that got a
// new one.
func makeDirs(root *os.Root, dir string) error {
	if err := root.MkdirAll(dir, DirMode); err != nil {
		return err
	}
	for dir != "." {
		dir = path.Dir(dir)
		if err := SyncDir(root, dir); err != nil {
			return err
		}
	}
	return nil
}

// SyncDir makes the names in a folder last.
func SyncDir(root *os.Root, dir string) error {
	f, err := root.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
