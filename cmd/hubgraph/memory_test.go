package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"hubgraph/hubspot/sim"
)

// measured is a run of the program.
type measured struct {
	t           *testing.T
	data        string
	environ     []string
	code        int
	shown, said string // on stdout, and on stderr
	peak        int64  // of the memory that was resident, in bytes
}

func (m *measured) run(args ...string) {
	m.t.Helper()
	peak := filepath.Join(m.t.TempDir(), "peak")
	cmd := exec.Command("peak", append(args, "--data", m.data)...)
	cmd.Env = append(append(os.Environ(), m.environ...), peakFile+"="+peak)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // its state says it
	m.code, m.shown, m.said = cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()
	b, err := os.ReadFile(peak)
	if err == nil {
		m.peak, err = strconv.ParseInt(string(b), 10, 64)
	}
	if err != nil {
		m.t.Fatal(err)
	}
}

// peakFile names the file to which the program peak writes what hubgraph had resident.
const peakFile = "HUBGRAPH_TEST_PEAK"

// peak runs hubgraph with its own arguments. The system counts for a process that has ended
// at least what the one that started it had resident, which is little here, and much in a
// process that runs tests.
func peak() {
	name := os.Getenv(peakFile)
	os.Unsetenv(peakFile) // no setting of hubgraph's
	cmd := exec.Command("hubgraph", os.Args[1:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	_ = cmd.Run()                                                          // its state says it
	resident := cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10 // Linux counts in kibibytes
	if err := os.WriteFile(name, fmt.Append(nil, resident), 0o600); err != nil {
		panic(err)
	}
	os.Exit(cmd.ProcessState.ExitCode())
}

// TestLittleMemoryIsEnough crawls and audits a portal with the least memory that
// --memory takes, and where Go has to keep to half of that: what comes out is
// the same. A query that needs more spills it, and one that cannot do so ends with
// a sentence.
func TestLittleMemoryIsEnough(t *testing.T) {
	t.Parallel()
	server := sim.NewServer(sim.Generate(sim.Spec{Seed: 2, Contacts: 800}), sim.Options{})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	var want string
	m := &measured{t: t}
	for _, with := range []string{"", "--memory 64MB", "GOMEMLIMIT=32MiB"} {
		m.data, m.environ = filepath.Join(t.TempDir(), "data"), []string{"HUBSPOT_ACCESS_TOKEN=any", "HUBSPOT_BASE_URL=" + url}
		args := []string{"run", "--quiet", "--types", "contacts,companies,deals"}
		if strings.HasPrefix(with, "--") {
			args = append(args, strings.Fields(with)...)
		} else {
			m.environ = append(m.environ, with)
		}
		m.run(args...)
		if m.code != 0 {
			t.Fatalf("%s: exit code %d, %s", with, m.code, m.said)
		}
		folders, err := filepath.Glob(filepath.Join(m.data, "lake", "*", "snapshot=*"))
		if err != nil || len(folders) != 1 {
			t.Fatalf("%v, %v", folders, err)
		}
		if got := digestOf(t, folders[0]); want != "" && got != want {
			t.Errorf("%s: other tables", with)
		} else {
			want = got
		}
		t.Logf("%-18s %d MB at most", with, m.peak>>20)
	}
	const grouped = "SELECT count(*) AS n FROM (SELECT repeat(hash(i)::VARCHAR, 5) AS s FROM range(2_000_000) t(i) GROUP BY s)"
	m.run("sql", grouped)
	all, freely := m.shown, m.peak
	m.run("sql", "--memory", "64MB", grouped)
	if m.code != 0 || m.shown != all || m.peak > freely-64<<20 {
		t.Errorf("many groups in little memory: exit code %d, %s %s, at most %d MB resident, and %d MB without a limit", m.code, m.shown, m.said, m.peak>>20, freely>>20)
	}
	m.run("sql", "--memory", "64MB", "SELECT length(string_agg(repeat('x', 1000), '')) FROM range(1_000_000)")
	if m.code != exitFailed || strings.Count(m.said, "\n") != 1 || !strings.Contains(m.said, "Out of Memory") || !strings.Contains(m.said, "allow more with --memory") {
		t.Errorf("what does not fit: exit code %d, %s", m.code, m.said)
	}
	if left, _ := filepath.Glob(filepath.Join(m.data, "*.tmp")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
