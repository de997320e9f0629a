package queries

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// traitColumns are what records of a family may share, as SQL over objects. A domain is that
// of a company where a company of the portal has it; all others may be those of mail
// providers that nobody listed. It is no integration where a person wrote the record by hand. Where a record comes from is known
// only where the crawl was to read it (--properties deals=hs_object_source).
var traitColumns = map[int]string{
	byOwner: "CAST(owner_id AS VARCHAR)",
	byDomain: `CASE WHEN lower(coalesce(domain, email_domain)) IN (SELECT lower(domain) FROM objects WHERE domain IS NOT NULL AND seen AND NOT archived)
		THEN lower(coalesce(domain, email_domain)) END`,
	bySource: `CASE WHEN properties['hs_object_source'] NOT IN ('CRM_UI', 'MOBILE_IOS', 'MOBILE_ANDROID')
		THEN trim(properties['hs_object_source'] || ' ' || coalesce(properties['hs_object_source_id'], '')) END`,
}

// recordsAtOnce is how many records are named in one query.
const recordsAtOnce = 20_000

// readKinship reads what is known of what findings are about.
func readKinship(ctx context.Context, db *sql.DB, findings []Finding, ids aliases) (*kinship, error) {
	k := &kinship{ids: ids, losses: map[string]bool{}, traits: map[record][]clue{}, names: map[clue]string{}, labels: map[clue]bool{},
		share: map[mark]float64{}, degree: map[record]int64{}, degrees: map[string]int64{}, lost: map[string]map[clue]int64{}}
	for _, c := range All() {
		k.losses[c.ID] = c.Repair == RepairRestore
	}
	wanted := map[record]bool{}
	for i := range findings {
		if f := &findings[i]; f.Open() && f.WaivedUntil == nil {
			for _, end := range k.ends(f) {
				wanted[end] = true
			}
		}
	}
	if len(wanted) < leastThings {
		return k, nil
	}
	all := slices.SortedFunc(maps.Keys(wanted), compareRecords)
	for part := range slices.Chunk(all, recordsAtOnce) {
		if err := k.readRecords(ctx, db, part); err != nil {
			return nil, err
		}
	}
	for _, read := range []func(context.Context, *sql.DB) error{k.readShares, k.readLabels, k.readLost, k.readOwners} {
		if err := read(ctx, db); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// readRecords reads the traits of records, and how many neighbors they have.
func (k *kinship) readRecords(ctx context.Context, db *sql.DB, records []record) error {
	values := make([]string, len(records))
	for i, r := range records {
		values[i] = fmt.Sprintf("(%s, %d)", literal(r.of), r.id)
	}
	query := `
		WITH wanted (type, id) AS (VALUES ` + strings.Join(values, ", ") + `)
		SELECT o.object_type, o.object_id, coalesce(o.name, ''), coalesce(o.degree, 0), ` +
		traitColumns[byOwner] + ", " + traitColumns[byDomain] + ", " + traitColumns[bySource] + `
		FROM objects o
		SEMI JOIN wanted w ON w.type = o.object_type AND w.id = o.object_id`
	return each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var r record
		var name string
		var degree int64
		var owner, domain, source *string
		err := rows.Scan(&r.of, &r.id, &name, &degree, &owner, &domain, &source)
		k.degree[r], k.names[hub(r).clue], k.traits[r] = degree, name, nil
		for rule, v := range map[int]*string{byOwner: owner, byDomain: domain, bySource: source} {
			if v != nil && *v != "" {
				k.traits[r] = append(k.traits[r], clue{rule, *v})
			}
		}
		return err
	})
}

// readShares reads how many neighbors the records of a type have, and how frequent each trait is among the records of a type. Domains that
// say nothing of a company are those of everybody.
func (k *kinship) readShares(ctx context.Context, db *sql.DB) error {
	known := map[int]map[string]bool{}
	for _, clues := range k.traits {
		for _, c := range clues {
			if known[c.rule] == nil {
				known[c.rule] = map[string]bool{}
			}
			known[c.rule][c.value] = true
		}
	}
	err := each(ctx, db, "SELECT object_type, CAST(coalesce(sum(degree), 0) AS BIGINT) FROM objects WHERE seen AND NOT archived GROUP BY object_type", nil, func(rows *sql.Rows) error {
		var of string
		var sum int64
		err := rows.Scan(&of, &sum)
		k.degrees[of] = sum
		return err
	})
	if err != nil {
		return err
	}
	for rule, values := range known {
		query := `SELECT object_type, trait, n / sum(n) OVER (PARTITION BY object_type)
			FROM (SELECT object_type, ` + traitColumns[rule] + ` AS trait, count(*) AS n FROM objects WHERE seen AND NOT archived GROUP BY ALL)`
		err := each(ctx, db, query, nil, func(rows *sql.Rows) error {
			var of string
			var trait *string
			var share float64
			err := rows.Scan(&of, &trait, &share)
			if trait != nil && values[*trait] {
				k.share[mark{clue{rule, *trait}, of}] = share
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return each(ctx, db, "SELECT lower(value) FROM settings WHERE key IN ('free_mail_domains', 'standalone_domains') AND value IS NOT NULL", nil, func(rows *sql.Rows) error {
		var domain string
		err := rows.Scan(&domain)
		for of := range k.degrees {
			k.share[mark{clue{byDomain, domain}, of}] = 1
		}
		return err
	})
}

// readLabels reads which association types have a label, and their shares of the links of
// their pairs.
func (k *kinship) readLabels(ctx context.Context, db *sql.DB) error {
	const query = `
		SELECT a.from_type, a.to_type, a.category, a.type_id, t.label, coalesce(a.edges / nullif(sum(a.edges) OVER (PARTITION BY a.from_type, a.to_type), 0), 0)
		FROM association_stats a
		SEMI JOIN snapshot s ON s.snapshot_id = a.snapshot_id
		LEFT JOIN association_types t ON t.from_type = a.from_type AND t.to_type = a.to_type AND t.category = a.category AND t.type_id = a.type_id`
	return each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var from, to, category string
		var id int32
		var label *string
		var share float64
		err := rows.Scan(&from, &to, &category, &id, &label, &share)
		if label != nil {
			c, scope := labelClue(from, to, category, id)
			k.labels[c], k.names[c], k.share[mark{c, scope}] = true, *label, share
		}
		return err
	})
}

// labelClue is an association type as a clue, and the pair of types that it is of.
func labelClue(from, to, category string, id int32) (c clue, scope string) {
	scope = from + " -> " + to
	return clue{byLabel, fmt.Sprintf("%s %s:%d", scope, category, id)}, scope
}

// readLost reads how many links of each pair of types went in each night.
func (k *kinship) readLost(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT from_type, to_type, snapshot_id, max(removed) FROM link_stats GROUP BY ALL", nil, func(rows *sql.Rows) error {
		var from, to, night string
		var removed int64
		err := rows.Scan(&from, &to, &night, &removed)
		m := nightOf(from, to, night)
		if k.lost[m.scope] == nil {
			k.lost[m.scope] = map[clue]int64{}
		}
		k.lost[m.scope][m.clue] = max(k.lost[m.scope][m.clue], removed)
		return err
	})
}

// readOwners reads the names of owners, where the crawl was to read them.
func (k *kinship) readOwners(ctx context.Context, db *sql.DB) error {
	return each(ctx, db, "SELECT CAST(owner_id AS VARCHAR), coalesce(name, '') FROM owners", nil, func(rows *sql.Rows) error {
		var id, name string
		err := rows.Scan(&id, &name)
		k.names[clue{byOwner, id}] = name
		return err
	})
}

func compareRecords(a, b record) int {
	return cmp.Or(strings.Compare(a.of, b.of), cmp.Compare(a.id, b.id))
}

// name is the record as people write it.
func (r record) name() string { return r.of + ":" + strconv.FormatInt(r.id, 10) }
