package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestProgressCountsFromItsOwnStart crawls twice with one client, as the demo does
// night after night. Its portal then stays for others, and so does its folder.
func TestProgressCountsFromItsOwnStart(t *testing.T) {
	var said bytes.Buffer
	printed, stdout := io.Pipe()
	e := &env{stdin: strings.NewReader(""), stdout: stdout, stderr: &said, getenv: func(string) string { return "" }}
	ctx, end := context.WithCancel(t.Context())
	defer end()
	data, code := filepath.Join(t.TempDir(), "demo"), make(chan int)
	go func() {
		got := run(ctx, e, []string{"demo", "--serve", "--data", data})
		stdout.Close()
		code <- got
	}()
	reached := map[string]string{}
	for lines := bufio.NewScanner(printed); lines.Scan(); {
		if name, value, found := strings.Cut(strings.TrimPrefix(lines.Text(), "export "), "="); found && strings.HasPrefix(lines.Text(), "export ") {
			reached[name] = value
		}
		if !strings.Contains(lines.Text(), " run --data ") {
			continue
		}
		var crawled bytes.Buffer
		other := &env{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &crawled, getenv: func(name string) string { return reached[name] }}
		if got := run(t.Context(), other, []string{"crawl", "--data", data}); got != 0 || len(reached) != 2 {
			t.Errorf("a crawl of the portal that stays, by %v: exit %d: %s", reached, got, crawled.String())
		}
		end()
	}
	if got := <-code; got != 0 {
		t.Fatalf("exit %d: %s", got, said.String())
	}
	calls := regexp.MustCompile(`metadata: (-?\d+) calls`).FindAllStringSubmatch(said.String(), -1)
	if len(calls) < 3 {
		t.Fatalf("%d crawls: %s", len(calls), said.String())
	}
	for _, night := range calls {
		if night[1] != calls[0][1] {
			t.Errorf("%s calls for metadata, and %s in the first night", night[1], calls[0][1])
		}
	}
	if bad := regexp.MustCompile(`[ (]-\d.*`).FindString(said.String()); bad != "" {
		t.Errorf("a number is negative: %s", bad)
	}
}
