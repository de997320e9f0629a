package repair

import (
	"context"
	"fmt"
	"slices"

	"hubgraph/hubspot"
)

// Forms say which of HubSpot's calls are sent where several do the same. The zero value
// stands for batches of the version that the client has.
type Forms struct {
	Single  bool   // one pair alone is written by PUT and DELETE
	Default bool   // the plain association is written by the call that HubSpot has for it
	Legacy  string // V1 or V3
}

// The versions that HubSpot supports until September 2027.
const (
	V1 = "v1"
	V3 = "v3"
)

// most is how many inputs one call takes.
func (f Forms) most() int {
	if f.Legacy == V3 {
		return hubspot.MaxBatchV3
	}
	return hubspot.MaxBatchCreate
}

// isDefault reports whether types are the plain one that HubSpot itself gives a pair of its
// object types, and no other.
func (s *state) isDefault(e ends, types []Type) bool {
	if len(types) != 1 || types[0].Category != hubspot.HubSpotDefined {
		return false
	}
	labels := s.facts[[2]string{e.from.Type, e.to.Type}].labels
	for t, label := range labels {
		if t.Category == hubspot.HubSpotDefined && label == "" && t != types[0] {
			return false
		}
	}
	label, defined := labels[types[0]]
	return defined && label == ""
}

// legacyTakes says of an addition that an old version of the API, which writes one type at a
// time, could take a label away: what is written may be taken for the whole set.
func (s *state) legacyTakes(op *Operation) verdict {
	if s.legacy == "" {
		return verdict{}
	}
	e := op.ends()
	for _, t := range s.sent(op) {
		if s.facts[[2]string{e.from.Type, e.to.Type}].labels[t] != "" && !slices.Contains(op.Types, t) {
			return blocked("%s has %s towards %s, which a write by %s could take away, since it names one type: use --api-version %s", e.from, s.named(e.from.Type, e.to.Type, &t), e.to, s.legacy, hubspot.DefaultAPIVersion)
		}
	}
	return verdict{}
}

// askLegacy is ask by an old version.
func (s *sending) askLegacy(ctx context.Context, from, to string, inputs []input) (map[hubspot.Created]bool, []hubspot.ItemError, error) {
	c := s.portal.client
	if s.forms.Legacy == V1 {
		list, err := linksV1(inputs)
		switch {
		case err != nil:
			return nil, nil, err
		case s.forms.Single && len(list) == 1:
			return nil, nil, c.PutAssociationV1(ctx, list[0])
		}
		return nil, nil, c.PutAssociationsV1(ctx, list)
	}
	list, err := s.linksV3(ctx, from, to, inputs)
	if err != nil {
		return nil, nil, err
	}
	if s.how == archiving || s.how == unlabeling {
		batch, err := c.ArchiveAssociationsV3(ctx, from, to, list)
		if err != nil {
			return nil, nil, err
		}
		return nil, batch.Failed, nil
	}
	batch, err := c.CreateAssociationsV3(ctx, from, to, list)
	if err != nil {
		return nil, nil, err
	}
	return nil, batch.Failed, nil
}

// asked are the types that operations on a pair ask for; of a pair that is taken apart the
// first one, whose removal takes the others.
func (in input) asked(how string) (types []Type) {
	for _, op := range in.ops {
		for _, t := range op.Types {
			types = with(types, t)
		}
	}
	if how == archiving {
		return types[:1]
	}
	return types
}

// linksV1 are inputs as v1 takes them, which knows HubSpot's own types only.
func linksV1(inputs []input) ([]hubspot.AssociationV1, error) {
	var list []hubspot.AssociationV1
	for _, in := range inputs {
		for _, t := range in.asked(creating) {
			if t.Category != hubspot.HubSpotDefined {
				return nil, fmt.Errorf("v1 knows HubSpot's own association types only, and %s is none", t)
			}
			list = append(list, hubspot.AssociationV1{From: in.ends.from.ID, To: in.ends.to.ID, TypeID: t.TypeID})
		}
	}
	return list, nil
}

// linksV3 are inputs as v3 takes them, which knows types by name.
func (s *sending) linksV3(ctx context.Context, from, to string, inputs []input) ([]hubspot.LinkV3, error) {
	names, err := s.portal.namesV3(ctx, from, to)
	if err != nil {
		return nil, err
	}
	var list []hubspot.LinkV3
	for _, in := range inputs {
		for _, t := range in.asked(s.how) {
			if names[t.TypeID] == "" {
				return nil, fmt.Errorf("v3 has no name for the association type %s", t)
			}
			list = append(list, hubspot.LinkV3{From: in.ends.from.ID, To: in.ends.to.ID, Type: names[t.TypeID]})
		}
	}
	return list, nil
}

// namesV3 are the names that v3 has for the association types of a pair of object types, by
// their ids. One that stands for several, as that of a label with two texts between records of
// one type, is none: v3 itself takes one of them.
func (p *portal) namesV3(ctx context.Context, from, to string) (map[int32]string, error) {
	pair := [2]string{from, to}
	if names, known := p.names[pair]; known {
		return names, nil
	}
	types, err := p.client.TypesV3(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("read the names of association types in v3: %w", err)
	}
	names, of := map[int32]string{}, map[string]int{}
	for _, t := range types {
		of[t.Name]++
	}
	for _, t := range types {
		if of[t.Name] == 1 {
			names[t.TypeID] = t.Name
		}
	}
	if p.names == nil {
		p.names = map[[2]string]map[int32]string{}
	}
	p.names[pair] = names
	return names, nil
}
