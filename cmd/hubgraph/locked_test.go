package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"hubgraph/export/lake"
)

// TestSecondRunExits11 calls everything that writes to a data folder while another
// run holds it.
func TestSecondRunExits11(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	data, err := lake.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	for _, line := range []string{"crawl", "run", "audit", "rebuild", "snapshots verify", "snapshots forget --keep-last 1"} {
		var said strings.Builder
		getenv := func(name string) string { return map[string]string{"HUBSPOT_ACCESS_TOKEN": "token"}[name] }
		args := append(strings.Fields(line), "--data", dir)
		if got := run(context.Background(), &env{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &said, getenv: getenv}, args); got != exitLocked {
			t.Errorf("%s: exit code %d, %s", line, got, said.String())
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
			t.Errorf("%s: left %v, %v", line, entries, err)
		}
	}
}
