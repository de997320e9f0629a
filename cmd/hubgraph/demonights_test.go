package main

import (
	"bytes"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestProgressCountsFromItsOwnStart crawls twice with one client, as the demo does
// night after night.
func TestProgressCountsFromItsOwnStart(t *testing.T) {
	var said bytes.Buffer
	e := &env{stdin: strings.NewReader(""), stdout: io.Discard, stderr: &said, getenv: func(string) string { return "" }}
	if code := run(t.Context(), e, []string{"demo", "--data", filepath.Join(t.TempDir(), "demo")}); code != 0 {
		t.Fatalf("exit %d: %s", code, said.String())
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
