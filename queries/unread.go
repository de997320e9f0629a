package queries

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
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
		query := fmt.Sprintf(`
			WITH g AS (SELECT from_type, from_id, coalesce(to_type, '') AS to_type FROM %s WHERE from_id IS NOT NULL AND kind <> 'types')
			FROM g UNION ALL SELECT g.from_type, i.current_id, g.to_type FROM g JOIN id_alias i ON i.object_type = g.from_type AND i.old_id = g.from_id`, table)
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

// without has a query that counts a universe count it without the records of which
// something was not read.
func (u *unread) without(universe string) string {
	if len(u.records)+len(u.lists) == 0 {
		return universe
	}
	return fmt.Sprintf(`WITH unread AS (SELECT DISTINCT from_type AS object_type, from_id AS object_id FROM gaps WHERE from_id IS NOT NULL AND kind <> 'types'),
		objects AS (SELECT o.* FROM main.objects o ANTI JOIN unread u ON u.object_type = o.object_type AND u.object_id = o.object_id),
		associations AS (SELECT a.* FROM main.associations a
			ANTI JOIN unread f ON f.object_type = a.from_type AND f.object_id = a.from_id
			ANTI JOIN unread t ON t.object_type = a.to_type AND t.object_id = a.to_id)
		SELECT * FROM (%s)`, strings.TrimRight(universe, "; \n"))
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

// count is the number of these records.
func (u *unread) count() int64 {
	n := int64(len(u.records))
	for k := range u.lists {
		if !u.records[k] {
			n++
		}
	}
	return n
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
