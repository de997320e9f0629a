package duckdb

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"hubgraph/export/lake"
)

// Published is a DuckDB file in its place.
type Published struct {
	Path string
	// Aside is the sentence that says why the file had to step aside, that is, why it
	// is not hubgraph.duckdb; empty where it is.
	Aside string
}

// PublishDuckDB puts a file that Build made into place as hubgraph.duckdb. Where
// somebody has that open to write, or has left a write-ahead log beside it, it is left
// alone: the new file becomes hubgraph-SNAPSHOT.duckdb, and the result says so.
// Readers of the replaced file go on reading what they opened.
func (f *Files) PublishDuckDB(file, snapshotID string) (*Published, error) {
	rel, err := filepath.Rel(f.Dir(), file)
	if err != nil {
		return nil, fmt.Errorf("publish the DuckDB file: %w", err)
	}
	name, reason := lake.DuckDBFile, ""
	err = f.Within(func(root *os.Root) error {
		for n := 1; ; n++ {
			why, err := lake.Occupied(root, name)
			if err != nil {
				return err
			}
			if why == "" {
				break
			}
			if reason == "" {
				reason = why
			}
			if name, err = lake.BesideDuckDB(snapshotID, n); err != nil {
				return err
			}
		}
		// Where this is cut short, the times of the files decide.
		if err := root.Remove(lake.NewestDuckDBFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := root.Rename(filepath.ToSlash(rel), name); err != nil {
			return err
		}
		others, err := supersede(root, name)
		if err == nil && others {
			err = root.WriteFile(lake.NewestDuckDBFile, []byte(name+"\n"), lake.FileMode)
		}
		return errors.Join(err, lake.SyncDir(root, "."))
	})
	if err != nil {
		return nil, fmt.Errorf("publish the DuckDB file: %w", err)
	}
	published := &Published{Path: filepath.Join(f.Dir(), name)}
	if reason != "" {
		published.Aside = fmt.Sprintf("%s %s and was left as it is; the new file is %s", filepath.Join(f.Dir(), lake.DuckDBFile), reason, published.Path)
	}
	return published, nil
}

// supersede removes the files that were published beside hubgraph.duckdb before
// the one that is to stay, but for those that somebody has open to write, and reports
// whether there are other DuckDB files left.
func supersede(root *os.Root, stays string) (others bool, err error) {
	entries, err := fs.ReadDir(root.FS(), ".")
	if err != nil {
		return false, err
	}
	for _, e := range entries {
		name := e.Name()
		if name == stays || !lake.IsDuckDB(name) {
			continue
		}
		if !lake.IsBesideDuckDB(name) {
			others = true
			continue
		}
		if why, err := lake.Occupied(root, name); err != nil || why != "" {
			others = true // theirs for now; the next night tries again
			continue
		}
		if err := root.Remove(name); err != nil {
			return others, err
		}
	}
	return others, nil
}
