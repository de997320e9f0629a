package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"hubgraph/hubspot/sim"
)

// TestSignalsEndACrawl interrupts the real program in the middle of a crawl: it
// says so, ends with the signal's code, and leaves no snapshot.
func TestSignalsEndACrawl(t *testing.T) {
	for signal, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			server := sim.NewServer(sim.Generate(sim.Spec{Seed: 1, Contacts: 500}), sim.Options{Latency: 20 * time.Millisecond})
			url, stop, err := server.Start("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			dir := t.TempDir()
			cmd := exec.Command("hubgraph", "crawl", "--data", dir, "--base-url", url)
			cmd.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=any")
			var stderr bytes.Buffer
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			for len(server.Requests()) < 50 { // the metadata is read, the records are not
				time.Sleep(time.Millisecond)
			}
			if err := cmd.Process.Signal(signal); err != nil {
				t.Fatal(err)
			}
			var exit *exec.ExitError
			if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != code {
				t.Errorf("it ends with %v, want exit code %d", err, code)
			}
			if !bytes.Contains(stderr.Bytes(), []byte("hubgraph: "+interrupted{signal}.Error())) {
				t.Errorf("it says %q", stderr.String())
			}
			for _, pattern := range []string{"lake/*/*", "*.duckdb", "work/*/*"} {
				if left, _ := filepath.Glob(filepath.Join(dir, pattern)); len(left) > 0 {
					t.Errorf("it leaves %v", left)
				}
			}
		})
	}
}
