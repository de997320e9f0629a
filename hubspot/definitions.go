package hubspot

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"
)

// Definition is an association type of an ordered pair of object types, joined from
// what the labels endpoint and the schema say of it.
type Definition struct {
	From, To string // object type ids
	Category string
	TypeID   int32
	Label    string // empty for the plain association
	Name     string // internal; empty where the schema does not say it
	MaxTo    *int64 // most records that one record may have at the other end; nil where the schema does not say it
	// Inverse is the type that the same association has when it is read from the other
	// end, and Source is how that is known: InverseDocumented or InverseSameText. Both
	// are empty where it is not.
	Inverse LinkType
	Source  string
}

// How the inverse of an association type is known. HubSpot does not list it.
const (
	InverseDocumented = "documented" // by the table of DocumentedTypes
	InverseSameText   = "same_text"  // of another object type, and one type of either direction has the text
)

// Definitions reads the association types from one object type to another, by their
// ids, and those of the way back for the inverses: in two calls for labels and one
// for the schema.
func (c *Client) Definitions(ctx context.Context, from, to string) ([]Definition, error) {
	schema, err := c.Schema(ctx, from)
	if err != nil {
		return nil, err
	}
	there, err := c.Labels(ctx, from, to)
	if err != nil {
		return nil, err
	}
	back := there
	if from != to {
		if back, err = c.Labels(ctx, to, from); err != nil {
			return nil, err
		}
	}
	return joinDefinitions(from, to, there, back, schema.Associations), nil
}

// DefinitionList is what a portal defines between all object types that its token may
// see.
type DefinitionList struct {
	Definitions []Definition // by from, to, category and id
	Unread      []UnreadPair // what HubSpot refuses
}

// UnreadPair is an ordered pair of object types whose association types are not read;
// To is empty where that is the schema of From.
type UnreadPair struct {
	From, To string
	Err      error
}

// definitionCalls is how many calls AllDefinitions has under way at once.
const definitionCalls = 8

// AllDefinitions reads the association types of every ordered pair of object types
// that a schema names: one call for the custom objects, one for the schema of each of
// StandardTypes, and one for the labels of each pair. Types that the portal does not have are left out.
func (c *Client) AllDefinitions(ctx context.Context) (*DefinitionList, error) {
	list := &DefinitionList{}
	schemas, err := c.everySchema(ctx, list)
	if err != nil {
		return nil, err
	}
	inSchema := map[typePair][]SchemaAssociation{}
	for _, s := range schemas {
		for _, a := range s.Associations {
			key := typePair{a.From, a.To}
			inSchema[key] = append(inSchema[key], a)
		}
	}
	labels, err := c.everyLabel(ctx, slices.Collect(maps.Keys(inSchema)), list)
	if err != nil {
		return nil, err
	}
	for key, there := range labels {
		back := labels[typePair{key.to, key.from}]
		list.Definitions = append(list.Definitions, joinDefinitions(key.from, key.to, there, back, inSchema[key])...)
	}
	list.sort()
	return list, nil
}

// typePair is an ordered pair of object types, by their ids.
type typePair struct{ from, to string }

// everyLabel reads the labels of pairs.
func (c *Client) everyLabel(ctx context.Context, pairs []typePair, list *DefinitionList) (map[typePair]LabelList, error) {
	labels := map[typePair]LabelList{}
	var mu sync.Mutex
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(definitionCalls)
	for _, p := range pairs {
		calls.Go(func() error {
			read, err := c.Labels(ctx, p.from, p.to)
			mu.Lock()
			defer mu.Unlock()
			labels[p] = read
			return list.refused(p.from, p.to, err)
		})
	}
	return labels, calls.Wait()
}

// everySchema reads the schemas of all object types.
func (c *Client) everySchema(ctx context.Context, list *DefinitionList) ([]Schema, error) {
	schemas, err := c.CustomSchemas(ctx)
	if err := list.refused("2-", "", err); err != nil {
		return nil, err
	}
	var mu sync.Mutex
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(definitionCalls)
	for _, typ := range StandardTypes() {
		calls.Go(func() error {
			s, err := c.Schema(ctx, typ.ID)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				schemas = append(schemas, s)
			}
			if errors.Is(err, ErrNotFound) {
				return nil
			}
			return list.refused(typ.ID, "", err)
		})
	}
	return schemas, calls.Wait()
}

// refused takes in an error: what HubSpot refuses is unread, and all else ends the
// reading.
func (list *DefinitionList) refused(from, to string, err error) error {
	if err == nil || ClassOf(err) != Refused {
		return err
	}
	list.Unread = append(list.Unread, UnreadPair{from, to, err})
	return nil
}

func (list *DefinitionList) sort() {
	slices.SortFunc(list.Definitions, func(a, b Definition) int {
		return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To), cmp.Compare(a.Category, b.Category), cmp.Compare(a.TypeID, b.TypeID))
	})
	slices.SortFunc(list.Unread, func(a, b UnreadPair) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
}

// joinDefinitions joins the labels of a pair with what the schema says, and with
// their inverses among the labels of the way back.
func joinDefinitions(from, to string, there, back LabelList, inSchema []SchemaAssociation) []Definition {
	own := map[int]bool{} // ids that HubSpot itself uses on this pair
	for _, l := range there.Labels {
		own[l.TypeID] = own[l.TypeID] || l.Category == HubSpotDefined
	}
	list := make([]Definition, len(there.Labels))
	for i, l := range there.Labels {
		d := Definition{From: from, To: to, Category: l.Category, TypeID: int32(l.TypeID), Label: l.Label}
		// A schema gives ids without categories: where two types of a pair share a
		// number, the row is HubSpot's own.
		at := slices.IndexFunc(inSchema, func(a SchemaAssociation) bool { return a.From == from && a.To == to && a.TypeID == l.TypeID })
		if at >= 0 && (l.Category == HubSpotDefined || !own[l.TypeID]) {
			d.Name, d.MaxTo = inSchema[at].Name, inSchema[at].MaxTo
		}
		d.Inverse, d.Source = inverseOf(l, from == to, there.Labels, back.Labels)
		list[i] = d
	}
	return list
}

// inverseOf finds the inverse of a type among those of the way back.
func inverseOf(l Label, within bool, there, back []Label) (LinkType, string) {
	if l.Category == HubSpotDefined {
		if n := documentedInverse(l.TypeID); n > 0 {
			at := slices.IndexFunc(back, func(b Label) bool { return b.Category == HubSpotDefined && b.TypeID == n })
			if at >= 0 {
				return LinkType{HubSpotDefined, int32(n), back[at].Label}, InverseDocumented
			}
		}
	}
	alike := func(b Label) bool { return b.Label == l.Label }
	at := slices.IndexFunc(back, alike)
	if within || at < 0 || count(there, alike) > 1 || count(back, alike) > 1 {
		return LinkType{}, ""
	}
	return LinkType{back[at].Category, int32(back[at].TypeID), l.Label}, InverseSameText
}

// documentedInverse is the inverse of one of HubSpot's own types; 0 where HubSpot
// lists none.
func documentedInverse(typeID int) int {
	types := DocumentedTypes()
	at := slices.IndexFunc(types, func(d DocumentedType) bool { return d.TypeID == typeID })
	if at < 0 {
		return 0
	}
	return types[at].Inverse
}

func count(labels []Label, is func(Label) bool) (n int) {
	for _, l := range labels {
		if is(l) {
			n++
		}
	}
	return n
}
