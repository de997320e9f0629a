package repair

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/internal/nearest"
	"hubgraph/internal/sentence"
)

// given proposes the pairs of a file that somebody wrote: CSV with a header, or JSON
// objects, one a line. The error about a line that cannot be planned names it.
func (c *completion) given(ctx context.Context) ([]proposal, error) {
	name := c.options.Pairs
	f, err := os.Open(name)
	if err != nil {
		return nil, sentence.New(ErrUsage, "--pairs %s: the file cannot be read: %v", name, sentence.Cause(err))
	}
	defer f.Close()
	_, lines, wrong, failed := readPairs(f)
	var pairs []pair
	if wrong == nil {
		for p, w := range lines {
			if wrong = w; wrong != nil {
				break
			}
			pairs = append(pairs, p)
		}
	}
	if err := failed(); err != nil {
		return nil, sentence.New(ErrUsage, "--pairs %s: the file cannot be read: %v", name, sentence.Cause(err))
	}
	if wrong == nil && len(pairs) == 0 {
		wrong = &wrongLine{line: 1, text: "there is no pair in it: write a line for each behind the header from,to,label"}
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
		t, wrong := c.definitions.typeOf(p, from, to)
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
	k, wrong := recordOf(p.line, column, text)
	if wrong != nil {
		return k, wrong
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

// recordOf reads TYPE:ID, whatever types there are.
func recordOf(line int, column, text string) (graphmodel.Key, *wrongLine) {
	typ, id, _ := strings.Cut(strings.TrimSpace(text), ":")
	if _, err := strconv.ParseInt(id, 10, 64); errors.Is(err, strconv.ErrRange) {
		return graphmodel.Key{}, wrongAt(line, "%s is %q: the id is larger than any that HubSpot gives", column, text)
	}
	k, err := graphmodel.ParseKey(typ + ":" + id)
	if err != nil || k.ID == 0 {
		return k, wrongAt(line, "%s is %q, which is no record: write it as TYPE:ID, such as deals:123", column, text)
	}
	return k, nil
}

// typeOf finds the association type that a line asks for.
func (all definitions) typeOf(p pair, from, to graphmodel.Key) (Type, *wrongLine) {
	there, back := all[pairOf{from.Type, to.Type}], all[pairOf{to.Type, from.Type}]
	where := fmt.Sprintf("from %s to %s", from.Type, to.Type)
	switch {
	case p.label != "" && p.typeID != "":
		return Type{}, wrongAt(p.line, "it has a label and a type_id: leave one of the two empty")
	case p.typeID != "":
		return p.typeByID(there, back, where)
	case p.label != "":
		return p.typeByLabel(there, back, where)
	case p.category != "":
		return Type{}, wrongAt(p.line, "it has a category, and neither a label nor a type_id: add one of the two, or leave out the category")
	}
	plain := all.plain(from.Type, to.Type)
	if len(there) == 0 {
		return Type{}, wrongAt(p.line, "the portal defines no association type %s: such records cannot be associated", where)
	}
	if plain == nil {
		return Type{}, wrongAt(p.line, "the portal has no plain association %s: name a label%s", where, offers(p.label, there))
	}
	return *plain, nil
}

func (p pair) typeByID(there, back []definition, where string) (Type, *wrongLine) {
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
	return Type{}, wrongAt(p.line, "the portal defines no association type %s %s%s", strings.TrimPrefix(p.category+":"+p.typeID, ":"), where, numbers(there))
}

func (p pair) typeByLabel(there, back []definition, where string) (Type, *wrongLine) {
	matches := func(d definition) bool {
		return strings.EqualFold(textOf(d.Label), p.label) && (p.category == "" || d.Category == p.category)
	}
	if !slices.ContainsFunc(slices.Concat(there, back), matches) { // it may be the internal name
		matches = func(d definition) bool {
			return strings.EqualFold(d.name, p.label) && (p.category == "" || d.Category == p.category)
		}
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
		return ": no label is defined there"
	}
	near := nearest.Sort(word, labels)
	return "; there are " + few(near, 10, fmt.Sprintf("`hubgraph label list %s %s` shows", there[0].FromType, there[0].ToType))
}

// numbers names the association types of a direction.
func numbers(there []definition) string {
	if len(there) == 0 {
		return ": none is defined there"
	}
	var all []string
	for _, d := range there {
		text := fmt.Sprintf("%s plain", d.typ())
		if d.Label != nil {
			text = fmt.Sprintf("%s %q", d.typ(), *d.Label)
		}
		all = append(all, text)
	}
	return "; there are " + few(all, 10, fmt.Sprintf("`hubgraph label list %s %s` shows", there[0].FromType, there[0].ToType))
}

// few names the first of many, and where the others are.
func few(all []string, most int, others string) string {
	if len(all) <= most {
		return strings.Join(all, ", ")
	}
	return fmt.Sprintf("%s and %d more, which %s", strings.Join(all[:most], ", "), len(all)-most, others)
}
