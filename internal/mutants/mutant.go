package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/rogpeppe/go-internal/txtar"
)

//go:embed bugs
var bugs embed.FS

// mutant is a bug to plant.
type mutant struct {
	name, breaks  string
	test, pattern string // the package, and which of its tests must fail
	edits         []edit
}

// edit replaces a text that occurs once in a file of the module.
type edit struct{ file, old, new string }

// between stands between the old and the new text of an edit.
const between = "---- becomes ----\n"

// all reads the bugs, in the order of their names.
func all() ([]mutant, error) {
	files, err := fs.Glob(bugs, "bugs/*.txtar")
	if err != nil {
		return nil, err
	}
	var mutants []mutant
	for _, file := range files {
		text, err := bugs.ReadFile(file)
		if err != nil {
			return nil, err
		}
		m, err := parse(strings.TrimSuffix(path.Base(file), ".txtar"), text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		mutants = append(mutants, m)
	}
	return mutants, nil
}

func parse(name string, text []byte) (mutant, error) {
	m := mutant{name: name}
	archive := txtar.Parse(text)
	for line := range strings.Lines(string(archive.Comment)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		switch key {
		case "breaks":
			m.breaks = value
		case "test":
			m.test, m.pattern, _ = strings.Cut(value, " ")
		default:
			return m, fmt.Errorf("%q is neither breaks nor test", key)
		}
	}
	for _, f := range archive.Files {
		before, after, ok := strings.Cut(string(f.Data), between)
		if !ok || before == "" || before == after {
			return m, fmt.Errorf("the change of %s is none", f.Name)
		}
		m.edits = append(m.edits, edit{f.Name, before, after})
	}
	if m.breaks == "" || m.test == "" || m.pattern == "" || len(m.edits) == 0 {
		return m, errors.New("breaks, test, its pattern or a change is missing")
	}
	return m, nil
}

// apply makes the edits in a module, and returns what its files held before.
func (m mutant) apply(module string) (before map[string][]byte, err error) {
	before = map[string][]byte{}
	texts := map[string]string{}
	for _, e := range m.edits {
		if _, ok := before[e.file]; !ok {
			b, err := os.ReadFile(filepath.Join(module, filepath.FromSlash(e.file)))
			if err != nil {
				return nil, err
			}
			before[e.file], texts[e.file] = b, string(b)
		}
		if n := strings.Count(texts[e.file], e.old); n != 1 {
			return nil, fmt.Errorf("it no longer applies: the text is %d times in %s", n, e.file)
		}
		texts[e.file] = strings.Replace(texts[e.file], e.old, e.new, 1)
	}
	for file, text := range texts {
		if err := os.WriteFile(filepath.Join(module, filepath.FromSlash(file)), []byte(text), 0o600); err != nil {
			return before, err
		}
	}
	return before, nil
}
