package settings

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"go.yaml.in/yaml/v3"
)

// Errors are all that is wrong with a file, in lines.
type Errors []error

// Error is one line for each.
func (e Errors) Error() string {
	var lines []string
	for _, err := range e {
		lines = append(lines, err.Error())
	}
	return strings.Join(lines, "\n")
}

// Unwrap lists them.
func (e Errors) Unwrap() []error { return e }

// longest is how many characters a message has at most: it may quote a value.
const longest = 400

// reader reads the nodes of a YAML file, and collects what is wrong with them.
type reader struct {
	name   string
	faults []fault
	lines  map[string]int // where parts of policies stand, by their keys
}

// fault is what is wrong in a line; 0 is a line that is not known.
type fault struct {
	line int
	text string
}

// err is all that is wrong, in the order of the lines.
func (r *reader) err() error {
	slices.SortStableFunc(r.faults, func(a, b fault) int { return a.line - b.line })
	var all Errors
	for _, f := range r.faults {
		at := r.name
		if f.line > 0 {
			at += ":" + strconv.Itoa(f.line)
		}
		all = append(all, fmt.Errorf("%s: %s", at, f.text))
	}
	if all == nil {
		return nil
	}
	return all
}

// wrong reports what is wrong in a line.
func (r *reader) wrong(line int, format string, args ...any) {
	text := []rune(fmt.Sprintf(format, args...))
	if len(text) > longest {
		text = append(text[:longest], '…')
	}
	r.faults = append(r.faults, fault{line, string(text)})
}

// syntax is how the YAML library words an error in which it knows the line. The first
// line of a file it does not count.
var syntax = regexp.MustCompile(`^yaml: (?:line ([0-9]+): )?(.*)`)

// document is the content of the one YAML document in a text; nil where it holds none.
func (r *reader) document(text []byte) *yaml.Node {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	err := decoder.Decode(&first)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		if err = decoder.Decode(&second); err == nil {
			r.wrong(second.Line, "a second document begins here: keep one")
			return nil
		}
	}
	if !errors.Is(err, io.EOF) {
		r.broken(text, err)
		return nil
	}
	root := resolved(first.Content[0])
	if root.Kind == yaml.ScalarNode && root.ShortTag() == "!!null" {
		return nil
	}
	return root
}

// broken reports a text that is no YAML.
func (r *reader) broken(text []byte, err error) {
	line := 0
	for row := range strings.Lines(string(text)) {
		line++
		if blanks := row[:len(row)-len(strings.TrimLeft(row, " \t"))]; strings.Contains(blanks, "\t") && strings.TrimSpace(row) != "" {
			r.wrong(line, "the line begins with a tab: YAML is indented with blanks")
			return
		}
	}
	said := syntax.FindStringSubmatch(strings.Join(strings.Fields(err.Error()), " "))
	if said == nil {
		r.wrong(0, "this is no YAML: %q", err.Error())
		return
	}
	line, _ = strconv.Atoi(said[1]) // none: 0
	r.wrong(line, "this is no YAML: %s", said[2])
}

// resolved is the node that an alias stands for, or the node itself.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// pair is a key with its value.
type pair struct {
	key     string // as it is looked up
	written string
	value   *yaml.Node
	line    int
}

// pairs lists the keys of a mapping; spelling makes of a key as it is written one to
// look up. A key that stands twice is reported, and left out the second time.
func (r *reader) pairs(n *yaml.Node, path string, spelling func(string) string) []pair {
	at := n.Line
	if n = resolved(n); n.Kind != yaml.MappingNode {
		if path == "" {
			path = "the file"
		}
		r.wrong(at, "%s takes keys with values, each as KEY: VALUE", path)
		return nil
	}
	lines := map[string]int{}
	var pairs []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := resolved(n.Content[i])
		line := n.Content[i].Line
		if key.Kind != yaml.ScalarNode || key.Value == "" {
			r.wrong(line, "a key must be a word")
			continue
		}
		p := pair{spelling(key.Value), key.Value, n.Content[i+1], line}
		if first, twice := lines[p.key]; twice {
			r.wrong(line, "%q stands twice, first in line %d: keep one", p.written, first)
			continue
		}
		lines[p.key] = line
		pairs = append(pairs, p)
	}
	return pairs
}

// values reads what a key holds, and reports where it may not hold that.
func (r *reader) values(path string, key Key, p pair) ([]string, bool) {
	before := len(r.faults)
	var values []string
	switch key.Kind {
	case List, Lines:
		values = r.list(path, key, p.value)
	case Lists:
		if resolved(p.value).Kind != yaml.MappingNode { // as the flag has it
			values = r.list(path, Key{Kind: Lines, Check: assigned}, p.value)
			break
		}
		for _, below := range r.pairs(p.value, path, strings.TrimSpace) {
			texts := r.list(path+"."+below.key, Key{Kind: List, Some: true}, below.value)
			values = append(values, below.key+"="+strings.Join(texts, ","))
		}
	case Groups:
		values = r.groups(path, p.value)
	case Roles:
		values = r.roles(path, p.value)
	default:
		values = r.item(path, key, p.value)
	}
	return values, len(r.faults) == before
}

// assigned takes a value of a Lists.
func assigned(text string) error {
	name, list, _ := strings.Cut(text, "=")
	if strings.TrimSpace(name) == "" || strings.Trim(list, ", ") == "" {
		return fmt.Errorf("%q is no list with a name: write NAME: [TEXT, …]", text)
	}
	return nil
}

// list reads a list, or one text as one.
func (r *reader) list(path string, key Key, n *yaml.Node) []string {
	items := []*yaml.Node{n}
	if list := resolved(n); list.Kind == yaml.SequenceNode {
		items = list.Content
	}
	var values []string
	for _, item := range items {
		values = append(values, r.item(path, key, item)...)
	}
	if len(items) == 0 && key.Some {
		r.wrong(n.Line, "%s is an empty list: name something, or leave the key out", path)
	}
	return values
}

// item reads one text, which in a List may hold several.
func (r *reader) item(path string, key Key, n *yaml.Node) []string {
	text, ok := r.scalar(path, key.Kind, n)
	if !ok {
		return nil
	}
	texts := []string{text}
	if key.Kind == List {
		texts = strings.Split(text, ",")
	}
	for i := range texts {
		texts[i] = strings.TrimSpace(texts[i])
		err := key.Kind.check(texts[i])
		if err == nil && key.Check != nil {
			err = key.Check(texts[i])
		}
		if err != nil {
			r.wrong(n.Line, "%s: %v", path, err)
			return nil
		}
	}
	return texts
}

// scalar reads a node that is one value, as it is written.
func (r *reader) scalar(path string, kind Kind, n *yaml.Node) (string, bool) {
	line := n.Line
	n = resolved(n)
	text := strings.TrimSpace(n.Value)
	switch {
	case n.Kind == yaml.SequenceNode:
		r.wrong(line, "%s takes one value, not a list", path)
	case n.Kind == yaml.MappingNode:
		r.wrong(line, "%s takes %s, not keys with values", path, map[bool]string{true: "a list", false: "one value"}[kind == List || kind == Lines])
	case text == "":
		r.wrong(line, "%s has no value", path)
	case n.ShortTag() == "!!null":
		r.wrong(line, "%s has no value: write %q in quotes if it is a text", path, text)
	case n.ShortTag() == "!!bool" && kind != Bool:
		r.wrong(line, "%s is neither true nor false: write %q in quotes if it is a text", path, text)
	case kind == Bool:
		return strings.ToLower(text), true
	default:
		return text, true
	}
	return "", false
}

// check finds what is wrong with a text as a value of the kind.
func (k Kind) check(text string) error {
	switch k {
	case Bool:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is neither true nor false", text)
		}
	case Count:
		if _, err := strconv.ParseUint(text, 10, 31); err != nil {
			return fmt.Errorf("%q is no whole number from 0 to 2147483647", text)
		}
	case Number:
		if n, err := strconv.ParseFloat(text, 64); err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
			return fmt.Errorf("%q is no number", text)
		}
	case Time:
		if span, err := time.ParseDuration(text); err != nil || span < 0 {
			return fmt.Errorf("%q is no time: write 6h or 90m", text)
		}
	default:
		switch {
		case text == "":
			return errors.New("an item has no text: there is a comma too many")
		case strings.ContainsFunc(text, unicode.IsControl):
			return errors.New("a text of several lines or with control characters cannot be a value")
		}
	}
	return nil
}

// number reads a text that Count.check took.
func number(text string) int {
	n, _ := strconv.Atoi(text)
	return n
}
