package repair

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// list names all that one record lists of a type of objects.
type list struct {
	of graphmodel.Key
	to string
}

func (l list) compare(m list) int {
	return cmp.Or(l.of.Compare(m.of), strings.Compare(l.to, m.to))
}

func (e ends) list() list { return list{e.from, e.to.Type} }

// listing is what a list holds: the types towards each record.
type listing map[int64][]Type

func (l listing) add(id int64, t Type) {
	if !slices.Contains(l[id], t) {
		l[id] = append(l[id], t)
	}
}

// state is what a portal says of the records of a batch, and what the operations
// before this one are going to add to it.
type state struct {
	living  map[graphmodel.Key]bool
	lists   map[list]listing
	holders map[list]map[Type][]int64 // of lists, made where it is asked for
	planned map[list]listing          // by operations that are sent together with the next ones
	unread  map[any]string            // records and lists that could not be read, and why
	facts   map[[2]string]pairFacts
	inverse func(from, to string, t Type) (Type, bool)
	legacy  string // the version of the API that writes one type at a time; empty: none does
}

// needs are what has to be read to judge operations.
type needs struct {
	records map[string]map[int64]bool
	lists   map[list]bool
	pairs   map[[2]string]bool
}

func needsOf(ops []*Operation) needs {
	n := needs{map[string]map[int64]bool{}, map[list]bool{}, map[[2]string]bool{}}
	for _, op := range ops {
		e := op.ends()
		n.record(e.from)
		n.record(e.to)
		n.lists[e.list()], n.lists[e.reversed().list()] = true, true
		n.pairs[[2]string{op.FromType, op.ToType}], n.pairs[[2]string{op.ToType, op.FromType}] = true, true
		for _, r := range op.Require {
			switch r.That {
			case IsLive:
				n.record(r.record())
			case IsDefined:
				n.pairs[[2]string{*r.Type, *r.ToType}] = true
			default:
				n.lists[r.list()] = true
			}
		}
	}
	return n
}

func (n needs) record(k graphmodel.Key) {
	if n.records[k.Type] == nil {
		n.records[k.Type] = map[int64]bool{}
	}
	n.records[k.Type][k.ID] = true
}

// look reads all that operations have to be judged by.
func (p *portal) look(ctx context.Context, ops []*Operation, inverse func(from, to string, t Type) (Type, bool)) (*state, error) {
	n := needsOf(ops)
	s := &state{living: map[graphmodel.Key]bool{}, unread: map[any]string{}, facts: map[[2]string]pairFacts{},
		holders: map[list]map[Type][]int64{}, planned: map[list]listing{}, inverse: inverse, legacy: p.legacy}
	var err error
	for _, pair := range slices.SortedFunc(maps.Keys(n.pairs), comparePairs) {
		if s.facts[pair], err = p.facts(ctx, pair); err != nil {
			return nil, err
		}
	}
	for _, typ := range slices.Sorted(maps.Keys(n.records)) {
		if err := p.readLiving(ctx, typ, slices.Sorted(maps.Keys(n.records[typ])), s); err != nil {
			return nil, err
		}
	}
	s.lists, err = p.readLists(ctx, n.lists, s.unread)
	return s, err
}

func comparePairs(a, b [2]string) int {
	return cmp.Or(strings.Compare(a[0], b[0]), strings.Compare(a[1], b[1]))
}

func (p *portal) readLiving(ctx context.Context, typ string, ids []int64, s *state) error {
	id, err := p.typeID(ctx, typ)
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(ids, hubspot.MaxBatchObjects) {
		batch, err := p.reader.Objects(ctx, id, hubspot.ObjectRead{IDs: chunk})
		if err != nil {
			return fmt.Errorf("read %s: %w", typ, err)
		}
		if batch.Refused != nil {
			return fmt.Errorf("read %s: %w", typ, batch.Refused)
		}
		for _, o := range batch.Objects {
			s.living[graphmodel.Key{Type: typ, ID: o.ID}] = !o.Archived
		}
		for _, item := range batch.Failed {
			s.unread[graphmodel.Key{Type: typ, ID: item.ID}] = item.Message
		}
		for _, id := range batch.Unanswered {
			s.unread[graphmodel.Key{Type: typ, ID: id}] = "HubSpot says nothing of it"
		}
	}
	return nil
}

// readLists reads lists to their ends. Why one of them cannot be read is put into
// unread.
func (p *portal) readLists(ctx context.Context, wanted map[list]bool, unread map[any]string) (map[list]listing, error) {
	lists := make(map[list]listing, len(wanted))
	byPair := map[[2]string][]hubspot.ReadInput{}
	for _, l := range slices.SortedFunc(maps.Keys(wanted), list.compare) {
		lists[l] = listing{}
		pair := [2]string{l.of.Type, l.to}
		byPair[pair] = append(byPair[pair], hubspot.ReadInput{ID: l.of.ID})
	}
	for _, pair := range slices.SortedFunc(maps.Keys(byPair), comparePairs) {
		if err := p.readPair(ctx, pair, byPair[pair], lists, unread); err != nil {
			return nil, fmt.Errorf("read associations from %s to %s: %w", pair[0], pair[1], err)
		}
	}
	return lists, nil
}

func (p *portal) readPair(ctx context.Context, pair [2]string, next []hubspot.ReadInput, lists map[list]listing, unread map[any]string) error {
	from, to, err := p.typeIDs(ctx, pair[0], pair[1])
	if err != nil {
		return err
	}
	of := func(id int64) list { return list{graphmodel.Key{Type: pair[0], ID: id}, pair[1]} }
	for len(next) > 0 {
		chunk := next[:min(len(next), hubspot.MaxBatchRead)]
		next = next[len(chunk):]
		batch, err := p.reader.Associations(ctx, from, to, chunk)
		if err == nil {
			err = batch.Refused
		}
		if err != nil {
			return err
		}
		for _, item := range batch.Failed {
			unread[of(item.ID)] = item.Message
		}
		for _, id := range batch.Unanswered {
			unread[of(id)] = "HubSpot says nothing of it"
		}
		for _, l := range batch.Links {
			for _, t := range l.Types {
				lists[of(l.From)].add(l.To, Type{t.Category, t.ID})
			}
		}
		next = append(next, batch.Next...)
	}
	return nil
}

// types are those that one record lists towards another now.
func (s *state) types(e ends) []Type { return s.lists[e.list()][e.to.ID] }

// coming are those that it has or is going to have.
func (s *state) coming(e ends) []Type {
	own := s.types(e)
	for _, t := range s.planned[e.list()][e.to.ID] {
		if !slices.Contains(own, t) {
			own = append(slices.Clip(own), t)
		}
	}
	return own
}

// plan counts rows that are going to be sent with the batch.
func (s *state) plan(rows []Row) {
	for _, r := range rows {
		l := r.ends().list()
		if s.planned[l] == nil {
			s.planned[l] = listing{}
		}
		s.planned[l].add(r.ToID, r.typ())
	}
}

// neighbors counts the records that a list has, or is going to have.
func (s *state) neighbors(l list) int {
	n := len(s.lists[l])
	for id := range s.planned[l] {
		if s.lists[l][id] == nil {
			n++
		}
	}
	return n
}

// carrying are the records towards which a list has a type, or is going to have it,
// in the order of their ids.
func (s *state) carrying(l list, t Type) []int64 {
	if s.holders[l] == nil {
		s.holders[l] = map[Type][]int64{}
		for _, id := range slices.Sorted(maps.Keys(s.lists[l])) {
			for _, t := range s.lists[l][id] {
				s.holders[l][t] = append(s.holders[l][t], id)
			}
		}
	}
	held := s.holders[l][t]
	for _, id := range slices.Sorted(maps.Keys(s.planned[l])) {
		if slices.Contains(s.planned[l][id], t) && !slices.Contains(held, id) {
			held = append(slices.Clip(held), id)
		}
	}
	return held
}

func containsAll(have, want []Type) bool {
	return !slices.ContainsFunc(want, func(t Type) bool { return !slices.Contains(have, t) })
}

// sorted are types in the order of their categories and ids.
func sorted(types []Type) []Type {
	own := slices.Clone(types)
	slices.SortFunc(own, compareTypes)
	return own
}

func compareTypes(a, b Type) int {
	return cmp.Or(strings.Compare(a.Category, b.Category), cmp.Compare(a.TypeID, b.TypeID))
}
