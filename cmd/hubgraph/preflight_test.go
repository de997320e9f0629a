package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// TestAnUnusableFolderIsKnownBeforeTheCrawl has data folders that cannot be ones,
// for the superuser neither. One sentence names what is wrong, before anything
// was asked of the portal, and nothing is changed.
func TestAnUnusableFolderIsKnownBeforeTheCrawl(t *testing.T) {
	t.Parallel()
	server := sim.NewServer(sim.Generate(sim.Spec{Seed: 1, Contacts: 10}), sim.Options{})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	for _, tt := range []struct{ name, data, file, folder, link, say string }{
		{name: "a file", data: "data", file: "data", say: "data is a file"},
		{name: "below a file", data: "data/below", file: "data", say: "data/below cannot be used (not a directory)"},
		{name: "where nothing can be made", data: "/proc/hubgraph", say: "/proc/hubgraph cannot be used"},
		{name: "where nothing can be written", data: "/proc/self", say: "/proc/self cannot be written"},
		{name: "a link that leads nowhere", data: "data", link: "data", say: "data cannot be used"},
		{name: "a folder as the lock", data: "data", folder: "data/.lock", say: ".lock is a link, or no file"},
		{name: "a file as the lake", data: "data", file: "data/lake", say: "lake cannot be"},
		{name: "a file as the audits", data: "data", file: "data/audits", say: "audits cannot be"},
		{name: "a file as the work", data: "data", file: "data/work", say: "work"},
		{name: "a link as the work", data: "data", link: "data/work", say: "work"},
		{name: "a link as the lake", data: "data", link: "data/lake", say: "lake"},
		{name: "a link as a portal", data: "data", link: "data/lake/portal=77", say: "portal=77 is a link"},
		{name: "a folder as the DuckDB file", data: "data", folder: "data/hubgraph.duckdb", say: "hubgraph.duckdb is a folder"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := t.TempDir()
			plantAll(t, root, tt.file, tt.folder, tt.link)
			before := treeOf(t, root)
			for _, command := range []string{"crawl", "run"} {
				cmd := exec.Command("hubgraph", command, "--data", tt.data, "--base-url", url)
				cmd.Dir = root
				cmd.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=any")
				var stdout, stderr bytes.Buffer
				cmd.Stdout, cmd.Stderr = &stdout, &stderr
				_ = cmd.Run() // its state says it
				said := stderr.String()
				if code := cmd.ProcessState.ExitCode(); code != exitUsage || strings.Count(said, "\n") != 1 || !strings.Contains(said, tt.say) || stdout.Len() > 0 {
					t.Errorf("%s: exit code %d, %q, %s", command, code, said, &stdout)
				}
			}
			if after := treeOf(t, root); after != before {
				t.Errorf("left\n%s\nof\n%s", after, before)
			}
		})
	}
	if asked := server.Requests(); len(asked) > 0 {
		t.Errorf("the portal was asked: %v", asked)
	}
}

// plantAll makes a file, a folder and a link to nowhere, as far as they have names.
func plantAll(t *testing.T, root, file, folder, link string) {
	t.Helper()
	for _, name := range []string{file, folder, link} {
		if name == "" {
			continue
		}
		name, is := filepath.Join(root, name), name
		err := os.MkdirAll(filepath.Dir(name), 0o700)
		switch {
		case err != nil:
		case is == file:
			err = os.WriteFile(name, []byte("theirs"), 0o600)
		case is == folder:
			err = os.Mkdir(name, 0o700)
		default:
			err = os.Symlink(filepath.Join(root, "nowhere"), name)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// treeOf writes down all that lies below a folder, but for what a lock says of who
// holds it.
func treeOf(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() == ".lock" && e.Type().IsRegular() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		held := []byte(nil)
		if e.Type().IsRegular() {
			held, err = os.ReadFile(name)
		}
		fmt.Fprintf(&b, "%s %v %x\n", name, info.Mode(), sha256.Sum256(held))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}
