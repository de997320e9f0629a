package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"hubgraph/hubspot/sim"
)

// TestAClosedPipeEndsQuietly has nobody read what commands print, as after head
// has seen enough: they end by SIGPIPE, or well where they print nothing, say
// nothing more, and leave nothing half written.
func TestAClosedPipeEndsQuietly(t *testing.T) {
	t.Parallel()
	server := sim.NewServer(sim.Generate(sim.Spec{Seed: 1, Contacts: 60}), sim.Options{})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	dir := t.TempDir()
	call := func(line string) *exec.Cmd {
		args := strings.Fields(line)
		for i := range args {
			args[i] = strings.ReplaceAll(args[i], "_", " ")
		}
		cmd := exec.Command("hubgraph", args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=any", "HUBSPOT_BASE_URL="+url)
		return cmd
	}
	if out, err := call("run --quiet").CombinedOutput(); err != nil {
		t.Fatalf("%v, %s", err, out)
	}
	for _, line := range []string{"sql FROM_associations", "sql --format json FROM_associations", "draw map", "snapshots list", "audit", "crawl", "crawl -v", "run", "doctor", "checks", "rebuild", "version", "help"} {
		cmd := call(line)
		var stderr bytes.Buffer
		reader, writer, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdout, cmd.Stderr = writer, &stderr
		if line == "crawl -v" {
			cmd.Stdout, cmd.Stderr = nil, writer
		}
		reader.Close()
		_ = cmd.Run() // its state says it
		writer.Close()
		state, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
		if !ok || !state.Signaled() || state.Signal() != syscall.SIGPIPE {
			t.Errorf("%s: ends with %v", line, cmd.ProcessState)
		}
		if strings.Contains(stderr.String(), "hubgraph: ") || strings.Contains(stderr.String(), "goroutine") {
			t.Errorf("%s: says %s", line, &stderr)
		}
	}
	if out, err := call("snapshots verify").CombinedOutput(); err != nil {
		t.Errorf("afterwards: %v, %s", err, out)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "hubgraph-data", "work", "run-*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}
