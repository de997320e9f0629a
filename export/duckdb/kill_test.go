package duckdb

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"hubgraph/export/lake"
)

// nightProcess starts a process that does a night.
func nightProcess(t *testing.T, dir string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(program)
	cmd.Env = append(os.Environ(), nightIn+"="+dir)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(stdout)
	if first, err := lines.ReadString('\n'); first != steps[0]+"\n" {
		t.Fatalf("the process says %q, %v", first, err)
	}
	return cmd, lines
}

// killedNight starts a night, kills it a while after a step has begun, and says
// in which step it was then.
func killedNight(t *testing.T, dir, step string, after time.Duration) (last string) {
	t.Helper()
	cmd, lines := nightProcess(t, dir)
	for last = steps[0]; last != step; {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("the process ended after %s, before %s", last, step)
		}
		last = strings.TrimSpace(line)
	}
	timer := time.AfterFunc(after, func() { cmd.Process.Kill() })
	defer timer.Stop()
	told, err := io.ReadAll(lines)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // killed, or done before
	words := strings.Fields(last + " " + string(told))
	return words[len(words)-1]
}

// ours matches what may lie in a data folder, whatever became of a run.
var ours = regexp.MustCompile(`^(\.lock|lake|work|hubgraph\.duckdb|hubgraph-[0-9TZ.-]+\.duckdb)$`)

// intact holds a data folder to what is promised at any moment: what a reader
// can see is whole. It says what there is.
func intact(t *testing.T, dir string) (snapshots, duckdb int) {
	t.Helper()
	d, err := filesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	folders, err := d.Portal.Check(context.Background(), references{d, memory(t)}.inspect)
	if err != nil && !errors.Is(err, lake.ErrNoSnapshot) {
		t.Fatal(err)
	}
	files, err := d.checkFiles(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(folders, files...) {
		if len(c.Damage) > 0 {
			t.Errorf("visible and not whole: %s: %v", c.Path, c.Damage)
		}
	}
	for name := range strings.FieldsSeq(left(t, d, ".")) {
		if !ours.MatchString(name) {
			t.Errorf("left in the data folder: %s", name)
		}
	}
	return len(folders), len(files)
}

// TestKilledNights kills a night at random moments, then lets one be. Nothing
// that is partial is ever visible, and the next night sweeps up and is whole.
func TestKilledNights(t *testing.T) {
	t.Parallel()
	const kills, seed = 60, 6
	dir := filepath.Join(t.TempDir(), "data")
	lasts := timedNight(t, dir)
	random, outcomes := rand.New(rand.NewPCG(seed, seed)), map[string]map[string]int{}
	before, _ := intact(t, dir)
	for n := range kills {
		aim := steps[random.IntN(len(steps)-1)]
		step := killedNight(t, dir, aim, time.Duration(random.Float64()*float64(lasts[aim])))
		after, _ := intact(t, dir)
		if outcomes[step] == nil {
			outcomes[step] = map[string]int{}
		}
		outcomes[step][fmt.Sprintf("%+d snapshots", after-before)]++
		if before = after; n%20 == 0 {
			sweptUp(t, dir)
			before = 2
		}
	}
	for _, step := range steps {
		for _, outcome := range slices.Sorted(maps.Keys(outcomes[step])) {
			t.Logf("killed in %-15s %3d times: %s, all whole", step, outcomes[step][outcome], outcome)
		}
	}
	for _, step := range steps[1:3] {
		if len(outcomes[step]) == 0 {
			t.Errorf("no kill fell into %s: the moments are chosen badly", step)
		}
	}
	sweptUp(t, dir)
}

// timedNight does a whole night and says how long each step takes.
func timedNight(t *testing.T, dir string) map[string]time.Duration {
	t.Helper()
	lasts, step, began := map[string]time.Duration{}, "", time.Now()
	err := doNight(dir, func(next string) {
		lasts[step] = time.Since(began)
		step, began = next, time.Now()
	})
	if err != nil {
		t.Fatal(err)
	}
	return lasts
}

// sweptUp does a whole night after killed ones.
func sweptUp(t *testing.T, dir string) {
	t.Helper()
	if err := doNight(dir, func(string) {}); err != nil {
		t.Fatalf("the night after: %v", err)
	}
	if snapshots, duckdb := intact(t, dir); snapshots != 2 || duckdb != 1 {
		t.Errorf("the night after leaves %d snapshots and %d DuckDB files", snapshots, duckdb)
	}
	left, err := os.ReadDir(filepath.Join(dir, workDir))
	left = slices.DeleteFunc(left, func(e os.DirEntry) bool { return e.Name() == "history" }) // stays from night to night
	if len(left) > 0 || err != nil {
		t.Errorf("the night after leaves %v in work, %v", left, err)
	}
}

// TestLockOfADeadProcess takes over the lock of a process that was killed, and
// leaves the one of a living process alone.
func TestLockOfADeadProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	cmd, lines := nightProcess(t, dir)
	if line, err := lines.ReadString('\n'); line != "publish\n" {
		t.Fatalf("the process says %q, %v", line, err)
	}
	d, err := filesIn(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Lock(); !errors.Is(err, lake.ErrLocked) || !strings.Contains(err.Error(), fmt.Sprintf("process %d ", cmd.Process.Pid)) {
		t.Errorf("while it lives: %v", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	unlock, err := d.Lock()
	if err != nil {
		t.Fatalf("after it died: %v", err)
	}
	defer unlock()
	if left := left(t, d, workDir); left != "" {
		t.Errorf("left in work: %s", left)
	}
}
