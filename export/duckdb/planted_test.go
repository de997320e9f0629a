package duckdb

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hubgraph/export/lake"
	"hubgraph/internal/nights"
	"hubgraph/queries"
)

// tree is what lies below a folder, but in .lock: a line for each name with its
// mode and what it holds.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() == lockFile {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		held := []byte(nil)
		switch {
		case e.Type().IsRegular():
			held, err = os.ReadFile(name)
		case e.Type() == fs.ModeSymlink:
			var to string
			to, err = os.Readlink(name)
			held = []byte(to)
		}
		fmt.Fprintf(&b, "%s %v %x\n", name, info.Mode(), sha256.Sum256(held))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// wholeNight is doNight with an audit, a second DuckDB file by Rebuild, and a
// check of all.
func wholeNight(dir string) error {
	ctx := context.Background()
	if err := doNight(dir, func(string) {}); err != nil {
		return err
	}
	d, err := filesIn(dir)
	if err != nil {
		return err
	}
	unlock, err := d.Lock()
	if err != nil {
		return err
	}
	defer unlock()
	e, err := d.Newest()
	if err != nil {
		return err
	}
	report := &queries.Report{AuditID: d.NewAuditID(nights.Start), Snapshot: *e.Manifest.Snapshot}
	if _, err := d.WriteAudit(ctx, report, queries.DefaultSettings()); err != nil {
		return err
	}
	if _, err := d.Rebuild(ctx, nil); err != nil {
		return err
	}
	_, err = d.Check(ctx)
	return err
}

// TestPlantedLinks plants a link, to a folder outside or to one of ours, at every
// name under which hubgraph writes. A night ends with one sentence, or replaces
// the link; what the link leads to stays as it was.
func TestPlantedLinks(t *testing.T) {
	for _, name := range []string{lockFile, workDir, lakeDir, auditsDir, "lake/portal=7", "audits/portal=7", lake.DuckDBFile} {
		for _, inside := range []bool{false, true} {
			root := t.TempDir()
			dir, target := filepath.Join(root, "data"), filepath.Join(root, "elsewhere")
			if inside {
				target = filepath.Join(dir, "mine")
			}
			for _, d := range []string{filepath.Join(target, "run-1"), filepath.Dir(filepath.Join(dir, name))} {
				if err := os.MkdirAll(d, 0o700); err != nil {
					t.Fatal(err)
				}
			}
			precious := filepath.Join(target, "precious")
			if err := os.WriteFile(precious, []byte("theirs"), 0o600); err != nil {
				t.Fatal(err)
			}
			to := target
			if name == lockFile || name == lake.DuckDBFile {
				to = precious
			}
			if inside { // as a relative link, which leads nowhere out
				rel, err := filepath.Rel(filepath.Dir(filepath.Join(dir, name)), to)
				if err != nil {
					t.Fatal(err)
				}
				to = rel
			}
			if err := os.Symlink(to, filepath.Join(dir, name)); err != nil {
				t.Fatal(err)
			}
			before := tree(t, target)
			if err := wholeNight(dir); err != nil && (!errors.Is(err, lake.ErrData) || strings.Contains(err.Error(), "\n")) || err == nil && name != lake.DuckDBFile {
				t.Errorf("%s, inside: %t: %v", name, inside, err)
			}
			if after := tree(t, target); after != before {
				t.Errorf("%s, inside: %t: written through the link:\n%s\nwas\n%s", name, inside, after, before)
			}
		}
	}
}

// TestModes finds everything that a night writes readable by its owner and, as far as
// the umask allows, by its group; but for work/, by nobody else. The umask is the
// process's: this test does not run beside others.
func TestModes(t *testing.T) {
	for _, umask := range []int{0, 0o037, 0o077} {
		before := syscall.Umask(umask)
		defer syscall.Umask(before)
		dir := filepath.Join(t.TempDir(), "above", "data")
		if err := wholeNight(dir); err != nil {
			t.Fatal(err)
		}
		syscall.Umask(before)
		files := 0
		err := filepath.WalkDir(filepath.Dir(dir), func(name string, e fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := e.Info()
			if err != nil {
				return err
			}
			files++
			want := fs.FileMode(0o640 &^ umask)
			if e.IsDir() {
				want = fs.FileMode(0o750 &^ umask)
			}
			if name == filepath.Join(dir, workDir) {
				want = 0o700 &^ fs.FileMode(umask)
			}
			if info.Mode().Perm() != want {
				t.Errorf("umask %03o: %s has mode %v, want %v", umask, name, info.Mode(), want)
			}
			return nil
		})
		if err != nil || files < 35 {
			t.Errorf("looked at %d files, %v", files, err)
		}
	}
}

// TestSecondRunChangesNothing has a second run come while one works.
func TestSecondRunChangesNothing(t *testing.T) {
	d := auditedLake(t)
	if _, err := d.Work("crawl"); err != nil {
		t.Fatal(err)
	}
	before := tree(t, d.Dir())
	second, err := filesIn(d.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Lock(); !errors.Is(err, lake.ErrLocked) {
		t.Errorf("the second run: %v", err)
	}
	if after := tree(t, d.Dir()); after != before {
		t.Errorf("the second run left\n%s\nof\n%s", after, before)
	}
}
