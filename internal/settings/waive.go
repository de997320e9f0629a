package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/renameio/v2"
	"go.yaml.in/yaml/v3"

	"hubgraph/queries"
)

// mostReason is how many characters a reason has at most.
const mostReason = 1000

// NewWaiver is a waiver of what will be named, from what a person says: each a line of
// text. It must hold at a time.
func NewWaiver(reason, by, until string, at time.Time) (queries.Waiver, error) {
	w := queries.Waiver{Reason: strings.Join(strings.Fields(reason), " "), By: strings.Join(strings.Fields(by), " ")}
	var err error
	switch w.Expires, err = time.Parse(time.DateOnly, until); {
	case w.Reason == "":
		return w, errors.New("a waiver says why: give --reason")
	case until == "":
		return w, errors.New("a waiver says for how long: give --until, a day such as 2027-01-31")
	case err != nil:
		return w, fmt.Errorf("--until %q is no day: write one as 2027-01-31", until)
	case !w.Expires.After(at):
		return w, fmt.Errorf("--until %s is past: a waiver holds before that day, UTC", until)
	case len(w.Reason)+len(w.By) > mostReason || !utf8.ValidString(w.Reason+w.By) || strings.ContainsFunc(w.Reason+w.By, unicode.IsControl):
		return w, fmt.Errorf("--reason and --by are text without control characters, of at most %d bytes", mostReason)
	}
	return w, nil
}

// AddWaiver writes a waiver of one fingerprint or several behind those of a file, which need not be
// there: nothing else of the file changes, comments and order neither. It returns the line
// that the waiver begins in. What is wrong with the file is reported as ReadWaivers does.
func AddWaiver(name string, w queries.Waiver, c Catalog) (line int, err error) {
	if target, err := filepath.EvalSymlinks(name); err == nil {
		name = target // a link stays one
	} else if !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%s cannot be read: %w", name, err)
	}
	text, err := readFile(name)
	if err != nil {
		return 0, err
	}
	before, err := ParseWaivers(name, text, c)
	if err != nil {
		return 0, err
	}
	for _, other := range before {
		for _, fingerprint := range append(w.Fingerprints, w.Fingerprint) {
			if fingerprint == "" || !other.Names(fingerprint) || other.Check != "" && w.Check != "" && other.Check != w.Check {
				continue
			}
			if w.Fingerprint == "" {
				return 0, fmt.Errorf("%s:%d: the finding %s has a waiver, until %s: run `hubgraph audit`, after which the family is without it", name, other.Line, fingerprint, other.Expires.Format(time.DateOnly))
			}
			return 0, fmt.Errorf("%s:%d: the finding has a waiver, until %s: give that another date", name, other.Line, other.Expires.Format(time.DateOnly))
		}
	}
	out, err := appended(text, w)
	if err != nil {
		return 0, err
	}
	after, err := ParseWaivers(name, out, c)
	same := err == nil && len(after) == len(before)+1
	for i := 0; same && i < len(before); i++ {
		same = before[i].String() == after[i].String()
	}
	if !same {
		return 0, fmt.Errorf("%s is not written as a list with a line for each hyphen: add the waiver by hand", name)
	}
	if err := renameio.WriteFile(name, out, 0o666, renameio.WithExistingPermissions()); err != nil { // the umask takes its part
		return 0, fmt.Errorf("%s cannot be written: %w", name, err)
	}
	return after[len(before)].Line, nil
}

// appended is a file's text with a waiver behind it, indented as its list is.
func appended(text []byte, w queries.Waiver) ([]byte, error) {
	var item yaml.Node
	item.Kind = yaml.MappingNode
	add := func(key, value string, style yaml.Style) {
		item.Content = append(item.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key},
			&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value, Style: style})
	}
	if w.Check != "" {
		add("check", w.Check, 0)
	}
	if w.Fingerprint != "" {
		add("fingerprint", w.Fingerprint, yaml.DoubleQuotedStyle) // 64 digits may look like a number
	} else {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, name := range w.Fingerprints {
			list.Content = append(list.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: name, Style: yaml.DoubleQuotedStyle})
		}
		item.Content = append(item.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "fingerprints"}, list)
	}
	add("reason", w.Reason, yaml.DoubleQuotedStyle)
	if w.By != "" {
		add("by", w.By, yaml.DoubleQuotedStyle)
	}
	item.Content = append(item.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "expires"},
		&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!timestamp", Value: w.Expires.Format(time.DateOnly)})
	block, err := yaml.Marshal(&yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{&item}})
	if err != nil {
		return nil, err
	}
	indent := ""
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err == nil && len(root.Content) > 0 && root.Content[0].Kind == yaml.SequenceNode && len(root.Content[0].Content) > 0 {
		indent = strings.Repeat(" ", max(0, root.Content[0].Column-1))
	}
	out := string(text)
	if out != "" && !strings.HasSuffix(out, "\n") {
		out += "\n"
	}
	for line := range strings.Lines(string(block)) {
		out += indent + line
	}
	return []byte(out), nil
}
