package repair

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/internal/nearest"
	"hubgraph/internal/sentence"
)

// pair is a line of a file of pairs: two records, and a label, or a type by its id.
type pair struct {
	line     int
	from, to string
	label    string
	typeID   string
	category string
}

// pairColumns are the columns of a file of pairs.
var pairColumns = []string{"from", "to", "label", "type_id", "category"}

// given proposes the pairs of a file that somebody wrote: CSV with a header, or JSON
// objects, one a line. The error about a line that cannot be planned names it.
func (c *completion) given(ctx context.Context) ([]proposal, error) {
	name := c.options.Pairs
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, sentence.New(ErrUsage, "--pairs %s: the file cannot be read: %v", name, sentence.Cause(err))
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	read := readCSV
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		read = readJSONL
	}
	pairs, wrong := read(text)
	if wrong == nil && len(pairs) == 0 {
		wrong = &wrongLine{1, "there is no pair in it: write a line for each behind the header from,to,label"}
	}
	var list []proposal
	if wrong == nil {
		list, wrong, err = c.pairs(ctx, pairs)
	}
	if wrong != nil {
		return nil, sentence.New(ErrUsage, "%s:%d: %s", name, wrong.line, wrong.text)
	}
	return list, err
}

// wrongLine is what is wrong in a line of a file of pairs.
type wrongLine struct {
	line int
	text string
}

func wrongAt(line int, format string, args ...any) *wrongLine {
	return &wrongLine{line, fmt.Sprintf(format, args...)}
}

// pairs proposes an operation for each pair.
func (c *completion) pairs(ctx context.Context, pairs []pair) ([]proposal, *wrongLine, error) {
	names, err := c.typeNames(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("read the object types: %w", err)
	}
	lines := map[Row]int{}
	var list []proposal
	for _, p := range pairs {
		from, wrong := p.record("from", p.from, names)
		if wrong != nil {
			return nil, wrong, nil
		}
		to, wrong := p.record("to", p.to, names)
		if wrong != nil {
			return nil, wrong, nil
		}
		if from == to {
			return nil, wrongAt(p.line, "%s cannot be associated with itself", from), nil
		}
		t, wrong := c.typeOf(p, from, to)
		if wrong != nil {
			return nil, wrong, nil
		}
		e := ends{from, to}
		rows := []Row{e.row(t)}
		if d := c.define(from.Type, to.Type, t); d.inverse() != nil {
			rows = append(rows, e.reversed().row(*d.inverse()))
		}
		for _, r := range rows {
			if first := lines[r]; first != 0 {
				return nil, wrongAt(p.line, "it is the same association as in line %d: remove one of the two", first), nil
			}
		}
		for _, r := range rows {
			lines[r] = p.line
		}
		op := adds(from, to, []Type{t})
		op.Class, op.Source, op.Reason = Given, filepath.Base(c.options.Pairs), fmt.Sprintf("line %d of %s asks for it", p.line, filepath.Base(c.options.Pairs))
		list = append(list, *op)
	}
	return list, nil, nil
}

// typeNames are the names by which object types can be written, with that of the tables.
func (c *completion) typeNames(ctx context.Context) (map[string]string, error) {
	names := map[string]string{}
	return names, c.each(ctx, "SELECT object_type, type_id, singular FROM object_types", nil, func(rows *sql.Rows) error {
		var name, id, singular string
		err := rows.Scan(&name, &id, &singular)
		names[name], names[id], names[singular] = name, name, name
		return err
	})
}

// record reads one end.
func (p pair) record(column, text string, names map[string]string) (graphmodel.Key, *wrongLine) {
	typ, id, _ := strings.Cut(strings.TrimSpace(text), ":")
	if _, err := strconv.ParseInt(id, 10, 64); errors.Is(err, strconv.ErrRange) {
		return graphmodel.Key{}, wrongAt(p.line, "%s is %q: the id is larger than any that HubSpot gives", column, text)
	}
	k, err := graphmodel.ParseKey(typ + ":" + id)
	if err != nil {
		return k, wrongAt(p.line, "%s is %q, which is no record: write it as TYPE:ID, such as deals:123", column, text)
	}
	name, known := names[k.Type]
	if !known {
		var all []string
		for _, n := range names {
			all = append(all, n)
		}
		near := nearest.Sort(k.Type, all)
		return k, wrongAt(p.line, "%s is %q, and the snapshot has no object type %s; the nearest are %s", column, text, k.Type, strings.Join(near[:min(len(near), 3)], ", "))
	}
	k.Type = name
	return k, nil
}

// typeOf finds the association type that a line asks for.
func (c *completion) typeOf(p pair, from, to graphmodel.Key) (Type, *wrongLine) {
	there, back := c.definitions[pairOf{from.Type, to.Type}], c.definitions[pairOf{to.Type, from.Type}]
	where := fmt.Sprintf("from %s to %s", from.Type, to.Type)
	switch {
	case p.label != "" && p.typeID != "":
		return Type{}, wrongAt(p.line, "it has a label and a type_id: leave one of the two empty")
	case p.typeID != "":
		return c.typeByID(p, there, back, where)
	case p.label != "":
		return c.typeByLabel(p, there, back, where)
	}
	plain := c.plain(from.Type, to.Type)
	if plain == nil {
		return Type{}, wrongAt(p.line, "the portal has no plain association %s: name a label%s", where, offers(p.label, there))
	}
	return *plain, nil
}

func (c *completion) typeByID(p pair, there, back []definition, where string) (Type, *wrongLine) {
	id, err := strconv.ParseInt(p.typeID, 10, 32)
	if err != nil {
		return Type{}, wrongAt(p.line, "type_id is %q, which is no id of an association type", p.typeID)
	}
	matches := func(d definition) bool {
		return d.TypeID == int32(id) && (p.category == "" || d.Category == p.category)
	}
	var found []definition
	for _, d := range there {
		if matches(d) {
			found = append(found, d)
		}
	}
	switch {
	case len(found) == 1:
		return found[0].typ(), nil
	case len(found) > 1:
		return Type{}, wrongAt(p.line, "type_id %d %s is of several categories: write the category, %s or %s", id, where, found[0].Category, found[1].Category)
	}
	if i := slices.IndexFunc(back, matches); i >= 0 {
		return Type{}, p.turned(back[i], where)
	}
	return Type{}, wrongAt(p.line, "the portal defines no association type %s %s%s", strings.TrimPrefix(p.category+":"+p.typeID, ":"), where, offers(p.typeID, there))
}

func (c *completion) typeByLabel(p pair, there, back []definition, where string) (Type, *wrongLine) {
	matches := func(d definition) bool {
		return strings.EqualFold(textOf(d.Label), p.label) && (p.category == "" || d.Category == p.category)
	}
	var found []definition
	for _, d := range there {
		if matches(d) {
			found = append(found, d)
		}
	}
	switch {
	case len(found) == 1:
		return found[0].typ(), nil
	case len(found) > 1:
		return Type{}, wrongAt(p.line, "there are several labels %q %s: write the type_id, %d or %d", p.label, where, found[0].TypeID, found[1].TypeID)
	}
	if i := slices.IndexFunc(back, matches); i >= 0 {
		return Type{}, p.turned(back[i], where)
	}
	return Type{}, wrongAt(p.line, "there is no label %q %s%s", p.label, where, offers(p.label, there))
}

// turned says that a type leads the other way around, and which one leads this way.
func (p pair) turned(d definition, where string) *wrongLine {
	right := "turn from and to around"
	if inverse := d.inverse(); inverse != nil {
		right = fmt.Sprintf("%s it is %s, or turn from and to around", where, inverse)
	}
	return wrongAt(p.line, "%s leads from %s to %s: %s", d.typ(), d.FromType, d.ToType, right)
}

// offers names the labels of a direction, the nearest first.
func offers(word string, there []definition) string {
	var labels []string
	for _, d := range there {
		if d.Label != nil {
			labels = append(labels, *d.Label)
		}
	}
	if len(labels) == 0 {
		return "; there is none"
	}
	near := nearest.Sort(word, labels)
	return "; there are " + strings.Join(near[:min(len(near), 5)], ", ")
}

// readCSV reads pairs from CSV with a header. Fields may be quoted, and lines end as on any
// system.
func readCSV(text []byte) ([]pair, *wrongLine) {
	r := csv.NewReader(bytes.NewReader(text))
	r.TrimLeadingSpace = true
	r.FieldsPerRecord = -1
	header, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if wrong := noCSV(err); wrong != nil {
		return nil, wrong
	}
	at := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if _, twice := at[name]; twice || !slices.Contains(pairColumns, name) {
			return nil, wrongAt(1, "the header has the column %q, which is twice there or not known: the columns are %s", name, strings.Join(pairColumns, ", "))
		}
		at[name] = i
	}
	for _, name := range []string{"from", "to"} {
		if _, ok := at[name]; !ok {
			return nil, wrongAt(1, "the header lacks the column %s: the columns are %s", name, strings.Join(pairColumns, ", "))
		}
	}
	var pairs []pair
	for {
		fields, err := r.Read()
		if errors.Is(err, io.EOF) {
			return pairs, nil
		}
		if wrong := noCSV(err); wrong != nil {
			return nil, wrong
		}
		line, _ := r.FieldPos(0)
		if len(fields) != len(header) {
			return nil, wrongAt(line, "it has %d fields, and the header has %d", len(fields), len(header))
		}
		value := func(name string) string {
			if i, ok := at[name]; ok {
				return strings.TrimSpace(fields[i])
			}
			return ""
		}
		pairs = append(pairs, pair{line, value("from"), value("to"), value("label"), value("type_id"), value("category")})
	}
}

// noCSV says which line cannot be read as CSV.
func noCSV(err error) *wrongLine {
	var at *csv.ParseError
	if errors.As(err, &at) {
		return wrongAt(at.Line, "it is no CSV: %v", at.Err)
	}
	return nil
}

// readJSONL reads pairs from JSON objects, one a line. A type_id may be a number or a text.
func readJSONL(text []byte) ([]pair, *wrongLine) {
	var pairs []pair
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(lines.Bytes())
		if len(line) == 0 {
			continue
		}
		var o struct {
			From     *string     `json:"from"`
			To       *string     `json:"to"`
			Label    string      `json:"label"`
			TypeID   json.Number `json:"type_id"`
			Category string      `json:"category"`
		}
		d := json.NewDecoder(bytes.NewReader(line))
		d.DisallowUnknownFields()
		if err := d.Decode(&o); err != nil || d.More() {
			return nil, wrongAt(n, "it is no JSON object with the keys %s: %v", strings.Join(pairColumns, ", "), err)
		}
		for name, value := range map[string]*string{"from": o.From, "to": o.To} {
			if value == nil {
				return nil, wrongAt(n, "it lacks the key %s", name)
			}
		}
		pairs = append(pairs, pair{n, *o.From, *o.To, o.Label, o.TypeID.String(), o.Category})
	}
	if err := lines.Err(); err != nil {
		return nil, wrongAt(len(pairs)+1, "it is too long for a pair")
	}
	return pairs, nil
}
