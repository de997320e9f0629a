package repair

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/internal/nearest"
	"hubgraph/internal/sentence"
)

// Direct plans what somebody asks for against a portal as it is now, without a snapshot. An
// association type is resolved for its ordered pair of object types from what the portal
// defines, so that one of another direction is refused before anything is sent.
type Direct struct {
	portal *portal
	definitions
	read   map[pairOf]bool   // what is in definitions
	types  map[string]string // the names of object types by what they may be called
	custom bool              // those of custom objects are among them
	ids    map[string]string // of object types, by their names
	forms  Forms

	stopped bool // the run ended itself: what comes behind is not looked at any more
	now     time.Time
}

// NewDirect plans for a portal, to be written in some forms.
func NewDirect(c *hubspot.Client, portalID int64, f Forms) *Direct {
	l := &Direct{portal: newPortal(c, portalID), definitions: definitions{}, read: map[pairOf]bool{}, types: map[string]string{}, ids: map[string]string{}, forms: f, now: time.Now().UTC().Truncate(time.Second)}
	l.portal.legacy = f.Legacy
	for _, t := range hubspot.StandardTypes() {
		l.know(t)
	}
	return l
}

func (l *Direct) know(t hubspot.ObjectType) {
	for _, name := range []string{t.Name, t.ID, t.Singular} {
		l.types[name] = t.Name
	}
	l.ids[t.Name] = t.ID
}

// ObjectType finds an object type by its id, plural or singular name, or as p_NAME, in any
// letter case, and returns its name in snapshots and its id.
func (l *Direct) ObjectType(ctx context.Context, text string) (name, id string, err error) {
	if l.types[text] == "" {
		if t, ok := hubspot.StandardType(text); ok {
			text = t.Name
		}
	}
	if l.types[text] == "" {
		if err := l.readTypes(ctx, text); err != nil {
			return "", "", err
		}
	}
	if name = l.types[text]; name == "" {
		return "", "", sentence.New(ErrUsage, "no object type of the portal is called %q; the nearest are %s", text, l.nearTypes(text))
	}
	return name, l.ids[name], nil
}

func (l *Direct) nearTypes(text string) string {
	var all []string
	for _, name := range l.types {
		all = append(all, name)
	}
	near := nearest.Sort(text, all)
	return strings.Join(near[:min(len(near), 3)], ", ")
}

// readTypes reads the object types that HubSpot does not number in its documentation: those
// of the portal, and the one that is asked for.
func (l *Direct) readTypes(ctx context.Context, text string) error {
	if !l.custom {
		schemas, err := l.portal.client.CustomSchemas(ctx)
		if err != nil {
			return fmt.Errorf("read the object types: %w", err)
		}
		l.custom = true
		for _, s := range schemas {
			t := s.ObjectType
			if l.types[t.Name] != "" {
				t.Name = "p_" + s.FullName // another one has the short name
			}
			l.know(t)
			l.types[s.FullName] = t.Name
		}
	}
	if l.types[text] != "" || !hubspot.CanAskFor(text) {
		return nil
	}
	s, err := l.portal.client.Schema(ctx, text)
	if err != nil {
		if hubspot.ClassOf(err) == hubspot.Refused && !errors.Is(err, hubspot.ErrScope) && !errors.Is(err, hubspot.ErrUnauthorized) {
			return nil // there is none
		}
		return fmt.Errorf("find the object type %s: %w", text, err)
	}
	if known := l.types[s.ObjectType.ID]; known != "" {
		l.types[text] = known
		return nil
	}
	l.know(s.ObjectType)
	l.types[text] = s.ObjectType.Name
	return nil
}

// readPair reads what the portal defines between two object types, by their names in snapshots,
// in both directions.
func (l *Direct) readPair(ctx context.Context, from, to string) error {
	if l.read[pairOf{from, to}] {
		return nil
	}
	there, err := l.portal.client.Definitions(ctx, l.ids[from], l.ids[to])
	if err != nil {
		return fmt.Errorf("read the association types from %s to %s: %w", from, to, err)
	}
	back := there
	if from != to {
		if back, err = l.portal.client.Definitions(ctx, l.ids[to], l.ids[from]); err != nil {
			return fmt.Errorf("read the association types from %s to %s: %w", to, from, err)
		}
	}
	l.take(from, to, there, back)
	l.take(to, from, back, there)
	l.read[pairOf{from, to}], l.read[pairOf{to, from}] = true, true
	return nil
}

// take takes in the types of a direction.
func (l *Direct) take(from, to string, there, back []hubspot.Definition) {
	list := make([]definition, len(there))
	for i, d := range there {
		list[i] = definition{Definition: Definition{FromType: from, ToType: to, Category: d.Category, TypeID: d.TypeID}, name: d.Name}
		if d.Label != "" {
			list[i].Label = &there[i].Label
		}
		if inverse := inverseByName(d, from == to, there, back); inverse != nil {
			list[i].InverseCategory, list[i].InverseTypeID = &inverse.Category, &inverse.TypeID
		}
		list[i].isPrimary = single(from, to, list[i].typ())
	}
	// The plain type is HubSpot's own where it has one, and else the one without a text.
	for _, hubspots := range []bool{true, false} {
		plain := slices.IndexFunc(list, func(d definition) bool { return d.Label == nil && (d.Category == hubspot.HubSpotDefined) == hubspots })
		if plain >= 0 {
			list[plain].isDefault = true
			break
		}
	}
	l.definitions[pairOf{from, to}] = list
}

// inverseByName is the inverse of a type as HubSpot's documentation or the texts say it, or
// else the internal name, which is once in a portal: two types that have it are the two
// directions of one label.
func inverseByName(d hubspot.Definition, within bool, there, back []hubspot.Definition) *Type {
	if d.Source != "" {
		return &Type{d.Inverse.Category, d.Inverse.ID}
	}
	if d.Name == "" || d.Category == hubspot.HubSpotDefined {
		return nil
	}
	var named []hubspot.Definition
	for _, b := range back {
		if b.Category == d.Category && b.Name == d.Name && (!within || b.TypeID != d.TypeID) {
			named = append(named, b)
		}
	}
	alike := 0
	for _, t := range there {
		if t.Category == d.Category && t.Name == d.Name {
			alike++
		}
	}
	switch {
	case within && alike == 1:
		return &Type{d.Category, d.TypeID} // one type for both directions
	case len(named) != 1 || !within && alike != 1:
		return nil
	}
	return &Type{named[0].Category, named[0].TypeID}
}

// operation resolves a line into what is to be done. What is wrong with the line is no error.
func (l *Direct) operation(ctx context.Context, p pair, action, source string) (*Operation, *wrongLine, error) {
	var ends2 [2]graphmodel.Key
	for i, end := range []struct{ column, text string }{{"from", p.from}, {"to", p.to}} {
		k, wrong, err := l.record(ctx, p.line, end.column, end.text)
		if wrong != nil || err != nil {
			return nil, wrong, err
		}
		ends2[i] = k
	}
	e := ends{ends2[0], ends2[1]}
	if e.from == e.to {
		return nil, wrongAt(p.line, "%s cannot be associated with itself: name another record", e.from), nil
	}
	if err := l.readPair(ctx, e.from.Type, e.to.Type); err != nil {
		return nil, nil, err
	}
	op := &Operation{Action: action, Class: Given, Source: source, FromType: e.from.Type, FromID: e.from.ID, ToType: e.to.Type, ToID: e.to.ID, Reason: "it was asked for"}
	if p.line > 0 {
		op.Reason = fmt.Sprintf("line %d of %s asks for it", p.line, source)
	}
	if action == Remove && p.label == "" && p.typeID == "" && p.category == "" {
		return op, nil, nil // whatever the pair has
	}
	t, wrong := l.typeOf(p, e.from, e.to)
	if wrong != nil {
		return nil, wrong, nil
	}
	if wrong, err := l.writable(ctx, p, e, t); wrong != nil || err != nil {
		return nil, wrong, err
	}
	d := l.define(e.from.Type, e.to.Type, t)
	if action == Remove && d.Label == nil {
		return op, nil, nil // HubSpot takes the labels along
	}
	op.Types = []Type{t}
	if d.Label != nil {
		op.Labels = []string{*d.Label}
	}
	l.demand(op, d)
	return op, nil, nil
}

// writable says of a type that the version of the API that is to write does not know it.
func (l *Direct) writable(ctx context.Context, p pair, e ends, t Type) (*wrongLine, error) {
	switch l.forms.Legacy {
	case V1:
		if t.Category != hubspot.HubSpotDefined {
			return wrongAt(p.line, "v1 knows HubSpot's own association types only, and %s is none: use --api-version %s", t, hubspot.DefaultAPIVersion), nil
		}
	case V3:
		names, err := l.portal.namesV3(ctx, l.ids[e.from.Type], l.ids[e.to.Type])
		if err != nil {
			return nil, err
		}
		if names[t.TypeID] == "" {
			return wrongAt(p.line, "v3 has no name that stands for the association type %s alone, from %s to %s: use --api-version %s", t, e.from.Type, e.to.Type, hubspot.DefaultAPIVersion), nil
		}
	}
	return nil, nil
}

// demand demands what an operation on one type rests on, and expects what comes or goes with it.
func (l *Direct) demand(op *Operation, d *definition) {
	e, t := op.ends(), d.typ()
	op.Require = []Requirement{Live(e.from), Live(e.to), Defined(e.from.Type, e.to.Type, t, d.Label)}
	if op.Action == Remove {
		op.Require = append(op.Require, Has(e.from, e.to, &t))
		if inverse := d.inverse(); inverse != nil {
			op.Effects = []Row{e.reversed().row(*inverse)}
		}
		op.Require = append(op.Require, effectsDefined(op.Effects, l.definitions.label)...)
		return
	}
	op.Require = append(op.Require, Lacks(e.from, e.to, &t))
	expect := func(e ends, t *Type) {
		if t != nil && !slices.Contains(op.Effects, e.row(*t)) && (e != op.ends() || !slices.Contains(op.Types, *t)) {
			op.Effects = append(op.Effects, e.row(*t))
		}
	}
	expect(e.reversed(), d.inverse())
	expect(e, l.plain(e.from.Type, e.to.Type))
	expect(e.reversed(), l.plain(e.to.Type, e.from.Type))
	for _, way := range []ends{e, e.reversed()} { // HubSpot may make a record's first company its primary one
		for _, d := range l.definitions[pairOf{way.from.Type, way.to.Type}] {
			if d.isPrimary && d.ToType == "companies" && d.Category == hubspot.HubSpotDefined && documentedKind(d) == "primary" {
				t := d.typ()
				expect(way, &t)
				expect(way.reversed(), d.inverse())
			}
		}
	}
	op.Require = append(op.Require, effectsDefined(op.Effects, l.definitions.label)...)
}

func documentedKind(d definition) string {
	return documented()[directed{d.FromType, d.ToType, d.typ()}].Kind
}

// record reads one end of a line.
func (l *Direct) record(ctx context.Context, line int, column, text string) (graphmodel.Key, *wrongLine, error) {
	k, wrong := recordOf(line, column, text)
	if wrong != nil {
		return k, wrong, nil
	}
	name, _, err := l.ObjectType(ctx, k.Type)
	if errors.Is(err, ErrUsage) {
		return k, wrongAt(line, "%s is %q: %v", column, text, err), nil
	}
	k.Type = name
	return k, nil, err
}
