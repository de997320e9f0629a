// Package leaks holds tests to leaving nothing behind: no goroutine, no open file,
// no file in a folder to work in.
package leaks

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

// Runner runs the tests of a package, as *testing.M does, and returns its exit code.
type Runner interface{ Run() int }

// Watch makes a Runner that fails where the tests that it runs pass, but leave
// goroutines running or files open. What is open when it starts is not theirs.
func Watch(m Runner) Runner { return watched{m, 2 * time.Second} }

type watched struct {
	tests    Runner
	patience time.Duration // with what is being closed: a connection ends a moment after its server
}

// Run runs the tests and looks at what is left.
func (w watched) Run() int {
	before := openFiles()
	code := w.tests.Run()
	if code != 0 {
		return code
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, "leaks: left running after all tests:", err)
		return 1
	}
	if left := stayOpen(before, w.patience); len(left) > 0 {
		fmt.Fprintln(os.Stderr, "leaks: left open after all tests:", strings.Join(left, ", "))
		return 1
	}
	return 0
}

// Folder has a test fail that leaves something in a folder, which need not be there, but
// for what is kept in it. Cleanups that are registered later come before it looks.
func Folder(t testing.TB, dir string, kept ...string) {
	t.Helper()
	t.Cleanup(func() {
		entries, err := os.ReadDir(dir)
		if err != nil && !os.IsNotExist(err) {
			t.Error(err)
		}
		for _, e := range entries {
			if slices.Contains(kept, e.Name()) {
				continue
			}
			t.Errorf("the test leaves %s", filepath.Join(dir, e.Name()))
		}
	})
}

// stayOpen lists what is open, was not before, and is not closed for a while.
func stayOpen(before map[int]string, patience time.Duration) []string {
	for until := time.Now().Add(patience); ; time.Sleep(5 * time.Millisecond) {
		var left []string
		now := openFiles()
		for _, fd := range slices.Sorted(maps.Keys(now)) {
			if before[fd] != now[fd] {
				left = append(left, fmt.Sprintf("%d %s", fd, now[fd]))
			}
		}
		if len(left) == 0 || time.Now().After(until) {
			return left
		}
	}
}

// openFiles are the files that this process has open, by their number; none where
// the system does not list them. What the runtime opens once and keeps is left out.
func openFiles() map[int]string {
	const dir = "/proc/self/fd"
	files := map[int]string{}
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		fd, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		to, err := os.Readlink(filepath.Join(dir, e.Name()))
		if err != nil || ofRuntime(to) { // the one of the listing is closed by now
			continue
		}
		files[fd] = to
	}
	return files
}

// ofRuntime reports whether Go's runtime opened a file for itself: its poller, and
// the limits of the cgroup, which it reads again and again.
func ofRuntime(name string) bool {
	return strings.HasPrefix(name, "anon_inode:[event") || strings.HasPrefix(name, "/sys/fs/cgroup/")
}
