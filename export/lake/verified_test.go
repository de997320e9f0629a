package lake

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"testing"

	"hubgraph/internal/nights"
)

// TestADamagedFileIsNotPublished has a disk that gives back something else than was
// written: that is found before anybody can see it.
func TestADamagedFileIsNotPublished(t *testing.T) {
	d := openData(t)
	const target = "lake/portal=7/snapshot=20261122T020000Z"
	_, err := d.publish(t.Context(), target, func(s *stage) (Manifest, error) {
		m, err := writeSnapshot(s, nights.First().Snapshot("20261122T020000Z"))
		if err != nil {
			return m, err
		}
		file := d.path(path.Join(s.dir, s.files[len(s.files)-1].Path))
		text, err := os.ReadFile(file)
		if err != nil {
			return m, err
		}
		text[len(text)/2] ^= 1
		return m, os.WriteFile(file, text, FileMode)
	})
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("a file that changed on disk: %v", err)
	}
	if _, err := os.Lstat(d.path(target)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is published: %v", err)
	}
}
