//go:build linux && (amd64 || arm64)

package failat

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/internal/leaks"
)

// workIn names a folder in which this program is to work, as a child that is
// watched.
const workIn = "HUBGRAPH_TEST_WORK"

func TestMain(m *testing.M) {
	if dir := os.Getenv(workIn); dir != "" {
		os.Exit(child(dir))
	}
	os.Exit(leaks.Watch(m).Run())
}

// child writes a file and publishes it, and has some threads make folders.
func child(dir string) int {
	if err := Begin(); err != nil {
		fmt.Println(err)
		return 2
	}
	for _, step := range []func(string) error{publish, folders} {
		if err := step(dir); err != nil {
			fmt.Println(err)
			return 1
		}
	}
	return 0
}

func publish(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	f, err := root.Create("draft")
	if err != nil {
		return err
	}
	if _, err := f.WriteString("text"); err != nil {
		return err
	}
	err = errors.Join(f.Sync(), syscall.Flock(int(f.Fd()), syscall.LOCK_EX), f.Close())
	if err != nil {
		return err
	}
	if err := root.Rename("draft", "final"); err != nil {
		return err
	}
	folder, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// threads that make folders, each its own.
const threads, foldersEach = 4, 25

func folders(dir string) error {
	var all sync.WaitGroup
	failed := make([]error, threads)
	for n := range threads {
		all.Go(func() {
			for m := range foldersEach {
				failed[n] = errors.Join(failed[n], os.Mkdir(filepath.Join(dir, fmt.Sprintf("%d-%d", n, m)), 0o700))
			}
		})
	}
	all.Wait()
	if err := errors.Join(failed...); err != nil {
		return err
	}
	return os.Remove(filepath.Join(dir, "final"))
}

// watched runs the child and returns what it did, and what it says of an error.
func watched(t *testing.T, dir string, f Fault) (ops []Op, said string) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), workIn+"="+dir)
	var out strings.Builder
	cmd.Stdout = &out
	ops, err = Run(cmd, dir, f)
	var exit *exec.ExitError
	if err != nil && (!errors.As(err, &exit) || exit.ExitCode() != 1) {
		t.Fatalf("%v: %s", err, out.String())
	}
	return ops, out.String()
}

func TestOperationsAreTold(t *testing.T) {
	dir := t.TempDir()
	ops, said := watched(t, dir, Fault{})
	if said != "" {
		t.Fatal(said)
	}
	var got []string
	made := 0
	for _, op := range ops {
		if op.Class == Mkdir {
			made++
			continue
		}
		got = append(got, strings.ReplaceAll(op.String(), dir, "DIR"))
	}
	want := []string{
		"openat DIR", "openat DIR/draft", "write DIR/draft", "fsync DIR/draft", "flock DIR/draft",
		"renameat DIR/draft to DIR/final", "openat DIR", "fsync DIR", "unlinkat DIR/final",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if made != threads*foldersEach {
		t.Errorf("%d folders were made, want %d", made, threads*foldersEach)
	}
}

// TestTheNthFails has the Nth operation of each class fail, and the one after the
// last, which is none.
func TestTheNthFails(t *testing.T) {
	counts := map[Class]int{Open: 3, Write: 1, Sync: 2, Rename: 1, Unlink: 1, Mkdir: threads * foldersEach, Lock: 1}
	for _, class := range Classes() {
		for _, n := range []int{1, counts[class]/2 + 1, counts[class], counts[class] + 1} {
			ops, said := watched(t, t.TempDir(), Fault{class, n, syscall.EDQUOT})
			var failed []Op
			seen := 0
			for _, op := range ops {
				if op.Class == class {
					seen++
				}
				if op.Failed {
					failed = append(failed, op)
				}
			}
			switch wants := n <= counts[class]; {
			case wants && (len(failed) != 1 || failed[0].Class != class || !strings.Contains(said, syscall.EDQUOT.Error())):
				t.Errorf("%s %d: failed %v; the process says %q", class, n, failed, said)
			case !wants && (len(failed) != 0 || said != "" || seen != counts[class]):
				t.Errorf("%s %d of %d: failed %v; the process says %q", class, n, seen, failed, said)
			}
		}
	}
}

func TestACommandThatIsNotWatched(t *testing.T) {
	program, err := exec.LookPath("true")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Run(exec.Command(program), t.TempDir(), Fault{}); err == nil || !strings.Contains(err.Error(), "does not call Begin") {
		t.Errorf("a command that hands over nothing: %v", err)
	}
}

func TestUnsafe(t *testing.T) {
	draft := []Op{{Class: Open, Path: "/d/work/f", Creates: true}, {Class: Write, Path: "/d/work/f"}}
	file, folder := Op{Class: Sync, Path: "/d/work/f"}, Op{Class: Sync, Path: "/d/work"}
	rename, parent := Op{Class: Rename, Path: "/d/work/f", To: "/d/f"}, Op{Class: Sync, Path: "/d"}
	whole := Op{Class: Rename, Path: "/d/work", To: "/d/lake"}
	for _, tt := range []struct {
		name string
		ops  []Op
		want []string
	}{
		{"a file", []Op{file, rename, parent}, nil},
		{"a folder", []Op{file, folder, whole, parent}, nil},
		{"scratch", nil, nil},
		{"no fsync of the file", []Op{rename, parent}, []string{"/d/work/f: not on disk before the rename to /d/f"}},
		{"a write after it", []Op{file, draft[1], rename, parent}, []string{"/d/work/f: not on disk before the rename to /d/f"}},
		{"no fsync of the folder", []Op{file, whole, parent}, []string{"1 names in /d/work: not on disk before the rename to /d/lake"}},
		{"no fsync of the parent", []Op{file, rename}, []string{"/d/f: not on disk in its folder in the end"}},
		{"an fsync of the parent that is too early", []Op{file, parent, rename}, []string{"/d/f: not on disk in its folder in the end"}},
		{"a write in place", []Op{file, rename, parent, {Class: Write, Path: "/d/f"}}, []string{"/d/f: not on disk in the end"}},
		{"what was removed", []Op{file, rename, parent, {Class: Unlink, Path: "/d/f"}}, []string{"/d/f: not on disk in its folder in the end"}},
		{"a new folder", []Op{{Class: Mkdir, Path: "/d/x"}}, []string{"/d/x: not on disk in its folder in the end"}},
	} {
		lasting := func(path string) bool { return !isBelow(path, "/d/work") }
		got := Unsafe(append(draft[:2:2], tt.ops...), lasting)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: -want +got:\n%s", tt.name, diff)
		}
	}
}
