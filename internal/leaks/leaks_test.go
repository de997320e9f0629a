package leaks

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// tests are a Runner of a function.
type tests func() int

func (f tests) Run() int { return f() }

// TestWatchTells has tests that leave nothing, that fail, and that leave something
// behind each.
func TestWatchTells(t *testing.T) {
	stderr := os.Stderr
	t.Cleanup(func() { os.Stderr = stderr })
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	os.Stderr = null
	dir := t.TempDir()
	var left func()
	for _, tt := range []struct {
		name string
		want int
		run  func() int
	}{
		{"nothing", 0, func() int { return 0 }},
		{"a failure", 3, func() int { return 3 }},
		{"a file", 1, func() int {
			f, err := os.Create(filepath.Join(dir, "x"))
			left = func() { f.Close() }
			return failed(err)
		}},
		{"a socket", 1, func() int {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			left = func() { l.Close() }
			return failed(err)
		}},
		{"a goroutine", 1, func() int {
			end := make(chan struct{})
			go func() { <-end }()
			left = func() { close(end) }
			return 0
		}},
	} {
		left = func() {}
		if got := (watched{tests(tt.run), 20 * time.Millisecond}).Run(); got != tt.want {
			t.Errorf("%s: exit code %d, want %d", tt.name, got, tt.want)
		}
		left()
	}
}

func failed(err error) int {
	if err != nil {
		return 2
	}
	return 0
}

// spy notes failures instead of failing.
type spy struct {
	*testing.T
	failures int
	cleanups []func()
}

func (t *spy) Errorf(string, ...any) { t.failures++ }
func (t *spy) Error(...any)          { t.failures++ }
func (t *spy) Cleanup(f func())      { t.cleanups = append(t.cleanups, f) }

func TestFolderReports(t *testing.T) {
	dir := t.TempDir()
	for left, want := range map[string]int{"": 0, "missing": 0, "full": 2} {
		noted := &spy{T: t}
		full := filepath.Join(dir, left)
		if left == "full" {
			if err := os.MkdirAll(filepath.Join(full, "sub"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(full, "file"), nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if left == "" {
			full = t.TempDir()
		}
		Folder(noted, full)
		for _, f := range noted.cleanups {
			f()
		}
		if noted.failures != want {
			t.Errorf("%q: %d failures, want %d", left, noted.failures, want)
		}
	}
}
