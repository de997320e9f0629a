package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// module is a copy of this module, to plant bugs in.
type module struct{ dir string }

// copyModule copies what git knows of the module in which this runs, and what it
// does not ignore.
func copyModule(ctx context.Context) (module, error) {
	from, err := output(exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}"))
	if err != nil {
		return module{}, err
	}
	from = strings.TrimSpace(from)
	list := exec.CommandContext(ctx, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = from
	names, err := output(list)
	if err != nil {
		return module{}, err
	}
	dir, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return module{}, err
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(names, "\x00"), "\x00") {
		err := copyFile(filepath.Join(from, name), filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // what was removed and is not committed yet
			return module{}, errors.Join(err, os.RemoveAll(dir))
		}
	}
	return module{dir}, nil
}

func copyFile(from, to string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	return os.WriteFile(to, text, info.Mode().Perm())
}

// output runs a command, whose error is what it says of it.
func output(cmd *exec.Cmd) (string, error) {
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w: %s", strings.Join(cmd.Args, " "), err, bytes.TrimSpace(stderr.Bytes()))
	}
	return string(out), nil
}

// baseline runs the tests of all bugs while none is planted: a test that fails
// anyway catches nothing.
func (m module) baseline(ctx context.Context, mutants []mutant) error {
	patterns := map[string][]string{}
	for _, b := range mutants {
		patterns[b.test] = append(patterns[b.test], b.pattern)
	}
	for _, p := range slices.Sorted(maps.Keys(patterns)) {
		failed, err := m.test(ctx, p, strings.Join(slices.Compact(slices.Sorted(slices.Values(patterns[p]))), "|"))
		if err == nil && failed != "" {
			err = fmt.Errorf("%s fails without any bug", failed)
		}
		if err != nil {
			return fmt.Errorf("the tests of %s: %w", p, err)
		}
	}
	return nil
}

// plant plants a bug, runs its tests, takes it out again, and says which test
// caught it. An error says why none did.
func (m module) plant(ctx context.Context, b mutant) (by string, err error) {
	before, err := b.apply(m.dir)
	defer func() {
		for file, text := range before {
			err = errors.Join(err, os.WriteFile(filepath.Join(m.dir, filepath.FromSlash(file)), text, 0o600))
		}
	}()
	if err != nil {
		return "", err
	}
	by, err = m.test(ctx, b.test, b.pattern)
	if err == nil && by == "" {
		err = errors.New("it survives")
	}
	return by, err
}

// event is a line that go test writes with -json.
type event struct{ Action, Test, Output string }

// test runs tests and names the first that fails; it is empty where all pass.
func (m module) test(ctx context.Context, in, pattern string) (failed string, err error) {
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-count", "1", "-failfast", "-timeout", "3m", "-run", pattern, "./"+in)
	cmd.Dir = m.dir
	out, runErr := cmd.Output()
	passed := 0
	for line := range bytes.Lines(out) {
		var e event
		if err := json.Unmarshal(line, &e); err != nil {
			return "", fmt.Errorf("go test says %q: %w", line, err)
		}
		switch {
		case e.Action == "build-fail":
			return "", fmt.Errorf("it does not compile: %w", lastWords(out))
		case e.Action == "pass" && e.Test != "":
			passed++
		case e.Action == "fail" && e.Test != "":
			return e.Test, nil
		}
	}
	if runErr == nil && passed > 0 {
		return "", nil
	}
	return "", fmt.Errorf("no test ran to its end: %w", errors.Join(runErr, lastWords(out)))
}

// lastWords is what a run of go test last said.
func lastWords(out []byte) error {
	text := ""
	for line := range bytes.Lines(out) {
		var e event
		if json.Unmarshal(line, &e) == nil && strings.TrimSpace(e.Output) != "" {
			text = strings.TrimSpace(e.Output)
		}
	}
	return errors.New(text)
}
