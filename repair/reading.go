package repair

import (
	"context"
	"errors"
	"maps"
	"slices"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/internal/sentence"
)

// Read reads the associations of the records that are asked for, whose other ends are object
// types, some lines at a time.
func (l *Direct) Read(ctx context.Context, a Asked, told func(Listed) error, failed func(line int, raw, cause string) error) error {
	_, pairs, done, err := a.each()
	if err != nil {
		return err
	}
	var some []pair
	for p, wrong := range pairs {
		if wrong != nil {
			if err := failed(wrong.line, wrong.raw, wrong.text); err != nil {
				return err
			}
			continue
		}
		if some = append(some, p); len(some) == hubspot.MaxBatchRead {
			if err := l.readSome(ctx, some, told, failed); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	if err := done(); err != nil {
		return err
	}
	return l.readSome(ctx, some, told, failed)
}

// Listed is an association type that one record lists towards another.
type Listed struct {
	From     string  `json:"from"`
	To       string  `json:"to"`
	Category string  `json:"category"`
	TypeID   int32   `json:"type_id"`
	Label    *string `json:"label"`
}

func (l *Direct) readSome(ctx context.Context, some []pair, told func(Listed) error, failed func(int, string, string) error) error {
	type asked struct {
		pair
		of list
	}
	byPair := map[[2]string][]asked{}
	var order [][2]string
	for _, p := range some {
		k, wrong, err := l.record(ctx, p.line, "from", p.from)
		if err != nil {
			return err
		}
		to := ""
		if wrong == nil {
			if to, _, err = l.ObjectType(ctx, p.to); errors.Is(err, ErrUsage) {
				wrong = wrongAt(p.line, "to is %q, and reading takes an object type there: %v", p.to, err)
			} else if err != nil {
				return err
			}
		}
		if wrong != nil {
			if err := failed(p.line, p.raw, wrong.text); err != nil {
				return err
			}
			continue
		}
		of := [2]string{k.Type, to}
		if byPair[of] == nil {
			order = append(order, of)
		}
		byPair[of] = append(byPair[of], asked{p, list{k, to}})
	}
	for _, of := range order {
		wanted := map[list]bool{}
		for _, q := range byPair[of] {
			wanted[q.of] = true
		}
		unread := map[any]string{}
		if err := l.readPair(ctx, of[0], of[1]); err != nil {
			return err
		}
		lists, err := l.readBatch(ctx, wanted, unread)
		if err != nil {
			return err
		}
		for _, q := range byPair[of] {
			if why, is := unread[q.of]; is {
				if err := failed(q.line, q.raw, why); err != nil {
					return err
				}
				continue
			}
			if !wanted[q.of] {
				continue // it was told
			}
			wanted[q.of] = false
			for _, id := range slices.Sorted(maps.Keys(lists[q.of])) {
				for _, t := range sorted(lists[q.of][id]) {
					if err := told(l.listed(q.of.of, key(of[1], id), t)); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// List lists the associations of one record with those of an object type, a page at a time.
// In v1 they are those of one type, by its id; empty stands for the plain one. A record that is
// not there is hubspot.ErrNotFound, as far as HubSpot says so.
func (l *Direct) List(ctx context.Context, record, to, typeID string, told func(Listed) error) error {
	k, wrong, err := l.record(ctx, 0, "the record", record)
	if err != nil {
		return err
	}
	if wrong != nil {
		return sentence.New(ErrUsage, "%s", wrong.text)
	}
	name, toID, err := l.ObjectType(ctx, to)
	if err != nil {
		return err
	}
	if err := l.readPair(ctx, k.Type, name); err != nil {
		return err
	}
	row := func(id int64, t Type) error { return told(l.listed(k, graphmodel.Key{Type: name, ID: id}, t)) }
	c, fromID := l.portal.client, l.ids[k.Type]
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
