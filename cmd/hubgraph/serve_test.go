package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
)

// TestServeRuns runs the real program: it prints its base URL first and nothing else on
// stdout, answers there, refuses a port that is taken, and SIGTERM ends it with 0.
func TestServeRuns(t *testing.T) {
	t.Parallel()
	_, _, url := served(t, "portal 77\npipeline deals default Sales\nstage deals default open Open isClosed=false\ndeals 301 dealname=Eagle created=2025-01-01T00:00:00Z pipeline=default dealstage=open\n")
	dir := t.TempDir()
	command := func(args ...string) (*exec.Cmd, *bytes.Buffer) {
		cmd := exec.Command("hubgraph", append(args, "--data", dir)...)
		cmd.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=any", "HUBSPOT_BASE_URL="+url)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		return cmd, &stderr
	}
	refused := func(code int, want string, args ...string) {
		t.Helper()
		cmd, stderr := command(args...)
		out, _ := cmd.Output() // the code says how it ended
		said := strings.ReplaceAll(stderr.String(), dir, "DATA")
		said = regexp.MustCompile(`\d{8}T\d{6}Z`).ReplaceAllString(said, "NIGHT")
		if cmd.ProcessState.ExitCode() != code || said != want || len(out) > 0 {
			t.Errorf("%q ends with %d, prints %q and says %q, want %q", args, cmd.ProcessState.ExitCode(), out, said, want)
		}
	}
	refused(10, "hubgraph: DATA holds no snapshot yet: run `hubgraph crawl` first, or name another --data\n", "serve")
	cmd, stderr := command("crawl")
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}
	refused(10, "hubgraph: DATA holds no audit of snapshot NIGHT: run `hubgraph audit` first\n", "serve")
	cmd, stderr = command("audit")
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v: %s", err, stderr)
	}

	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	refused(64, "hubgraph: --listen "+taken.Addr().String()+": another program has this port: choose another one, or 0 for a free one\n", "serve", "--listen", taken.Addr().String())

	cmd, stderr = command("serve")
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() }) // it has ended, unless the test failed
	lines := bufio.NewReader(stdout)
	first, err := lines.ReadString('\n')
	if err != nil || !regexp.MustCompile(`^http://127\.0\.0\.1:\d+\n$`).MatchString(first) {
		t.Fatalf("the first line is %q: %v, %s", first, err, stderr)
	}
	answer, err := http.Get(strings.TrimSpace(first) + "/checks")
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Errorf("it answers with %s", answer.Status)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(lines)
	if err != nil || len(rest) > 0 {
		t.Errorf("it prints %q, too: %v", rest, err)
	}
	if err := cmd.Wait(); err != nil || stderr.Len() > 0 {
		t.Errorf("SIGTERM ends it with %v: %q", err, stderr)
	}
}
