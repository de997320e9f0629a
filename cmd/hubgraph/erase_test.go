//go:build linux && (amd64 || arm64)

package main

import (
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hubgraph/internal/failat"
	"hubgraph/internal/nightly"
)

// acquainted is a portal with a person whom deals and a company know.
const acquainted = `
portal 77
pipeline deals default "Sales"
stage deals default open "Open" isClosed=false
contacts 101 created=2025-01-01T00:00:00Z
contacts 102 created=2025-01-01T00:00:00Z
companies 201 created=2025-01-01T00:00:00Z
contacts 101 -> companies 201
deals 301 created=2025-01-01T00:00:00Z pipeline=default dealstage=open
deals 302 created=2025-01-01T00:00:00Z pipeline=default dealstage=open
deals 301 -> contacts 101
deals 302 -> contacts 102
`

// erasures are erasures of one person from copies of one data folder.
type erasures struct {
	*testing.T
	made string
}

func newErasures(t *testing.T) erasures {
	portal, _, url := served(t, acquainted)
	e := erasures{t, freshFolder(t)}
	for _, night := range []string{"", "unlink deals 301 contacts 101"} {
		if err := portal.Script("night", night); err != nil {
			t.Fatal(err)
		}
		vars := map[string]string{"HUBSPOT_ACCESS_TOKEN": "any", "HUBSPOT_BASE_URL": url}
		quiet := &env{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard, getenv: func(name string) string { return vars[name] }}
		if code := run(t.Context(), quiet, []string{"run", "--data", e.made}); code != 0 && code != exitCheckFailed {
			t.Fatalf("exit %d", code)
		}
	}
	return e
}

// copied is a data folder to erase from.
func (e erasures) copied() string {
	dir := freshFolder(e.T)
	if err := os.CopyFS(dir, os.DirFS(e.made)); err != nil {
		e.Fatal(err)
	}
	return dir
}

func erasure(dir string, more ...string) *exec.Cmd {
	return exec.Command("hubgraph", append([]string{"erase", "contacts:101", "--data", dir, "--format", "json"}, more...)...)
}

// ends makes sure that what is visible after an erasure that broke off is whole, and that
// the same command, again, leaves nothing.
func (e erasures) ends(dir, broken string) {
	e.Helper()
	k := &killer{t: e.T, dir: dir, table: &moments{}, killed: []string{broken}}
	if !k.whole() {
		return
	}
	if out, err := erasure(dir, "--yes").Output(); err != nil {
		e.Errorf("%s, and then: %v: %s", broken, err, out)
	}
	k.whole()
	var again nightly.Erased
	out, err := erasure(dir, "--dry-run").Output()
	if err = errors.Join(err, json.Unmarshal(out, &again)); err != nil || again.Any() {
		e.Errorf("%s, and afterwards: %v: %s", broken, err, out)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "work", "erase.json")); len(left) > 0 {
		e.Errorf("%s, and afterwards there is %s", broken, left)
	}
	if err := os.RemoveAll(dir); err != nil {
		e.Error(err)
	}
}

// TestKilledErasures kills erasures at moments that lie evenly over their time.
func TestKilledErasures(t *testing.T) {
	t.Parallel()
	e := newErasures(t)
	dir, begun := e.copied(), time.Now()
	if out, err := erasure(dir, "--yes").CombinedOutput(); err != nil {
		t.Fatal(string(out))
	}
	took := time.Since(begun)
	e.ends(dir, "nothing happened")
	moments := kills(t, "HUBGRAPH_ERASE_KILLS", 4)
	for i := range moments {
		dir := e.copied()
		cmd := erasure(dir, "--yes")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(took * time.Duration(2*i+1) / time.Duration(2*moments))
		_ = cmd.Process.Kill() // it may be through
		_ = cmd.Wait()
		e.ends(dir, "killed")
	}
}

// TestEachFileOperationOfAnErasureFails has a file operation of each class fail, chosen
// with a fixed seed: the erasure ends with a sentence, or gets through. HUBGRAPH_SOAK=1 has
// many of them fail.
func TestEachFileOperationOfAnErasureFails(t *testing.T) {
	t.Parallel()
	e := newErasures(t)
	dir := e.copied()
	ops, err := failat.Run(erasure(dir, "--yes", "--quiet"), filepath.Dir(dir), failat.Fault{})
	if err != nil {
		t.Fatal(err)
	}
	counts := map[failat.Class]int{}
	for _, op := range ops {
		counts[op.Class]++
	}
	each := 1
	if os.Getenv("HUBGRAPH_SOAK") != "" {
		each = 50
	}
	random := rand.New(rand.NewPCG(7, 1))
	for _, class := range failat.Classes() {
		for range min(each, counts[class]) {
			fault := failat.Fault{Class: class, N: 1 + random.IntN(counts[class]), Errno: failat.Reasons()[random.IntN(3)]}
			dir := e.copied()
			cmd := erasure(dir, "--yes", "--quiet")
			var said strings.Builder
			cmd.Stderr = &said
			ops, err := failat.Run(cmd, filepath.Dir(dir), fault)
			var failed *exec.ExitError
			if err != nil && (!errors.As(err, &failed) || strings.Count(said.String(), "\n") != 1 || !strings.HasPrefix(said.String(), "hubgraph: ")) {
				t.Errorf("%v: %v: it says %q", fault, err, said.String())
			}
			broken := ""
			for _, op := range ops {
				if op.Failed {
					broken = op.String() + " failed"
				}
			}
			e.ends(dir, broken)
		}
	}
}

// TestAPersonApprovesAnErasure has a person at a terminal approve, or not.
func TestAPersonApprovesAnErasure(t *testing.T) {
	e := newErasures(t)
	if err := os.WriteFile(filepath.Join(e.made, "work", "crawl.journal"), []byte("of a crawl"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, answer := range []string{"no\n", "\n", "yes\n"} {
		screen, device := openTerminal(t, 80)
		if _, err := io.WriteString(screen, answer); err != nil {
			t.Fatal(err)
		}
		dir := e.copied()
		var errs strings.Builder
		asks := &env{stdin: device, stdout: io.Discard, stderr: &errs, getenv: func(string) string { return "" }}
		code := run(t.Context(), asks, []string{"erase", "contacts:101", "--data", dir})
		_, err := os.Stat(filepath.Join(dir, "work", "crawl.journal"))
		if approved := answer == "yes\n"; (code == 0) != approved || code != 0 && code != exitGuard || os.IsNotExist(err) != approved ||
			!strings.Contains(errs.String(), "This takes contacts:101 out of all nights, ") {
			t.Errorf("%q: exit %d, %v: %s", answer, code, err, &errs)
		}
	}
}
