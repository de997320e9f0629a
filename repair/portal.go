package repair

import (
	"context"
	"fmt"
	"strings"
	"time"

	"hubgraph/hubspot"
)

// fresh is how long what a portal says of a pair of object types is taken for true.
// HubSpot's own answers about definitions lag by as much.
const fresh = time.Minute

// pairFacts are what a portal says of an ordered pair of object types.
type pairFacts struct {
	at     time.Time
	labels map[Type]string // of the types that are defined; empty for the plain one
	limits map[Type]int    // what users have set
	most   int             // of them, that of the plain type: records of the other type; 0: none is set
}

// limit is how many records a record may have by a type, as users have set it; nil: any number.
func (f pairFacts) limit(t Type) *int64 {
	if n := int64(f.limits[t]); n > 0 {
		return &n
	}
	return nil
}

// portal asks a live portal about the ends of operations.
type portal struct {
	client *hubspot.Client
	reader *hubspot.Reader
	id     int64
	custom []hubspot.Schema // of all custom objects, once they were read, and of others that were asked for
	pairs  map[[2]string]pairFacts
	legacy string                         // the version of the API that writes, where that is an old one
	names  map[[2]string]map[int32]string // of types in v3, by pairs of ids of object types
}

func newPortal(c *hubspot.Client, id int64) *portal {
	return &portal{client: c, reader: c.NewReader(), id: id, pairs: map[[2]string]pairFacts{}}
}

// typeID finds the id of an object type by the name that it has in snapshots; the
// schemas of custom objects are read once.
func (p *portal) typeID(ctx context.Context, name string) (string, error) {
	if t, ok := hubspot.StandardType(name); ok {
		return t.ID, nil
	}
	if p.custom == nil {
		var err error
		if p.custom, err = p.client.CustomSchemas(ctx); err != nil {
			return "", fmt.Errorf("find the object type %s: %w", name, err)
		}
	}
	if id := customID(p.custom, p.id, name); id != "" {
		return id, nil
	}
	s, err := p.client.Schema(ctx, name) // of HubSpot's own, but not among the documented ones
	if err != nil {
		return "", fmt.Errorf("find the object type %s: %w", name, err)
	}
	p.custom = append(p.custom, s)
	return s.ObjectType.ID, nil
}

// customID finds the id of a custom object by the name that it has in snapshots: the
// short one, which is the portal's own where several have it; else the fully qualified
// one, with the id behind it where that does not distinguish them either.
func customID(schemas []hubspot.Schema, portal int64, name string) (id string) {
	own := fmt.Sprintf("p%d_", portal)
	for _, s := range schemas {
		short, full := s.ObjectType.Name, "p_"+s.FullName
		switch name {
		case full, short + "_" + s.ObjectType.ID, full + "_" + s.ObjectType.ID:
			return s.ObjectType.ID
		case short:
			if id == "" || strings.HasPrefix(strings.ToLower(s.FullName), own) {
				id = s.ObjectType.ID
			}
		}
	}
	return id
}

// facts reads what a portal says of an ordered pair of object types, unless it was read just
// now.
func (p *portal) facts(ctx context.Context, pair [2]string) (pairFacts, error) {
	if f, known := p.pairs[pair]; known && time.Since(f.at) < fresh {
		return f, nil
	}
	from, to, err := p.typeIDs(ctx, pair[0], pair[1])
	if err != nil {
		return pairFacts{}, err
	}
	labels, err := p.client.Labels(ctx, from, to)
	if err != nil {
		return pairFacts{}, fmt.Errorf("read the association types from %s to %s: %w", pair[0], pair[1], err)
	}
	f := pairFacts{at: time.Now(), labels: map[Type]string{}, limits: map[Type]int{}}
	for _, l := range labels.Labels {
		f.labels[Type{l.Category, int32(l.TypeID)}] = l.Label
	}
	limits, err := p.client.PairLimits(ctx, from, to)
	if err != nil && hubspot.ClassOf(err) != hubspot.Refused { // a portal without limits may not know them
		return pairFacts{}, fmt.Errorf("read the limits from %s to %s: %w", pair[0], pair[1], err)
	}
	for _, l := range limits {
		f.limits[Type{l.Category, l.TypeID}] = l.Max
		if l.Label == "" {
			f.most = l.Max
		}
	}
	p.pairs[pair] = f
	return f, nil
}

func (p *portal) typeIDs(ctx context.Context, from, to string) (string, string, error) {
	fromID, err := p.typeID(ctx, from)
	if err != nil {
		return "", "", err
	}
	toID, err := p.typeID(ctx, to)
	return fromID, toID, err
}
