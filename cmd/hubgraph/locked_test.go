package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hubgraph/export/lake"
	"hubgraph/repair"
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

// TestTwoAppliesDoNotOverlap applies a plan while another run holds the data folder: nothing is
// sent.
func TestTwoAppliesDoNotOverlap(t *testing.T) {
	_, _, url := served(t, "portal 77\ncontacts 1\n")
	dir := filepath.Join(t.TempDir(), "data")
	command := func(args ...string) (int, string) {
		var said strings.Builder
		vars := map[string]string{"HUBSPOT_ACCESS_TOKEN": "token", "HUBSPOT_BASE_URL": url, "HUBGRAPH_DATA": dir}
		e := &env{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &said, getenv: func(name string) string { return vars[name] }}
		return run(context.Background(), e, args), said.String()
	}
	if code, said := command("crawl", "--quiet"); code != 0 {
		t.Fatal(said)
	}
	data, err := lake.Find(dir)
	if err != nil {
		t.Fatal(err)
	}
	held, err := data.Only()
	if err != nil {
		t.Fatal(err)
	}
	newest, err := held.Newest()
	if err != nil {
		t.Fatal(err)
	}
	plan := &repair.Plan{PortalID: 77, SnapshotID: newest.ID, ExpiresAt: time.Now().Add(time.Hour)}
	plan.Seal()
	name := filepath.Join(t.TempDir(), "plan.json")
	if err := plan.Write(name); err != nil {
		t.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		t.Fatal(err)
	}
	if code, said := command("repair", "apply", name, "--execute", "--approve", plan.Digest); code != exitLocked {
		t.Errorf("exit code %d, %s", code, said)
	}
	unlock()
	if code, said := command("repair", "apply", name, "--execute", "--approve", plan.Digest); code != 0 {
		t.Errorf("after that: exit code %d, %s", code, said)
	}
}
