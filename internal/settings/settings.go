// Package settings reads hubgraph.yaml and waivers.yaml: it knows the keys, the types
// of their values, and what to say of those that are wrong. Whatever is wrong is an
// error of one line with the file, the line and, where there is one, the key that may
// have been meant. Nothing is passed over.
//
// The known flags and checks come from the caller, as a Catalog. Flags win
// over the environment and that over the file: Layers.
package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"hubgraph/internal/nearest"
	"hubgraph/queries"
)

// Kind is what a key holds.
type Kind int

// The kinds of values.
const (
	Text   Kind = iota // one text or number, as it stands there
	Bool               // true or false
	Count              // a whole number from 0 to 2^31-1
	Number             // a finite decimal number
	Time               // a span such as 6h or 90m
	List               // texts; one text holds several with commas in between, as flags do
	Lines              // texts that may hold commas; one text is a list of one
	Lists              // a list for each name, or texts NAME=TEXT,TEXT, which its values are
	Groups             // lists of texts; the values are N:TEXT, where N counts the lists from 1
	Roles              // keys with values for each name; the values are NAME:KEY:TEXT
)

// Key is a key of the settings file.
type Key struct {
	Name  string                   // with underscores; the file may have hyphens, as flags do
	Kind  Kind                     // of its value
	About string                   // what it means; empty where the flag of its name says so
	Some  bool                     // a list must not be empty
	Check func(value string) error // what a value must be beside its kind; nil: nothing
}

// Catalog is what a settings file may be about.
type Catalog struct {
	Keys   []Key                   // those of flags; the package adds those that no flag has
	Checks []Check                 // all of them
	Gate   func(text string) error // what is wrong with the text of a gate
	Own    []queries.Check         // of Checks those of the user
}

// Check is a check and the settings that it declares.
type Check struct {
	ID       string
	Settings []Setting
}

// Setting is a setting that a check declares, as queries.CheckSetting.
type Setting struct {
	Name, Type string
	Default    []string
}

// File is a settings file that was read.
type File struct {
	Name    string
	Entries []Entry // in the order of the file
	Audit   Audit
	lines   map[string]int // where parts of policies stand, by their keys
}

// Entry is a value in a settings file.
type Entry struct {
	Key    string // with underscores, and dots between levels: types, keep_daily, checks.deal_without_contact.gate
	Kind   Kind
	Values []string // of a list, any number; else one
	Line   int      // where the key stands, from 1
}

// Entry finds the value of a key.
func (f *File) Entry(key string) (Entry, bool) {
	i := slices.IndexFunc(f.Entries, func(e Entry) bool { return e.Key == key })
	if i < 0 {
		return Entry{}, false
	}
	return f.Entries[i], true
}

// readFile reads a file that need not be there.
func readFile(name string) ([]byte, error) {
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s cannot be read: %w", name, errors.Unwrap(err))
	}
	return text, nil
}

// Read reads a settings file, by the catalog and the checks of the folder that the file
// names, which are in the catalog that it returns. Where there is no file, nothing is set.
// All that is wrong is reported at once, as Errors.
func Read(name string, c Catalog) (*File, Catalog, error) {
	text, err := readFile(name)
	if err != nil {
		return nil, c, err
	}
	if c, err = c.withOwn(name, text); err != nil {
		return nil, c, err
	}
	file, err := Parse(name, text, c)
	return file, c, err
}

// Parse reads the text of a settings file. The name is for messages.
func Parse(name string, text []byte, c Catalog) (*File, error) {
	p := parser{reader: reader{name: name, lines: map[string]int{}}, catalog: c, keys: map[string]Key{}, seen: map[string]int{}, file: &File{
		Name:  name,
		Audit: Audit{RemindDays: RemindDays, Values: map[string][]string{}, Checks: map[string]CheckOverride{}},
	}}
	for _, key := range append(slices.Clone(c.Keys), c.own()...) { // the package's own come last: they win
		key.Name = underscored(key.Name)
		p.keys[key.Name] = key
	}
	if root := p.document(text); root != nil {
		p.top(root)
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	p.file.lines = p.lines
	return p.file, nil
}

func underscored(name string) string { return strings.ReplaceAll(name, "-", "_") }

// parser reads one settings file.
type parser struct {
	reader
	catalog Catalog
	keys    map[string]Key
	seen    map[string]int // line by the key of an entry
	file    *File
}

// The keys that hold further keys.
const (
	checksKey = "checks"
	keepKey   = "keep"
)

func (p *parser) top(root *yaml.Node) {
	for _, pair := range p.pairs(root, "", underscored) {
		key, known := p.keys[pair.key]
		switch {
		case known:
			p.entry(key.Name, key, pair)
		case pair.key == checksKey:
			p.checks(pair.value)
		case pair.key == keepKey:
			p.keep(pair.value)
		case p.ofChecks(pair.key):
			p.wrong(pair.line, "%q stands outside of checks: write it below that key", pair.key)
		default:
			names := append(slices.Collect(maps.Keys(p.keys)), checksKey, keepKey)
			p.unknown(pair, "", names, "no flag and no setting is called that")
		}
	}
}

// keep reads the rules of which nights are kept. Each is a key of its own, too.
func (p *parser) keep(n *yaml.Node) {
	for _, pair := range p.pairs(n, keepKey, underscored) {
		key, known := p.keys[keepKey+"_"+pair.key]
		if !known {
			p.unknown(pair, " below "+keepKey, KeepRules, "the rules are "+strings.Join(KeepRules, ", "))
			continue
		}
		p.entry(key.Name, key, pair)
	}
}

// entry reads the value of a key, and returns it where it is right.
func (p *parser) entry(path string, key Key, pair pair) ([]string, bool) {
	if line, twice := p.seen[path]; twice {
		p.wrong(pair.line, "%q stands twice, first in line %d: keep one", path, line)
		return nil, false
	}
	p.seen[path] = pair.line
	values, ok := p.values(path, key, pair)
	if !ok {
		return nil, false
	}
	p.file.Entries = append(p.file.Entries, Entry{Key: path, Kind: key.Kind, Values: values, Line: pair.line})
	switch path {
	case "fail_on":
		p.file.Audit.FailOn = values[0]
	case "baseline":
		p.file.Audit.Baseline = values[0]
	case "remind_days":
		p.file.Audit.RemindDays = number(values[0])
	}
	return values, true
}

// unknown reports a key that does not exist: with those that may have been meant, else
// with what there is.
func (p *parser) unknown(pair pair, where string, names []string, there string) {
	p.wrong(pair.line, "unknown key %q%s: %s", pair.written, where, orElse(nearest.Question(underscored(pair.written), names), there))
}

func orElse(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
