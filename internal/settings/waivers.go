package settings

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"hubgraph/queries"
)

// columns are those of findings that a waiver can name, with what a value must be. What
// changes from audit to audit is no mark of a finding.
func (c Catalog) columns() map[string]func(string) error {
	return map[string]func(string) error{
		"check_id":     c.checkID,
		"severity":     severity,
		"subject_type": nil, "subject_id": whole, "subject_name": nil,
		"from_type": nil, "from_id": whole, "to_type": nil, "to_id": whole,
		"category": nil, "type_id": whole, "currency": nil,
	}
}

func whole(text string) error {
	if _, err := strconv.ParseUint(text, 10, 63); err != nil {
		return fmt.Errorf("%q is no id: ids are whole numbers", text)
	}
	return nil
}

// fingerprint is a fingerprint, or so much of one that no other is meant.
var fingerprint = regexp.MustCompile(`^[0-9a-f]{8,64}$`)

// The keys of a waiver.
var waiverKeys = []string{"check", "fingerprint", "fingerprints", "where", "reason", "by", "expires"}

// ReadWaivers reads the waivers of a file, in its order. Where there is no file there
// are none. All that is wrong is reported at once, as Errors.
func ReadWaivers(name string, c Catalog) ([]queries.Waiver, error) {
	text, err := readFile(name)
	if err != nil {
		return nil, err
	}
	return ParseWaivers(name, text, c)
}

// ParseWaivers reads the text of a file of waivers. The name is for messages.
func ParseWaivers(name string, text []byte, c Catalog) ([]queries.Waiver, error) {
	p := parser{reader: reader{name: name}, catalog: c}
	root := p.document(text)
	if root == nil {
		return nil, p.err()
	}
	if root.Kind != yaml.SequenceNode {
		p.wrong(root.Line, "waivers are a list: begin each with a hyphen, as in - check: CHECK")
		return nil, p.err()
	}
	var waivers []queries.Waiver
	for _, n := range root.Content {
		waivers = append(waivers, p.waiver(n))
	}
	if err := p.err(); err != nil {
		return nil, err
	}
	return waivers, nil
}

func (p *parser) waiver(n *yaml.Node) queries.Waiver {
	w := queries.Waiver{Line: n.Line}
	given := map[string]bool{}
	for _, pair := range p.pairs(n, "a waiver", underscored) {
		given[pair.key] = true
		switch pair.key {
		case "check":
			w.Check = p.one("check", p.catalog.checkID, pair)
		case "fingerprint":
			w.Fingerprint = strings.ToLower(p.one("fingerprint", isFingerprint, pair))
		case "fingerprints":
			names, _ := p.values("fingerprints", Key{Kind: List, Some: true, Check: isFingerprint}, pair)
			for _, name := range names {
				w.Fingerprints = append(w.Fingerprints, strings.ToLower(name))
			}
			slices.Sort(w.Fingerprints)
		case "where":
			w.Where = p.where(pair)
		case "reason":
			w.Reason = p.one("reason", nil, pair.inALine())
		case "by":
			w.By = p.one("by", nil, pair)
		case "expires":
			w.Expires, _ = time.Parse(time.DateOnly, p.one("expires", isDate, pair))
		default:
			p.unknown(pair, "", waiverKeys, "a waiver has "+strings.Join(waiverKeys, ", "))
		}
	}
	if resolved(n).Kind != yaml.MappingNode { // which is reported
		return w
	}
	for _, key := range []string{"reason", "expires"} {
		if !given[key] {
			p.wrong(w.Line, "the waiver lacks %q: a waiver says why, and for how long", key)
		}
	}
	named := 0
	for _, key := range []string{"fingerprint", "fingerprints", "where"} {
		if given[key] {
			named++
		}
	}
	if named != 1 {
		p.wrong(w.Line, "a waiver has one of fingerprint, fingerprints and where, to say which findings it is about")
	}
	return w
}

// where reads the columns and values that findings must have.
func (p *parser) where(of pair) map[string]string {
	columns := p.catalog.columns()
	where := map[string]string{}
	for _, pair := range p.pairs(of.value, "where", underscored) {
		check, known := columns[pair.key]
		if !known {
			names := slices.Sorted(maps.Keys(columns))
			p.unknown(pair, " below where", names, "the columns are "+strings.Join(names, ", "))
			continue
		}
		where[pair.key] = p.one("where."+pair.key, check, pair)
	}
	if n := resolved(of.value); n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		p.wrong(of.line, "where is empty, and would be about every finding: name a column")
	}
	return where
}

// inALine is the pair with its text in one line: a reason may be written in several.
func (p pair) inALine() pair {
	n := *resolved(p.value)
	n.Value, n.Line = strings.Join(strings.Fields(n.Value), " "), p.value.Line
	p.value = &n
	return p
}

// one reads a key that holds one text; it is empty where that is wrong.
func (p *parser) one(path string, check func(string) error, pair pair) string {
	values, ok := p.values(path, Key{Check: check}, pair)
	if !ok {
		return ""
	}
	return values[0]
}

func isFingerprint(text string) error {
	if !fingerprint.MatchString(strings.ToLower(text)) {
		return fmt.Errorf("%q is no fingerprint: write its 64 hexadecimal digits, or at least the first 8", text)
	}
	return nil
}

func isDate(text string) error {
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		return fmt.Errorf("%q is no day: write one as 2027-01-31", text)
	}
	return nil
}
