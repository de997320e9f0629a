package queries

import (
	"context"
	"database/sql"
	"fmt"
)

// unread are the records of which the table gaps says that something was not read.
// What a check finds about them is no evidence, nor is what it does not find: their
// findings stay as they were.
type unread struct {
	records map[recordKey]bool            // themselves
	lists   map[recordKey]map[string]bool // what they list, by object type
}

type recordKey struct {
	typ string
	id  int64
}

// readUnread reads the gaps of the snapshot, and where nights are compared those of
// the baseline.
func readUnread(ctx context.Context, db *sql.DB) (now, either *unread, err error) {
	now, either = newUnread(), newUnread()
	for table, into := range map[string][]*unread{"gaps": {now, either}, "baseline_gaps": {either}} {
		query := "SELECT from_type, from_id, coalesce(to_type, '') FROM " + table + " WHERE from_id IS NOT NULL AND kind <> 'types'"
		err = each(ctx, db, query, nil, func(rows *sql.Rows) error {
			var k recordKey
			var to string
			err := rows.Scan(&k.typ, &k.id, &to)
			for _, u := range into {
				u.add(k, to)
			}
			return err
		})
		if err != nil {
			return nil, nil, fmt.Errorf("read what was not read: %w", err)
		}
	}
	return now, either, nil
}

func newUnread() *unread {
	return &unread{records: map[recordKey]bool{}, lists: map[recordKey]map[string]bool{}}
}

func (u *unread) add(k recordKey, to string) {
	if to == "" {
		u.records[k] = true
		return
	}
	if u.lists[k] == nil {
		u.lists[k] = map[string]bool{}
	}
	u.lists[k][to] = true
}

// concerns reports whether a finding rests on what was not read: one of its records,
// or what they list of each other. One about a single record rests on all that it
// lists.
func (u *unread) concerns(f Finding) bool {
	from, to := keyOf(f.FromType, f.FromID), keyOf(f.ToType, f.ToID)
	subject := keyOf(f.SubjectType, f.SubjectID)
	for _, k := range []*recordKey{subject, from, to} {
		if k != nil && u.records[*k] {
			return true
		}
	}
	switch {
	case from != nil && to != nil:
		return u.lists[*from][to.typ] || u.lists[*to][from.typ]
	case subject != nil:
		return len(u.lists[*subject]) > 0
	}
	return false
}

func keyOf(typ *string, id *int64) *recordKey {
	if typ == nil || id == nil {
		return nil
	}
	return &recordKey{*typ, *id}
}
