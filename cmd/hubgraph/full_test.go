package main

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// TestAFullDiskEndsACrawl crawls while no file may grow beyond a size, which stops
// the journal, the records on disk, the tables or the DuckDB file, one size after
// the other. The crawl ends with a path and what to do, what was there stays, and
// once there is room the same command gets through.
func TestAFullDiskEndsACrawl(t *testing.T) {
	t.Parallel()
	server := sim.NewServer(sim.Generate(sim.Spec{Seed: 1, Contacts: 300}), sim.Options{})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	dir := filepath.Join(t.TempDir(), "data")
	crawl := func(blocks string) (int, string) {
		cmd := exec.Command("sh", "-c", "ulimit -f "+blocks+`; exec "$@"`, "sh", "hubgraph", "crawl", "--quiet", "--types", "contacts,companies", "--data", dir, "--base-url", url)
		cmd.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=any")
		out, _ := cmd.CombinedOutput() // the state says how it went
		return cmd.ProcessState.ExitCode(), string(out)
	}
	if code, said := crawl("unlimited"); code != 0 {
		t.Fatalf("exit code %d, %s", code, said)
	}
	advice := regexp.MustCompile(`^hubgraph: .*/.*[Ff]ile too large: make room, or choose another .*\n$`)
	stopped := map[string]bool{}
	for blocks := 1; ; blocks *= 2 {
		if blocks > 1<<20 {
			t.Fatal("no size is enough")
		}
		before := lakeOf(t, dir)
		code, said := crawl(fmt.Sprint(blocks))
		if code == 0 {
			break
		}
		t.Logf("files of up to %6d blocks: exit code %d, %s", blocks, code, said)
		if code != exitFailed || !advice.MatchString(said) {
			t.Errorf("%d blocks: exit code %d, %s", blocks, code, said)
		}
		for _, what := range []string{"crawl.journal", "build the DuckDB file"} {
			stopped[what] = stopped[what] || strings.Contains(said, what)
		}
		if after := lakeOf(t, dir); !strings.HasPrefix(after, before) {
			t.Errorf("%d blocks: what was there has changed:\n%s\nwas\n%s", blocks, after, before)
		}
	}
	if len(stopped) != 2 || !stopped["crawl.journal"] || !stopped["build the DuckDB file"] {
		t.Errorf("the sizes stopped only %v", stopped)
	}
	cmd := exec.Command("hubgraph", "snapshots", "verify", "--data", dir)
	if out, err := cmd.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("duckdb")) {
		t.Errorf("afterwards: %v, %s", err, out)
	}
}

// lakeOf lists the files of the lake with their sizes and times, in order.
func lakeOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(filepath.Join(dir, "lake"), func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err == nil {
			fmt.Fprintln(&b, name, info.Size(), info.ModTime())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
