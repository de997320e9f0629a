package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"hubgraph/hubspot/sim"
)

// signaled is a crawl that is to get signals.
type signaled struct {
	*exec.Cmd
	server *sim.Server
	stderr bytes.Buffer
	dir    string
}

// newSignaled prepares a crawl, as the arguments of another program if there are
// any before.
func newSignaled(t *testing.T, before ...string) *signaled {
	t.Helper()
	s := &signaled{server: sim.NewServer(sim.Generate(sim.Spec{Seed: 1, Contacts: 150}), sim.Options{Latency: 5 * time.Millisecond}), dir: t.TempDir()}
	url, stop, err := s.server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	args := append(before, "hubgraph", "crawl", "--types", "contacts,companies", "--data", s.dir, "--base-url", url)
	s.Cmd = exec.Command(args[0], args[1:]...)
	s.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=any")
	s.Stderr = &s.stderr
	return s
}

// inTheMiddle starts the crawl, and returns when it has read the metadata, but not
// the records.
func (s *signaled) inTheMiddle(t *testing.T) {
	t.Helper()
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	for len(s.server.Requests()) < 15 {
		time.Sleep(time.Millisecond)
	}
}

// ends waits for the end of the crawl, and compares its exit code.
func (s *signaled) ends(t *testing.T, code int) {
	t.Helper()
	var exit *exec.ExitError
	if err := s.Wait(); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := s.ProcessState.ExitCode(); got != code {
		t.Errorf("it ends with %d, want %d: %s", got, code, &s.stderr)
	}
}

// TestSignalsEndACrawl interrupts the real program in the middle of a crawl: it
// says so, ends with the signal's code, and leaves no snapshot but what the same
// command goes on with.
func TestSignalsEndACrawl(t *testing.T) {
	// The tests themselves may run under nohup, which a process hands on unless it
	// handles the signal.
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	t.Cleanup(func() { signal.Stop(hangup) })
	for sent, code := range map[syscall.Signal]int{syscall.SIGHUP: 129, syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		t.Run(sent.String(), func(t *testing.T) {
			t.Parallel()
			s := newSignaled(t)
			s.inTheMiddle(t)
			if err := s.Process.Signal(sent); err != nil {
				t.Fatal(err)
			}
			s.ends(t, code)
			said := s.stderr.String()
			if !strings.Contains(said, "hubgraph: "+interrupted{sent}.Error()+"\n") || !strings.Contains(said, "the same command goes on from there") {
				t.Errorf("it says %q", said)
			}
			for _, pattern := range []string{"lake/*/*", "*.duckdb", "work/*/*"} {
				if left, _ := filepath.Glob(filepath.Join(s.dir, pattern)); len(left) > 0 {
					t.Errorf("it leaves %v", left)
				}
			}
			again := exec.Command(s.Args[0], s.Args[1:]...)
			again.Env = s.Env
			out, err := again.CombinedOutput()
			if err != nil || !bytes.Contains(out, []byte("going on with the crawl")) || !bytes.Contains(out, []byte(", complete")) {
				t.Errorf("then: %v, %s", err, out)
			}
		})
	}
}

// TestHangingUpIsIgnoredUnderNohup hangs up on a crawl that ignores it.
func TestHangingUpIsIgnoredUnderNohup(t *testing.T) {
	t.Parallel()
	s := newSignaled(t, "sh", "-c", `trap "" HUP; exec "$@"`, "sh")
	s.inTheMiddle(t)
	if err := s.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	s.ends(t, 0)
}

// TestASignalAndItsEcho has a crawl signalled twice in a row, as timeout does it, which
// is once.
func TestASignalAndItsEcho(t *testing.T) {
	t.Parallel()
	s := newSignaled(t)
	s.inTheMiddle(t)
	for range 2 {
		if err := s.Process.Signal(syscall.SIGINT); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond) // so that it is not the same one for the kernel
	}
	s.ends(t, 130)
	if !strings.Contains(s.stderr.String(), "answers are kept: the same command goes on from there") {
		t.Errorf("it says %q", s.stderr.String())
	}
}

// TestASecondSignalEndsAtOnce has a program that cannot settle what it is doing: it
// waits for somebody who is to write its token.
func TestASecondSignalEndsAtOnce(t *testing.T) {
	t.Parallel()
	s := newSignaled(t)
	fifo := filepath.Join(t.TempDir(), "token")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	s.Env = append(s.Env, "HUBSPOT_ACCESS_TOKEN_FILE="+fifo)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	writer, err := os.OpenFile(fifo, os.O_WRONLY, 0) // returns when the other side reads
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} { // the lower number is delivered first
		if err := s.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
	}
	s.ends(t, 143)
	if s.stderr.Len() > 0 || len(s.server.Requests()) > 0 {
		t.Errorf("it says %q after %d requests", s.stderr.String(), len(s.server.Requests()))
	}
}
