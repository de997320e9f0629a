package repair

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// portal asks a live portal about the ends of operations.
type portal struct {
	client *hubspot.Client
	id     int64
	custom []hubspot.Schema            // of all custom objects, once they were read, and of others that were asked for
	labels map[[2]string]map[Type]bool // the types that an ordered pair defines
}

func newPortal(c *hubspot.Client, id int64) *portal {
	return &portal{client: c, id: id, labels: map[[2]string]map[Type]bool{}}
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
// one, with the id behind it where that does not tell them apart either.
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

func (p *portal) definitions(ctx context.Context, from, to string) (map[Type]bool, error) {
	pair := [2]string{from, to}
	if p.labels[pair] != nil {
		return p.labels[pair], nil
	}
	fromID, toID, err := p.typeIDs(ctx, from, to)
	if err != nil {
		return nil, err
	}
	labels, err := p.client.Labels(ctx, fromID, toID)
	if err != nil {
		return nil, fmt.Errorf("read the association types from %s to %s: %w", from, to, err)
	}
	p.labels[pair] = map[Type]bool{}
	for _, l := range labels.Labels {
		p.labels[pair][Type{l.Category, int32(l.TypeID)}] = true
	}
	return p.labels[pair], nil
}

func (p *portal) typeIDs(ctx context.Context, from, to string) (string, string, error) {
	fromID, err := p.typeID(ctx, from)
	if err != nil {
		return "", "", err
	}
	toID, err := p.typeID(ctx, to)
	return fromID, toID, err
}

// state is what the portal says of the ends of a batch now.
type state struct {
	living  map[graphmodel.Key]bool
	present map[ends][]Type
	defined map[Type]bool // in the direction of the operations
}

// look reads the ends of the operations, what lies between them both ways, and
// the types that may be written. The operations share their object types.
func (p *portal) look(ctx context.Context, ops []*Operation) (*state, error) {
	from, to := ops[0].FromType, ops[0].ToType
	s := &state{living: map[graphmodel.Key]bool{}, present: map[ends][]Type{}}
	var err error
	if s.defined, err = p.definitions(ctx, from, to); err != nil {
		return nil, err
	}
	for _, typ := range slices.Compact([]string{from, to}) {
		if err := p.readLiving(ctx, typ, ops, s.living); err != nil {
			return nil, err
		}
	}
	if err := p.readPairs(ctx, ops, ends.same, s.present); err != nil {
		return nil, err
	}
	return s, p.readPairs(ctx, ops, ends.reversed, s.present)
}

func (p *portal) readLiving(ctx context.Context, typ string, ops []*Operation, living map[graphmodel.Key]bool) error {
	var ids []int64
	for _, op := range ops {
		for _, k := range []graphmodel.Key{op.ends().from, op.ends().to} {
			if k.Type == typ {
				ids = append(ids, k.ID)
			}
		}
	}
	id, err := p.typeID(ctx, typ)
	if err != nil {
		return err
	}
	slices.Sort(ids)
	for chunk := range slices.Chunk(slices.Compact(ids), hubspot.MaxBatchObjects) {
		batch, err := p.client.ReadObjects(ctx, id, hubspot.ObjectRead{IDs: chunk})
		if err != nil {
			return fmt.Errorf("read %s: %w", typ, err)
		}
		for _, o := range batch.Objects {
			living[graphmodel.Key{Type: typ, ID: o.ID}] = !o.Archived
		}
	}
	return nil
}

func (e ends) same() ends { return e }

// readPairs reads the associations of the operations' records in one direction
// and keeps those between their ends.
func (p *portal) readPairs(ctx context.Context, ops []*Operation, direction func(ends) ends, present map[ends][]Type) error {
	wanted := map[ends]bool{}
	asked := map[int64]bool{}
	var next []hubspot.ReadInput
	var pair ends
	for _, op := range ops {
		pair = direction(op.ends())
		wanted[pair] = true
		if !asked[pair.from.ID] {
			asked[pair.from.ID] = true
			next = append(next, hubspot.ReadInput{ID: pair.from.ID})
		}
	}
	fromID, toID, err := p.typeIDs(ctx, pair.from.Type, pair.to.Type)
	if err != nil {
		return err
	}
	for len(next) > 0 {
		chunk := next[:min(len(next), hubspot.MaxBatchRead)]
		next = next[len(chunk):]
		batch, err := p.client.ReadAssociations(ctx, fromID, toID, chunk)
		if err == nil {
			err = unread(batch)
		}
		if err != nil {
			return fmt.Errorf("read associations from %s to %s: %w", pair.from.Type, pair.to.Type, err)
		}
		next = append(next, batch.Next...)
		for _, l := range batch.Links {
			e := ends{graphmodel.Key{Type: pair.from.Type, ID: l.From}, graphmodel.Key{Type: pair.to.Type, ID: l.To}}
			if wanted[e] {
				present[e] = append(present[e], typesOf(l.Types)...)
			}
		}
	}
	return nil
}

func unread(b *hubspot.AssociationBatch) error {
	switch {
	case len(b.Failed) > 0:
		return fmt.Errorf("record %d: %s", b.Failed[0].ID, b.Failed[0].Message)
	case len(b.Unanswered) > 0:
		return fmt.Errorf("record %d was asked for and not answered", b.Unanswered[0])
	}
	return nil
}

// typesOf are the types of a link, in the order of their ids.
func typesOf(types []hubspot.LinkType) []Type {
	own := make([]Type, len(types))
	for i, t := range types {
		own[i] = Type{t.Category, t.ID}
	}
	slices.SortFunc(own, func(a, b Type) int {
		return cmp.Or(strings.Compare(a.Category, b.Category), cmp.Compare(a.TypeID, b.TypeID))
	})
	return own
}

// has reports whether the pair of an operation has all that it lacked.
func (s *state) has(op *Operation) bool { return containsAll(s.present[op.ends()], op.Types) }

func containsAll(have, want []Type) bool {
	return !slices.ContainsFunc(want, func(t Type) bool { return !slices.Contains(have, t) })
}

// judge says why an operation must not be sent, or "" if it may be.
func (s *state) judge(op *Operation) (Outcome, string) {
	e := op.ends()
	for _, k := range []graphmodel.Key{e.from, e.to} {
		if !s.living[k] {
			return Stale, fmt.Sprintf("%s is archived, merged or gone", k)
		}
	}
	if s.has(op) {
		return Satisfied, ""
	}
	if !containsAll(s.present[e.reversed()], op.Before.Inverse) {
		return Stale, fmt.Sprintf("the association from %s to %s that this mirrors has changed since", e.to, e.from)
	}
	for _, t := range op.Types {
		if !s.defined[t] {
			return Blocked, fmt.Sprintf("the portal defines no association type %s from %s to %s", t, op.FromType, op.ToType)
		}
	}
	return "", ""
}
