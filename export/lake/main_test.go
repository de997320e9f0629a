package lake

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"hubgraph/internal/leaks"
	"hubgraph/internal/nights"
)

func TestMain(m *testing.M) { os.Exit(leaks.Watch(m).Run()) }

// openData makes a data folder that is locked until the test ends.
func openData(t *testing.T) *Portal {
	t.Helper()
	d, err := Open(filepath.Join(t.TempDir(), "data"))
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := d.Lock()
	if err != nil {
		t.Fatal(err)
	}
	leaks.Folder(t, d.path(workDir))
	t.Cleanup(unlock)
	return portal(t, d)
}

// portal is the part of a data folder that is of the portal of all nights.
func portal(t *testing.T, d *Data) *Portal {
	t.Helper()
	p, err := d.Portal(7)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func publish(t *testing.T, d *Portal, n *nights.Night, id string) Entry {
	t.Helper()
	e, err := d.Publish(context.Background(), n.Snapshot(id))
	if err != nil {
		t.Fatal(err)
	}
	return e
}
