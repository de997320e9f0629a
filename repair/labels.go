package repair

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"hubgraph/hubspot"
	"hubgraph/internal/sentence"
	"hubgraph/internal/terminal"
)

// AskedLabel is what somebody asks to be done to the labels from one object type to another.
type AskedLabel struct {
	What     string // CreateLabel, UpdateLabel, DeleteLabel, SetLimit
	From, To string // object types, as people call them
	Word     string // the label as it is: by its text, internal name or id; of a limit also Plain
	Name     string // internal, of one to create; empty: made of its text
	Label    string // the text to have
	Inverse  string // the one of the way back; empty: the same, or as it is
	Max      *int64 // of a limit; nil: none
	// With is how many associations may carry a label that is deleted.
	With int64
	// Progress takes in how far the counting of these is; it may be nil.
	Progress func(done, total int)
	// Earlier says how many carried it in the newest snapshot, in words; it may be nil.
	Earlier func(ctx context.Context, from, to string, t Type) string
}

// Plain stands for the plain association where a label can be named.
const Plain = "plain"

// PlanLabel plans what is asked for, as an operation that defines. What cannot be is ErrUsage;
// a label that more associations carry than With is ErrCap.
func (l *Direct) PlanLabel(ctx context.Context, a AskedLabel) (*Plan, error) {
	from, _, err := l.ObjectType(ctx, a.From)
	if err != nil {
		return nil, err
	}
	to, _, err := l.ObjectType(ctx, a.To)
	if err != nil {
		return nil, err
	}
	if err := l.readPair(ctx, from, to); err != nil {
		return nil, err
	}
	op := Operation{Action: Define, Class: Given, Source: "command line", FromType: from, ToType: to, Reason: "it was asked for", Define: &Defining{What: a.What}}
	if a.What == CreateLabel {
		err = l.creates(&op, a)
	} else {
		err = l.changes(ctx, &op, a)
	}
	if err != nil {
		return nil, err
	}
	p := l.plan()
	p.Operations = []Operation{op}
	for _, of := range []pairOf{{from, to}, {to, from}} {
		for _, d := range l.definitions[of] {
			p.Definitions = append(p.Definitions, d.Definition)
		}
		if from == to {
			break
		}
	}
	p.Seal()
	return p, nil
}

func (l *Direct) creates(op *Operation, a AskedLabel) error {
	if a.Label == "" {
		return sentence.New(ErrUsage, "the text of the label is empty: give it with --label")
	}
	for _, d := range l.definitions[pairOf{op.FromType, op.ToType}] {
		if strings.EqualFold(textOf(d.Label), a.Label) {
			return sentence.New(ErrUsage, "there is a label %q from %s to %s already: it is %s", *d.Label, op.FromType, op.ToType, d.typ())
		}
	}
	name := a.Name
	if name == "" {
		name = internalName(a.Label)
	}
	op.Define.Name, op.Define.Label = &name, &a.Label
	if a.Inverse != "" {
		op.Define.Inverse = &a.Inverse
	}
	op.Require = []Requirement{Unlabelled(op.FromType, op.ToType, a.Label)}
	return nil
}

// internalName makes the internal name of a label of its text: small letters and digits, with _
// between words, and no digit in front.
func internalName(label string) string {
	name := strings.Join(strings.FieldsFunc(strings.ToLower(label), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	}), "_")
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		name = "label_" + name
	}
	return name
}

// changes plans for a type that is there.
func (l *Direct) changes(ctx context.Context, op *Operation, a AskedLabel) error {
	d, err := l.named(op.FromType, op.ToType, a.Word, a.What == SetLimit)
	if err != nil {
		return err
	}
	t := d.typ()
	op.Types = []Type{t}
	op.Require = []Requirement{Defined(op.FromType, op.ToType, t, d.Label)}
	if d.Label != nil {
		op.Labels = []string{*d.Label}
	}
	op.Define.Were = &Were{Label: d.Label}
	var back *definition
	if inverse := d.inverse(); inverse != nil {
		if back = l.define(op.ToType, op.FromType, *inverse); back != nil {
			op.Define.Were.Inverse = back.Label
		}
	}
	switch a.What {
	case UpdateLabel:
		return l.updates(op, a, d, back)
	case DeleteLabel:
		return l.deletes(ctx, op, a, d)
	}
	return l.limits(ctx, op, a, t)
}

// named finds a type by its label, internal name or id; of a label that users may change, or
// any.
func (l *Direct) named(from, to, word string, any bool) (*definition, error) {
	if any && (word == "" || strings.EqualFold(word, Plain)) {
		if plain := l.plain(from, to); plain != nil {
			return l.define(from, to, *plain), nil
		}
		return nil, sentence.New(ErrUsage, "there is no plain association from %s to %s: name a label%s", from, to, offers("", l.definitions[pairOf{from, to}]))
	}
	p := pair{label: word}
	if word != "" && strings.Trim(word, "0123456789") == "" {
		p = pair{typeID: word}
	}
	t, wrong := l.typeOf(p, key(from, 0), key(to, 0))
	if wrong != nil {
		return nil, sentence.New(ErrUsage, "%s", wrong.text)
	}
	d := l.define(from, to, t)
	switch {
	case any:
	case t.Category != hubspot.UserDefined:
		return nil, sentence.New(ErrUsage, "%s %q is %s: only labels that users have defined can be changed", t, textOf(d.Label), map[bool]string{true: "HubSpot's own", false: "an app's"}[t.Category == hubspot.HubSpotDefined])
	case d.Label == nil:
		return nil, sentence.New(ErrUsage, "%s is the plain association from %s to %s, which has no text%s", t, from, to, offers(word, l.definitions[pairOf{from, to}]))
	}
	return d, nil
}

// updates changes texts. HubSpot writes the one on both sides where the other is left out.
func (l *Direct) updates(op *Operation, a AskedLabel, d, back *definition) error {
	label, inverse := a.Label, a.Inverse
	switch {
	case label == "" && inverse == "":
		return sentence.New(ErrUsage, "there is no new text: give it with --label, and that of the way back with --inverse")
	case label == "":
		label = *d.Label
	}
	if inverse == "" {
		switch {
		case back == nil || back.Label == nil:
			return sentence.New(ErrUsage, "the text of the way back is not known, and HubSpot would write %q there: give it with --inverse", label)
		case *back.Label == *d.Label:
			inverse = label
		default:
			inverse = *back.Label
		}
	}
	op.Define.Label, op.Define.Inverse = &label, &inverse
	return nil
}

func (l *Direct) deletes(ctx context.Context, op *Operation, a AskedLabel, d *definition) error {
	t := d.typ()
	n, err := l.portal.carried(ctx, op.FromType, op.ToType, t, d.inverse(), a.Progress)
	if err != nil {
		return err
	}
	earlier := ""
	if a.Earlier != nil {
		earlier = a.Earlier(ctx, op.FromType, op.ToType, t)
	}
	if n > a.With {
		return sentence.New(ErrCap, "the label %q from %s to %s is on %s now%s, which would lose it for good: if that is meant, give --with-associations %d; nothing was sent", op.Labels[0], op.FromType, op.ToType, terminal.Count(n, "association"), earlier, n)
	}
	op.Reason = fmt.Sprintf("it is on %s now%s, and nothing brings it back", terminal.Count(n, "association"), earlier)
	op.Require = append(op.Require, Carried(op.FromType, op.ToType, t, a.With+1))
	return nil
}

func (l *Direct) limits(ctx context.Context, op *Operation, a AskedLabel, t Type) error {
	if a.Max != nil && (*a.Max < 1 || *a.Max > hubspot.MaxLimit) {
		return sentence.New(ErrUsage, "--max %d: HubSpot takes a limit from 1 to %d", *a.Max, hubspot.MaxLimit)
	}
	facts, err := l.portal.facts(ctx, op.objectTypes())
	if err != nil {
		return err
	}
	op.Define.Were.Max, op.Define.Max = facts.limit(t), a.Max
	return nil
}

// TypeRow is an association type as it is listed.
type TypeRow struct {
	FromType        string  `json:"from_type"`
	ToType          string  `json:"to_type"`
	Category        string  `json:"category"`
	TypeID          int32   `json:"type_id"`
	Label           *string `json:"label"` // null for the plain association
	Name            *string `json:"name"`  // internal; null where the schema does not say it
	InverseCategory *string `json:"inverse_category"`
	InverseTypeID   *int32  `json:"inverse_type_id"`
	InverseSource   *string `json:"inverse_source"` // documented, same_text, same_name; null: not known
	MaxTo           *int64  `json:"max_to"`         // most records, by the schema
	Limit           *int64  `json:"limit"`          // most records, as users have set it
}

// sameName: the internal name, which is once in a portal, is that of both types.
const sameName = "same_name"

// Types lists what the portal defines from one object type to another, or between all.
func (l *Direct) Types(ctx context.Context, from, to string) ([]TypeRow, []string, error) {
	if from != "" {
		_, fromID, err := l.ObjectType(ctx, from)
		if err != nil {
			return nil, nil, err
		}
		_, toID, err := l.ObjectType(ctx, to)
		if err != nil {
			return nil, nil, err
		}
		there, err := l.portal.client.Definitions(ctx, fromID, toID)
		if err != nil {
			return nil, nil, err
		}
		back := there
		if fromID != toID {
			if back, err = l.portal.client.Definitions(ctx, toID, fromID); err != nil {
				return nil, nil, err
			}
		}
		rows, err := l.typeRows(ctx, there, slices.Concat(there, back), nil)
		return rows, nil, err
	}
	if err := l.readTypes(ctx, ""); err != nil {
		return nil, nil, err
	}
	all, err := l.portal.client.AllDefinitions(ctx)
	if err != nil {
		return nil, nil, err
	}
	var unread []string
	for _, u := range all.Unread {
		unread = append(unread, fmt.Sprintf("%s to %s: %v", u.From, u.To, u.Err))
	}
	set, err := l.portal.client.AllLimits(ctx)
	if err != nil && hubspot.ClassOf(err) != hubspot.Refused {
		return nil, nil, err
	}
	var limited map[Type]bool
	if err == nil {
		limited = map[Type]bool{}
	}
	for _, limit := range set {
		limited[Type{limit.Category, limit.TypeID}] = true
	}
	rows, err := l.typeRows(ctx, all.Definitions, all.Definitions, limited)
	return rows, unread, err
}

// typeRows are definitions as rows, with the inverses among all. limited are the types that have
// a limit between whichever object types, which is asked for then; nil: any may have one.
func (l *Direct) typeRows(ctx context.Context, list, all []hubspot.Definition, limited map[Type]bool) ([]TypeRow, error) {
	byPair := map[pairOf][]hubspot.Definition{}
	for _, d := range all {
		of := pairOf{d.From, d.To}
		if !slices.Contains(byPair[of], d) {
			byPair[of] = append(byPair[of], d)
		}
	}
	limits := map[pairOf][]hubspot.Limit{}
	rows := []TypeRow{}
	for _, d := range list {
		of := pairOf{d.From, d.To}
		if _, read := limits[of]; !read && (limited == nil || limited[Type{d.Category, d.TypeID}]) {
			set, err := l.portal.client.PairLimits(ctx, d.From, d.To)
			if err != nil && hubspot.ClassOf(err) != hubspot.Refused {
				return nil, err
			}
			limits[of] = set
		}
		row := TypeRow{FromType: l.nameOf(d.From), ToType: l.nameOf(d.To), Category: d.Category, TypeID: d.TypeID, Label: orNull(d.Label), Name: orNull(d.Name), MaxTo: d.MaxTo}
		if inverse := inverseByName(d, d.From == d.To, byPair[of], byPair[pairOf{d.To, d.From}]); inverse != nil {
			source := d.Source
			if source == "" {
				source = sameName
			}
			row.InverseCategory, row.InverseTypeID, row.InverseSource = &inverse.Category, &inverse.TypeID, &source
		}
		for _, limit := range limits[of] {
			if limit.Category == d.Category && limit.TypeID == d.TypeID {
				most := int64(limit.Max)
				row.Limit = &most
			}
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// nameOf is the name of an object type by its id.
func (l *Direct) nameOf(id string) string {
	if name := l.types[id]; name != "" {
		return name
	}
	return id
}

func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
