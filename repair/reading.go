package repair

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/internal/sentence"
)

// ReadTo takes in what comes of reading.
type ReadTo struct {
	Header func(text string) error // of CSV, before all else
	Row    func(Listed) error
	// Failed takes in a line that was not read, as it stands in the file, and why.
	Failed   func(line int, raw, cause string) error
	Progress func(done, total int) // how far it is; nobody knows how many lines there are
}

// Read reads the associations of the records that are asked for, whose other ends are object
// types, some lines at a time. A record that lists nothing is looked up: HubSpot says the same
// of one that is not there.
func (l *Direct) Read(ctx context.Context, a Asked, to ReadTo) error {
	header, pairs, done, err := a.each()
	if err != nil {
		return err
	}
	if header != "" {
		if err := to.Header(header); err != nil {
			return err
		}
	}
	var some []pair
	n := 0
	for p, wrong := range pairs {
		n++
		if wrong != nil {
			if err := to.Failed(wrong.line, wrong.raw, wrong.text); err != nil {
				return err
			}
			continue
		}
		if some = append(some, p); len(some) == hubspot.MaxBatchRead {
			if err := l.readSome(ctx, some, to); err != nil {
				return err
			}
			some = some[:0]
			to.Progress(n, n)
		}
	}
	if err := done(); err != nil {
		return err
	}
	if err := l.readSome(ctx, some, to); err != nil {
		return err
	}
	to.Progress(n, n)
	return nil
}

// Listed is an association type that one record lists towards another.
type Listed struct {
	From     string  `json:"from"`
	To       string  `json:"to"`
	Category string  `json:"category"`
	TypeID   int32   `json:"type_id"`
	Label    *string `json:"label"`
}

// askedList is a line as the list that it asks for.
type askedList struct {
	pair
	of list
}

func (l *Direct) readSome(ctx context.Context, some []pair, to ReadTo) error {
	byPair := map[[2]string][]askedList{}
	var order [][2]string
	for _, p := range some {
		of, wrong, err := l.askedList(ctx, p)
		if err != nil {
			return err
		}
		if wrong != nil {
			if err := to.Failed(p.line, p.raw, wrong.text); err != nil {
				return err
			}
			continue
		}
		pair := [2]string{of.of.Type, of.to}
		if byPair[pair] == nil {
			order = append(order, pair)
		}
		byPair[pair] = append(byPair[pair], askedList{p, of})
	}
	for _, pair := range order {
		if err := l.readOf(ctx, pair, byPair[pair], to); err != nil {
			return err
		}
	}
	return nil
}

// askedList is the list that a line asks for, or what is wrong with the line.
func (l *Direct) askedList(ctx context.Context, p pair) (list, *wrongLine, error) {
	k, wrong, err := l.record(ctx, p.line, "from", p.from)
	switch {
	case wrong != nil || err != nil:
		return list{}, wrong, err
	case p.to == "" || strings.Contains(p.to, ":"):
		return list{}, wrongAt(p.line, "to is %q, and reading takes an object type there, such as contacts", p.to), nil
	}
	name, _, err := l.ObjectType(ctx, p.to)
	if errors.Is(err, ErrUsage) {
		return list{}, wrongAt(p.line, "to is %q: %v", p.to, err), nil
	}
	return list{k, name}, nil, err
}

// readOf reads lists of one pair of object types.
func (l *Direct) readOf(ctx context.Context, of [2]string, asked []askedList, to ReadTo) error {
	wanted := map[list]bool{}
	for _, q := range asked {
		wanted[q.of] = true
	}
	unread := map[any]string{}
	if err := l.readPair(ctx, of[0], of[1]); err != nil {
		return err
	}
	lists, err := l.readBatch(ctx, wanted, unread)
	if err == nil {
		err = l.readAbsent(ctx, lists, unread)
	}
	if err != nil {
		return err
	}
	for _, q := range asked {
		if why, is := unread[q.of]; is {
			if err := to.Failed(q.line, q.raw, why); err != nil {
				return err
			}
			continue
		}
		if !wanted[q.of] {
			continue // it was reported
		}
		wanted[q.of] = false
		for _, id := range slices.Sorted(maps.Keys(lists[q.of])) {
			for _, t := range sorted(lists[q.of][id]) {
				if err := to.Row(l.listed(q.of.of, key(of[1], id), t)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// readAbsent looks up the records of one object type that list nothing, and puts those that
// are not there among the unread.
func (l *Direct) readAbsent(ctx context.Context, lists map[list]listing, unread map[any]string) error {
	empty := map[int64]list{}
	typ := ""
	for of, has := range lists {
		if _, is := unread[of]; len(has) == 0 && !is {
			empty[of.of.ID], typ = of, of.of.Type
		}
	}
	if len(empty) == 0 {
		return nil
	}
	s := &state{living: map[graphmodel.Key]bool{}, unread: map[any]string{}}
	if err := l.portal.readLiving(ctx, typ, slices.Sorted(maps.Keys(empty)), s); err != nil {
		return err
	}
	for _, of := range empty {
		switch why, is := s.unread[of.of]; {
		case is:
			unread[of] = why
		case !s.living[of.of]:
			unread[of] = absent(of.of)
		}
	}
	return nil
}

func absent(k graphmodel.Key) string {
	return fmt.Sprintf("%s is archived, merged or gone: look its id up", k)
}

// List lists the associations of one record with those of an object type, a page at a time.
// In v1 they are those of one type, by its id; empty stands for the plain one. A record that is
// not there is hubspot.ErrNotFound.
func (l *Direct) List(ctx context.Context, record, to, typeID string, report func(Listed) error) error {
	k, wrong, err := l.record(ctx, 0, "the record", record)
	if err != nil {
		return err
	}
	if wrong != nil {
		return sentence.New(ErrUsage, "%s", wrong.text)
	}
	name, _, err := l.ObjectType(ctx, to)
	if err != nil {
		return err
	}
	if err := l.readPair(ctx, k.Type, name); err != nil {
		return err
	}
	none := true
	row := func(id int64, t Type) error {
		none = false
		return report(l.listed(k, key(name, id), t))
	}
	err = l.listPages(ctx, k, name, typeID, row)
	if errors.Is(err, hubspot.ErrNotFound) {
		return sentence.New(hubspot.ErrNotFound, "%s", absent(k))
	}
	if err != nil || !none {
		return err
	}
	unread := map[any]string{}
	of := list{k, name}
	if err := l.readAbsent(ctx, map[list]listing{of: nil}, unread); err != nil {
		return err
	}
	if why, is := unread[of]; is {
		return sentence.New(hubspot.ErrNotFound, "%s", why)
	}
	return nil
}

// listPages lists the associations of a record in the version that is asked for.
func (l *Direct) listPages(ctx context.Context, k graphmodel.Key, name, typeID string, row func(int64, Type) error) error {
	c, fromID, toID := l.portal.client, l.ids[k.Type], l.ids[name]
	switch l.forms.Legacy {
	case V1:
		t, wrong := l.typeOf(pair{typeID: typeID}, k, key(name, 0))
		if wrong != nil {
			return sentence.New(ErrUsage, "%s", wrong.text)
		}
		for page, err := range c.RecordAssociationsV1(ctx, k.ID, t.TypeID) {
			if err != nil {
				return err
			}
			for _, id := range page {
				if err := row(id, t); err != nil {
					return err
				}
			}
		}
	case V3:
		return l.listV3(ctx, k, name, row)
	default:
		for page, err := range c.RecordAssociations(ctx, fromID, toID, k.ID) {
			if err != nil {
				return err
			}
			for _, link := range page {
				for _, t := range link.Types {
					if err := row(link.To, Type{t.Category, t.ID}); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// listV3 lists what v3 says of a record, with the types that its names stand for.
func (l *Direct) listV3(ctx context.Context, k graphmodel.Key, to string, row func(int64, Type) error) error {
	named, err := l.typesV3(ctx, k.Type, to)
	if err != nil {
		return err
	}
	for page, err := range l.portal.client.RecordAssociationsV3(ctx, l.ids[k.Type], l.ids[to], k.ID) {
		if err != nil {
			return err
		}
		for _, link := range page {
			t, err := one(named, link.Type)
			if err == nil {
				err = row(link.To, t)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// one is the association type that a name of v3 stands for.
func one(named map[string]Type, name string) (Type, error) {
	t, known := named[name]
	if !known {
		return t, sentence.New(ErrUsage, "v3 says %q, which stands for no association type alone: use --api-version %s", name, hubspot.DefaultAPIVersion)
	}
	return t, nil
}

// typesV3 are the association types by the names that v3 has for them.
func (l *Direct) typesV3(ctx context.Context, from, to string) (map[string]Type, error) {
	names, err := l.portal.namesV3(ctx, l.ids[from], l.ids[to])
	if err != nil {
		return nil, err
	}
	named := map[string]Type{}
	for _, d := range l.definitions[pairOf{from, to}] {
		if name := names[d.TypeID]; name != "" && (named[name] == Type{} || d.Category == hubspot.HubSpotDefined) {
			named[name] = d.typ()
		}
	}
	return named, nil
}

func (l *Direct) listed(from, to graphmodel.Key, t Type) Listed {
	row := Listed{From: from.String(), To: to.String(), Category: t.Category, TypeID: t.TypeID}
	if d := l.define(from.Type, to.Type, t); d != nil {
		row.Label = d.Label
	}
	return row
}

// readBatch reads lists to their ends, in the version that is asked for.
func (l *Direct) readBatch(ctx context.Context, wanted map[list]bool, unread map[any]string) (map[list]listing, error) {
	if l.forms.Legacy != V3 {
		return l.portal.readLists(ctx, wanted, unread)
	}
	lists := map[list]listing{}
	var ids []int64
	of := list{}
	for l := range wanted { // all of one pair of object types
		of, ids = l, append(ids, l.of.ID)
		lists[l] = listing{}
	}
	named, err := l.typesV3(ctx, of.of.Type, of.to)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	batch, err := l.portal.client.ReadAssociationsV3(ctx, l.ids[of.of.Type], l.ids[of.to], ids)
	if err != nil {
		return nil, err
	}
	at := func(id int64) list { return list{key(of.of.Type, id), of.to} }
	for _, link := range batch.Links {
		t, err := one(named, link.Type)
		if err != nil {
			return nil, err
		}
		lists[at(link.From)].add(link.To, t)
	}
	for _, item := range batch.Failed {
		unread[at(item.ID)] = item.Message
	}
	for _, id := range batch.Unanswered {
		unread[at(id)] = "HubSpot says nothing of it"
	}
	for _, id := range batch.Cut { // the batch has no way to what is behind the first page
		err := l.listV3(ctx, key(of.of.Type, id), of.to, func(to int64, t Type) error {
			lists[at(id)].add(to, t)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return lists, nil
}
