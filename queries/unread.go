package queries

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// Of some records a snapshot may lack what a check needs, while the cell counts as
// read: the record itself, or a list of it. What the check would say of them rests on
// nothing: it is neither found nor resolved. The models leave them out.

// unread are gaps of single records. A record that was itself not read has no to; of
// one of which any list was not read there is one with the to anyList, too.
type unread map[missing]bool

type missing struct {
	of string // object type
	id int64
	to string // object type of the list
}

const anyList = "*"

// unread reads the gaps of the cells that a check needs.
func (c Check) unread(ctx context.Context, db *sql.DB) (unread, error) {
	u := unread{}
	err := each(ctx, db, c.gaps(), nil, func(rows *sql.Rows) error {
		var m missing
		err := rows.Scan(&m.of, &m.id, &m.to)
		u[m] = true
		if m.to != "" {
			u[missing{m.of, m.id, anyList}] = true
		}
		return err
	})
	if err == nil && c.aboutRecords() && u.lacksRecords() {
		err = u.addListers(ctx, db, c)
	}
	if err != nil {
		return nil, fmt.Errorf("read what was not read: %w", err)
	}
	return u, nil
}

// lacksRecords reports whether a record was itself not read.
func (u unread) lacksRecords() bool {
	for m := range u {
		if m.to == "" {
			return true
		}
	}
	return false
}

// addListers adds the records that are associated with one that was itself not read: what
// such a record is to them, nobody knows.
func (u unread) addListers(ctx context.Context, db *sql.DB, c Check) error {
	query := "WITH lost AS (SELECT DISTINCT from_type, from_id FROM (" + c.gaps() + `) WHERE to_type = '')
		SELECT a.from_type, a.from_id FROM associations a SEMI JOIN lost g ON g.from_type = a.to_type AND g.from_id = a.to_id
		UNION SELECT a.to_type, a.to_id FROM associations a SEMI JOIN lost g ON g.from_type = a.from_type AND g.from_id = a.from_id`
	return each(ctx, db, query, nil, func(rows *sql.Rows) error {
		m := missing{to: anyList}
		err := rows.Scan(&m.of, &m.id)
		u[m] = true
		return err
	})
}

// readWhole counts the records of which something was not read, and reports whether the
// rest of the snapshot was read. Owners decide nothing.
func readWhole(ctx context.Context, db *sql.DB) (unread int64, rest bool, err error) {
	const query = `
		SELECT (SELECT count(*) FROM (SELECT DISTINCT from_type, from_id FROM gaps WHERE from_id IS NOT NULL AND kind <> 'types')),
			NOT EXISTS (FROM coverage WHERE kind <> 'owners' AND verdict = 'incomplete' AND NOT coalesce(readable, FALSE))`
	if err := db.QueryRowContext(ctx, query).Scan(&unread, &rest); err != nil {
		return 0, false, fmt.Errorf("count what was not read: %w", err)
	}
	return unread, rest, nil
}

// lacksRecords reports whether either night has records of which something was not read.
func lacksRecords(ctx context.Context, db *sql.DB) (lacks bool, err error) {
	const query = "SELECT EXISTS (FROM gaps WHERE from_id IS NOT NULL) OR EXISTS (FROM baseline_gaps WHERE from_id IS NOT NULL)"
	if err := db.QueryRowContext(ctx, query).Scan(&lacks); err != nil {
		return false, fmt.Errorf("look for what was not read: %w", err)
	}
	return lacks, nil
}

// gaps is the query of the gaps of the cells that the check needs: object type, id,
// and to which type, which is empty for the record itself. Where it compares with the
// baseline, it needs what that lacks, too. A record that was merged away has both of
// its ids.
func (c Check) gaps() string {
	needed, baseline := []string{"false"}, false
	for _, n := range c.Needs {
		baseline = baseline || n.Kind == "baseline"
		if n.Kind != "objects" && n.Kind != "associations" {
			continue
		}
		is := "g.kind = " + literal(n.Kind)
		is += amongTypes("g.from_type", n.From) + amongTypes("g.to_type", n.To)
		needed = append(needed, is)
	}
	tables := []string{"gaps"}
	if baseline {
		tables = append(tables, "baseline_gaps")
	}
	var parts []string
	for _, table := range tables {
		for id, alias := range map[string]string{"from_id": "", "current_id": " JOIN id_alias i ON i.object_type = g.from_type AND i.old_id = g.from_id"} {
			parts = append(parts, fmt.Sprintf("SELECT g.from_type, %s AS from_id, coalesce(g.to_type, '') AS to_type FROM %s g%s WHERE g.from_id IS NOT NULL AND (%s)",
				id, table, alias, strings.Join(needed, " OR ")))
		}
	}
	return strings.Join(parts, " UNION ")
}

// amongTypes is the condition, behind others, that a column holds what a word of a need
// stands for; a need of records has no second word.
func amongTypes(column, word string) string {
	if word == "*" || word == "" {
		return ""
	}
	names := strings.Split(word, "|")
	for i, name := range names {
		names[i] = literal(name)
	}
	return fmt.Sprintf(" AND %s IN (%s)", column, strings.Join(names, ", "))
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// concerns reports whether a finding is about what was not read: its subject or any
// needed list of that, an end of its association, or the list that would name the
// other end.
func (u unread) concerns(f Finding) bool {
	record := func(of *string, id *int64, to *string) bool {
		return of != nil && id != nil && (u[missing{*of, *id, ""}] || to != nil && u[missing{*of, *id, *to}])
	}
	lists := anyList
	return record(f.SubjectType, f.SubjectID, &lists) || record(f.FromType, f.FromID, f.ToType) || record(f.ToType, f.ToID, f.FromType)
}
