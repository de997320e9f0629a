package duckdb

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFullDisk does nights that may write files of up to a size only. Each ends
// with an error that names what could not be written, or is whole; what earlier
// nights left is as it was.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	sweptUp(t, first(t, dir))
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	whole := 0
	for _, size := range []int{0, 10, 100, 500, 1000, 1500, 2000, 3000, 4000, 5000, 6000, 8000, 12_000, 50_000, 300_000, 1_000_000, 3_000_000, 1 << 40} {
		before, files := intact(t, dir)
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), nightIn+"="+dir, fmt.Sprint(fileSize, "=", size))
		var told, complained strings.Builder
		cmd.Stdout, cmd.Stderr = &told, &complained
		err := cmd.Run()
		words := strings.Fields(told.String())
		step := words[len(words)-1]
		after, left := intact(t, dir)
		t.Logf("files of up to %13d bytes: %-14s %s", size, step, strings.TrimSpace(complained.String()))
		if err == nil {
			whole++
			continue
		}
		if left != files || after < before {
			t.Errorf("%d bytes: %d snapshots and %d DuckDB files are left of %d and %d", size, after, left, before, files)
		}
		if text := complained.String(); cmd.ProcessState.ExitCode() != 1 || !strings.Contains(strings.ToLower(text), "file too large") || strings.Contains(text, "goroutine ") {
			t.Errorf("%d bytes: exit code %d, %s", size, cmd.ProcessState.ExitCode(), text)
		}
	}
	if whole == 0 || whole > 4 {
		t.Errorf("%d nights were whole: the sizes are chosen badly", whole)
	}
	sweptUp(t, dir)
}

// first does the first night of a data folder.
func first(t *testing.T, dir string) string {
	t.Helper()
	timedNight(t, dir)
	return dir
}
