package lake

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"hubgraph/internal/nights"
)

// TestAManifestIsReadAgainWhereItsFileChanged lists a snapshot, and damages its manifest in
// a way that leaves its size: at once, and when it has been read and kept.
func TestAManifestIsReadAgainWhereItsFileChanged(t *testing.T) {
	for _, age := range []time.Duration{0, time.Hour} {
		d := openData(t)
		name := filepath.Join(publish(t, d, nights.First(), "20261122T020000Z").Path, manifestFile)
		if err := os.Chtimes(name, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if all, err := d.All(); err != nil || len(all) != 1 {
				t.Fatalf("%d snapshots, %v", len(all), err)
			}
		}
		if kept := len(d.manifests.read) == 1; kept != (age > settled) {
			t.Errorf("a manifest of the age %s is kept: %t", age, kept)
		}
		text, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(name, bytes.Replace(text, []byte(`"rows": `), []byte(`"rowz": `), 1), FileMode)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.All(); !errors.Is(err, ErrDamaged) {
			t.Errorf("of the age %s: %v", age, err)
		}
	}
}
