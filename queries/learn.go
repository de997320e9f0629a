package queries

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// What a policy has to be like that Learn proposes: it holds for all but one in exceptOne
// of at least leastRecords, which is more than chance explains.
const (
	leastRecords = 200
	exceptOne    = 100
	// byChance is how many pairs of records at least would have both of two labels, were
	// one not to exclude the other.
	byChance = 20
)

// Learned is a policy that the snapshot keeps to without anybody having said so. It is
// proposed, and nothing more.
type Learned struct {
	Check    string    // that would judge by it
	Settings []Setting // what the check would read
	// Records are those that it is about, and Exceptions those that do not keep to it, as
	// TYPE:ID, or TYPE:ID -> TYPE:ID.
	Records    int64
	Exceptions []string
}

// setting is the name of the setting that the policy is of.
func (l Learned) setting() string { return settingOf(l.Settings[0].Key) }

// holds reports whether the policy holds for enough.
func holds(records, exceptions int64) bool {
	return records >= leastRecords && exceptions*exceptOne <= records
}

// Learn finds policies to which the snapshot in a DuckDB file keeps nearly always: roles that
// records have from a stage or an amount on, labels that exclude each other, and pipelines
// whose deals have no contact. Each was tried by its check.
//
// Of pipelines without line items there is nothing to learn: the check of won deals leaves
// out those where fewer than half have any.
func Learn(ctx context.Context, db *sql.DB) ([]Learned, error) {
	snapshot, err := readSnapshot(ctx, db, "snapshot")
	if err == nil && snapshot == nil {
		err = ErrNoSnapshot
	}
	if err != nil {
		return nil, err
	}
	l := &learner{db: db, portal: snapshot.PortalID}
	if l.settings, err = readSettings(ctx, db); err != nil {
		return nil, err
	}
	if err := errors.Join(l.roles(ctx), l.groups(ctx), l.contactless(ctx)); err != nil {
		return nil, fmt.Errorf("learn policies: %w", err)
	}
	return l.found, nil
}

// readSettings reads what the checks read.
func readSettings(ctx context.Context, db *sql.DB) (settings []Setting, err error) {
	err = each(ctx, db, "SELECT key, value FROM settings ORDER BY key, value", nil, func(rows *sql.Rows) error {
		var s Setting
		err := rows.Scan(&s.Key, &s.Value)
		settings = append(settings, s)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the settings: %w", err)
	}
	return settings, nil
}

// learner looks for policies.
type learner struct {
	db       *sql.DB
	portal   int64
	settings []Setting
	found    []Learned
}

// try has a check judge by a policy, and keeps the policy if it holds.
func (l *learner) try(ctx context.Context, check string, policy ...Setting) (held bool, err error) {
	checks, err := Select(check)
	if err != nil {
		return false, err
	}
	name := settingOf(policy[0].Key)
	settings := slices.DeleteFunc(slices.Clone(l.settings), func(s Setting) bool {
		return settingOf(s.Key) == name || strings.HasPrefix(s.Key, check+".")
	})
	replaced := map[string]string{"settings": asTable(append(settings, policy...))}
	found, universe, err := checks[0].run(ctx, checks[0].asking(l.db, replaced), l.portal, func(place) bool { return true })
	if err != nil || universe == nil || !holds(*universe, int64(len(found))) {
		return false, err
	}
	p := Learned{Check: check, Settings: policy, Records: *universe}
	slices.SortFunc(found, compareFindings)
	for _, f := range found {
		var ends []string
		for _, end := range f.ends() {
			ends = append(ends, end.of+":"+strconv.FormatInt(end.id, 10))
		}
		p.Exceptions = append(p.Exceptions, strings.Join(ends, " -> "))
	}
	l.found = append(l.found, p)
	return true, nil
}

// from are the amounts from which on a role may be had: 1, 2 and 5 times the powers of ten.
var from = []int64{0, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000}

// tally counts records by the place of their stage and by the last amount of from that
// theirs reaches.
type tally map[[2]int]int64

// reaching counts those from a stage and an amount on.
func (t tally) reaching(position, amount int) (n int64) {
	for at, count := range t {
		if at[0] >= position && at[1] >= amount {
			n += count
		}
	}
	return n
}

// holder is who may have to have a role: the records of a type in a pipeline.
type holder struct{ of, pipelineID, pipeline string }

// role is a label that such records may have to give to a record of another type.
type role struct {
	holder
	to, label string
}

// rolesQuery counts the records that a role may be asked of, by holder, stage and amount,
// all of them and those with each label.
const rolesQuery = `
	WITH record AS (
		SELECT o.object_type, o.object_id, coalesce(p.pipeline_id, '') AS pipeline_id, coalesce(p.pipeline_name, '') AS pipeline_name,
			coalesce(p.position, 0) AS position, %s AS amount
		FROM live o
		LEFT JOIN pipelines p ON p.object_type = o.object_type AND p.pipeline_id = o.pipeline_id AND p.stage_id = o.stage_id
		WHERE o.settled AND (o.is_closed IS NOT TRUE OR o.is_won)
	),
	label AS (
		SELECT DISTINCT from_type, from_id, to_type, label FROM link_types WHERE category = 'USER_DEFINED' AND label IS NOT NULL
	)
	SELECT object_type, pipeline_id, pipeline_name, position, amount, '', '', count(*) FROM record GROUP BY ALL
	UNION ALL
	SELECT r.object_type, r.pipeline_id, r.pipeline_name, r.position, r.amount, l.to_type, l.label, count(*)
	FROM record r JOIN label l ON l.from_type = r.object_type AND l.from_id = r.object_id
	GROUP BY ALL`

// roles looks for labels that the records of a pipeline have from a stage or an amount on.
func (l *learner) roles(ctx context.Context) error {
	amount := "CASE"
	for i := len(from) - 1; i > 0; i-- {
		amount += fmt.Sprintf(" WHEN o.amount >= %d THEN %d", from[i], i)
	}
	all, have := map[holder]tally{}, map[role]tally{}
	err := each(ctx, l.db, fmt.Sprintf(rolesQuery, amount+" ELSE 0 END"), nil, func(rows *sql.Rows) error {
		var r role
		var at [2]int
		var n int64
		if err := rows.Scan(&r.of, &r.pipelineID, &r.pipeline, &at[0], &at[1], &r.to, &r.label, &n); err != nil {
			return err
		}
		if r.label == "" {
			if all[r.holder] == nil {
				all[r.holder] = tally{}
			}
			all[r.holder][at] += n
			return nil
		}
		if have[r] == nil {
			have[r] = tally{}
		}
		have[r][at] += n
		return nil
	})
	if err != nil {
		return err
	}
	roles := make([]role, 0, len(have))
	for r := range have {
		roles = append(roles, r)
	}
	slices.SortFunc(roles, func(a, b role) int {
		return compareTexts(a.of, b.of, a.pipelineID, b.pipelineID, a.to, b.to, a.label, b.label)
	})
	names := map[string]bool{}
	for _, r := range roles {
		if err := l.role(ctx, r, all[r.holder], have[r], names); err != nil {
			return err
		}
	}
	return nil
}

// role proposes a role from the earliest stage on from which it holds; where there is none,
// from the least amount, and else from both.
func (l *learner) role(ctx context.Context, r role, all, have tally, names map[string]bool) error {
	var stages []int
	for at := range all {
		if !slices.Contains(stages, at[0]) {
			stages = append(stages, at[0])
		}
	}
	slices.Sort(stages)
	for _, amounts := range [][2]int{{0, 1}, {1, len(from)}} { // without, and with an amount
		for _, position := range stages {
			for i := amounts[0]; i < amounts[1]; i++ {
				records := all.reaching(position, i)
				if !holds(records, records-have.reaching(position, i)) {
					continue
				}
				policy, err := l.rolePolicy(ctx, r, position, position == stages[0], from[i], names)
				if err != nil {
					return err
				}
				if held, err := l.try(ctx, "required_label_missing", policy...); held || err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// roleWord finds what a name of a role can be made of.
var roleWord = regexp.MustCompile(`[a-z0-9]+`)

// rolePolicy is a role as settings. A policy from the first stage on names none.
func (l *learner) rolePolicy(ctx context.Context, r role, position int, first bool, amount int64, names map[string]bool) ([]Setting, error) {
	base := strings.Join(roleWord.FindAllString(strings.ToLower(cmp.Or(r.pipeline, r.of)+" "+r.label), -1), "-")
	name := cmp.Or(base, "role")
	for n := 2; names[name]; n++ {
		name = fmt.Sprintf("%s-%d", cmp.Or(base, "role"), n)
	}
	key := "required_labels:" + name + ":"
	policy := []Setting{{key + "type", r.of}}
	if r.pipeline != "" {
		policy = append(policy, Setting{key + "pipeline", r.pipeline})
		if !first {
			var stage string
			err := l.db.QueryRowContext(ctx, "SELECT min(stage_name) FROM pipelines WHERE object_type = ? AND pipeline_id = ? AND position = ?", r.of, r.pipelineID, position).Scan(&stage)
			if err != nil {
				return nil, err
			}
			policy = append(policy, Setting{key + "from_stage", stage})
		}
	}
	if amount > 0 {
		policy = append(policy, Setting{key + "from_amount", strconv.FormatInt(amount, 10)})
	}
	names[name] = true
	return append(policy, Setting{key + "to", r.to}, Setting{key + "labels", r.label}), nil
}

// groupsQuery counts, of each two labels of an ordered pair of object types, the pairs of
// records with the one, with the other and with both, and all that have a label of the user.
const groupsQuery = `
	WITH label AS (
		SELECT DISTINCT from_type, from_id, to_type, to_id, label FROM link_types
		WHERE category = 'USER_DEFINED' AND label IS NOT NULL AND from_type <= to_type
	),
	used AS (SELECT from_type, to_type, label, count(*) AS n FROM label GROUP BY ALL),
	pairs AS (SELECT from_type, to_type, count(DISTINCT (from_id, to_id)) AS n FROM label GROUP BY ALL),
	together AS (
		SELECT a.from_type, a.to_type, a.label AS one, b.label AS other, count(*) AS n
		FROM label a
		JOIN label b ON b.from_type = a.from_type AND b.from_id = a.from_id AND b.to_type = a.to_type AND b.to_id = a.to_id AND a.label < b.label
		GROUP BY ALL
	)
	SELECT a.from_type, a.to_type, a.label, b.label, a.n, b.n, coalesce(c.n, 0), p.n
	FROM used a
	JOIN used b ON b.from_type = a.from_type AND b.to_type = a.to_type AND a.label < b.label
	JOIN pairs p ON p.from_type = a.from_type AND p.to_type = a.to_type
	LEFT JOIN together c ON c.from_type = a.from_type AND c.to_type = a.to_type AND c.one = a.label AND c.other = b.label
	ORDER BY ALL`

// groups looks for labels that no pair of records has together, though by chance some would.
func (l *learner) groups(ctx context.Context) error {
	type types struct{ from, to string }
	apart := map[types]map[[2]string]bool{}
	labels := map[types][]string{}
	var order []types
	err := each(ctx, l.db, groupsQuery, nil, func(rows *sql.Rows) error {
		var at types
		var one, other string
		var a, b, both, pairs int64
		if err := rows.Scan(&at.from, &at.to, &one, &other, &a, &b, &both, &pairs); err != nil {
			return err
		}
		chance := math.Floor(float64(a) * float64(b) / float64(pairs))
		if !holds(a+b-both, both) || chance < byChance {
			return nil
		}
		if apart[at] == nil {
			apart[at] = map[[2]string]bool{}
			order = append(order, at)
		}
		apart[at][[2]string{one, other}] = true
		for _, label := range []string{one, other} {
			if !slices.Contains(labels[at], label) {
				labels[at] = append(labels[at], label)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	n := 0
	for _, at := range order {
		slices.Sort(labels[at])
		for _, group := range cliques(labels[at], apart[at]) {
			n++
			var policy []Setting
			for _, label := range group {
				policy = append(policy, Setting{"exclusive_labels:" + strconv.Itoa(n), label})
			}
			if _, err := l.try(ctx, "label_conflict", policy...); err != nil {
				return err
			}
		}
	}
	return nil
}

// cliques are groups of labels, in order, each two of which exclude each other, so that
// every two that do are in one.
func cliques(labels []string, apart map[[2]string]bool) (groups [][]string) {
	excludes := func(a, b string) bool { return apart[[2]string{min(a, b), max(a, b)}] }
	covered := map[[2]string]bool{}
	for _, a := range labels {
		for _, b := range labels {
			if a >= b || !excludes(a, b) || covered[[2]string{a, b}] {
				continue
			}
			group := []string{a, b}
			for _, c := range labels {
				if !slices.Contains(group, c) && !slices.ContainsFunc(group, func(g string) bool { return !excludes(g, c) }) {
					group = append(group, c)
				}
			}
			slices.Sort(group)
			for i, x := range group {
				for _, y := range group[i+1:] {
					covered[[2]string{x, y}] = true
				}
			}
			groups = append(groups, group)
		}
	}
	return groups
}

// contactless looks for pipelines whose deals have no contact.
func (l *learner) contactless(ctx context.Context) error {
	exceptions := map[string][]string{}
	records := map[string]int64{}
	var names []string
	query := `
		SELECT d.pipeline, d.object_id, n.from_id IS NOT NULL
		FROM settled_deals d
		LEFT JOIN (SELECT DISTINCT from_id FROM neighbors WHERE from_type = 'deals' AND to_type = 'contacts') n ON n.from_id = d.object_id
		WHERE d.pipeline IS NOT NULL
		ORDER BY ALL`
	err := each(ctx, l.db, query, nil, func(rows *sql.Rows) error {
		var name string
		var id int64
		var has bool
		err := rows.Scan(&name, &id, &has)
		if records[name]++; records[name] == 1 {
			names = append(names, name)
		}
		if has {
			exceptions[name] = append(exceptions[name], "deals:"+strconv.FormatInt(id, 10))
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		if holds(records[name], int64(len(exceptions[name]))) {
			l.found = append(l.found, Learned{Check: "deal_without_contact", Settings: []Setting{{"pipelines_without_contact", name}}, Records: records[name], Exceptions: exceptions[name]})
		}
	}
	return nil
}
