package duckdb

import (
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hubgraph/export/lake"
)

// spoils are the ways in which a file is spoilt, at a place within it.
var spoils = map[string]func(b []byte, at int, random *rand.Rand) []byte{
	"a bit flipped": func(b []byte, at int, random *rand.Rand) []byte { b[at] ^= 1 << random.IntN(8); return b },
	"cut off":       func(b []byte, at int, _ *rand.Rand) []byte { return b[:at] },
	"zeroed": func(b []byte, at int, _ *rand.Rand) []byte {
		for i := at; i < min(at+512, len(b)); i++ {
			b[i] = 0
		}
		b[at] = 1 // also where zeros were
		return b
	},
}

// TestSpoiltFiles spoils each manifest and Parquet file in each way at a seeded
// place. Check names the file, a rebuild names it where it reads it, and neither
// changes anything.
func TestSpoiltFiles(t *testing.T) {
	t.Parallel()
	const seed = 35
	d := auditedLake(t)
	random := rand.New(rand.NewPCG(seed, seed))
	refused := 0
	err := filepath.WalkDir(d.Dir(), func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() || e.Name() == lockFile || e.Name() == lake.DuckDBFile || strings.HasPrefix(name, d.path(workDir)) {
			return err
		}
		whole, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for how, spoil := range spoils {
			if err := os.WriteFile(name, spoil(append([]byte(nil), whole...), random.IntN(len(whole)), random), 0o600); err != nil {
				return err
			}
			before := tree(t, d.Dir())
			rel, err := filepath.Rel(d.Dir(), name)
			if err != nil {
				return err
			}
			if got := damages(t, d); !strings.HasPrefix(got, rel+" ") || strings.Contains(got, "\n") && e.Name() != manifestFile {
				t.Errorf("%s, %s: found %q", rel, how, got)
			}
			rebuilt, err := d.Rebuild(context.Background(), nil)
			switch {
			case err == nil && mustBeRead(rel):
				t.Errorf("%s, %s: rebuilt %s", rel, how, rebuilt.Path)
			case err != nil && (!errors.Is(err, lake.ErrDamaged) && !errors.Is(err, lake.ErrFormat) || !strings.Contains(err.Error(), rel)):
				t.Errorf("%s, %s: the rebuild says %v", rel, how, err)
			case err != nil:
				refused++
				if after := tree(t, d.Dir()); withoutWork(after, d) != withoutWork(before, d) {
					t.Errorf("%s, %s: something was changed", rel, how)
				}
			}
		}
		return os.WriteFile(name, whole, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
	if refused < 60 {
		t.Errorf("%d rebuilds were refused", refused)
	}
	if got := damages(t, d); got != "" {
		t.Errorf("with all files as they were: %s", got)
	}
}

// mustBeRead reports whether a rebuild of an auditedLake cannot do without a file:
// all but the settings of the audit before the last.
func mustBeRead(rel string) bool {
	return rel != "audits/portal=7/audit=20261122T030000Z/settings/part-00000.parquet"
}

// withoutWork leaves work/ out of a tree, and the data folder itself.
func withoutWork(tree string, d *Files) string {
	var kept []string
	for line := range strings.Lines(tree) {
		if !strings.HasPrefix(line, d.path(workDir)) {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// TestSpoiltDuckDB spoils the DuckDB file at seeded places. Check names it, or what
// was spoilt is no row of any table; a rebuild makes it whole again.
func TestSpoiltDuckDB(t *testing.T) {
	t.Parallel()
	const tries, seed = 12, 36
	d := auditedLake(t)
	name := d.path(lake.DuckDBFile)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	want := dump(t, open(t, copyOf(t, whole)))
	random, found := rand.New(rand.NewPCG(seed, seed)), 0
	for how, spoil := range spoils {
		for range tries {
			spoilt := spoil(append([]byte(nil), whole...), random.IntN(len(whole)), random)
			if err := os.WriteFile(name, spoilt, 0o600); err != nil {
				t.Fatal(err)
			}
			if got := damages(t, d); got != "" {
				found++
				if !strings.HasPrefix(got, lake.DuckDBFile+" ") {
					t.Errorf("%s: found %q", how, got)
				}
				continue
			}
			if dump(t, open(t, copyOf(t, spoilt))) != want {
				t.Errorf("%s: other rows, and nothing was found", how)
			}
		}
	}
	if found < tries {
		t.Errorf("%d of %d were found", found, tries*len(spoils))
	}
	if _, err := d.Rebuild(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	if got := damages(t, d); got != "" {
		t.Errorf("after a rebuild: %s", got)
	}
	if dump(t, open(t, name)) != want {
		t.Error("the rebuilt file holds other rows")
	}
}

// copyOf is a file of its own: DuckDB keeps what it knows of one that is open.
func copyOf(t *testing.T, b []byte) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), lake.DuckDBFile)
	if err := os.WriteFile(name, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
