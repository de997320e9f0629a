package queries

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
)

// withoutPolicy is why a check that needs somebody's settings has none.
func (c Check) withoutPolicy(settings []Setting) *lack {
	for _, n := range c.Needs {
		if n.Kind == "setting" && !slices.ContainsFunc(settings, func(s Setting) bool { return settingOf(s.Key) == n.From }) {
			return &lack{cause: NoPolicy, text: fmt.Sprintf("nothing to check: hubgraph.yaml sets no %s", n.From)}
		}
	}
	return nil
}

// named are the things of the portal that policies name.
type named struct {
	types     []string
	pipelines map[string][]thing // by object type
	stages    map[string][]thing // by object type and the id of the pipeline, with a blank between
	labels    map[string][]string
}

// thing is a pipeline or a stage. People call it by its name, or by its id.
type thing struct{ id, name string }

// readNamed reads what policies can name.
func readNamed(ctx context.Context, db *sql.DB) (*named, error) {
	n := &named{pipelines: map[string][]thing{}, stages: map[string][]thing{}, labels: map[string][]string{}}
	err := each(ctx, db, "SELECT DISTINCT from_type FROM coverage WHERE kind = 'objects' ORDER BY from_type", nil, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		n.types = append(n.types, name)
		return err
	})
	if err != nil {
		return nil, err
	}
	query := "SELECT object_type, pipeline_id, pipeline_name, stage_id, stage_name FROM pipelines ORDER BY object_type, pipeline_id, position"
	err = each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var of string
		var pipeline, stage thing
		err := rows.Scan(&of, &pipeline.id, &pipeline.name, &stage.id, &stage.name)
		if !slices.Contains(n.pipelines[of], pipeline) {
			n.pipelines[of] = append(n.pipelines[of], pipeline)
		}
		n.stages[of+" "+pipeline.id] = append(n.stages[of+" "+pipeline.id], stage)
		return err
	})
	if err != nil {
		return nil, err
	}
	query = "SELECT DISTINCT from_type, to_type, label FROM association_types WHERE label IS NOT NULL ORDER BY label, from_type, to_type"
	return n, each(ctx, db, query, nil, func(rows *sql.Rows) error {
		var from, to, label string
		err := rows.Scan(&from, &to, &label)
		for _, pair := range []string{"", from + " " + to} {
			if !slices.Contains(n.labels[pair], label) {
				n.labels[pair] = append(n.labels[pair], label)
			}
		}
		return err
	})
}

// unheardOf says what the policies that a check reads name and the portal does not have;
// nil where it has all of it.
func (r *running) unheardOf(ctx context.Context) (*string, error) {
	for _, d := range r.check.Settings {
		rows := slices.DeleteFunc(slices.Clone(r.settings), func(s Setting) bool { return !d.reads(s.Key) })
		if len(rows) == 0 || d.Type != Pipelines && d.Type != Groups && d.Type != Roles {
			continue
		}
		if r.portal == nil {
			var err error
			if r.audit.portal, err = readNamed(ctx, r.db); err != nil {
				return nil, fmt.Errorf("read what policies can name: %w", err)
			}
		}
		if key, what := r.portal.unheardOf(d, rows); what != "" {
			text := what
			if place := cmp.Or(r.options.Places[r.check.ID+"."+key], r.options.Places[key]); place != "" {
				text = place + ": " + what
			}
			return &text, nil
		}
	}
	return nil, nil
}

// unheardOf finds the first row of a policy that names what the portal does not have, and
// says so.
func (n *named) unheardOf(d CheckSetting, rows []Setting) (key, what string) {
	switch d.Type {
	case Pipelines:
		for _, s := range rows {
			if _, what := find("pipeline of deals", s.Value, n.pipelines["deals"]); what != "" {
				return s.Key, what
			}
		}
	case Groups:
		for _, s := range rows {
			if what := known("label", s.Value, n.labels[""]); what != "" {
				return s.Key, what
			}
		}
	case Roles:
		return n.unheardOfRole(d, rows)
	}
	return "", ""
}

// unheardOfRole looks at each role of a policy.
func (n *named) unheardOfRole(d CheckSetting, rows []Setting) (key, what string) {
	roles := map[string]map[string]string{}
	var order []string
	for _, s := range rows {
		role, field, _ := strings.Cut(strings.TrimPrefix(s.Key, d.Name+":"), ":")
		if roles[role] == nil {
			roles[role] = map[string]string{}
			order = append(order, role)
		}
		roles[role][field] = s.Value
	}
	for _, role := range order {
		at := func(field string) string { return d.Name + ":" + role + ":" + field }
		of := roles[role]
		for _, field := range []string{"type", "to"} {
			if what := known("crawled object type", of[field], n.types); what != "" {
				return at(field), what
			}
		}
		var pipeline thing
		if name, set := of["pipeline"]; set {
			if pipeline, what = find("pipeline of "+of["type"], name, n.pipelines[of["type"]]); what != "" {
				return at("pipeline"), what
			}
		}
		if stage, set := of["from_stage"]; set {
			if _, what = find("stage of the pipeline "+pipeline.name, stage, n.stages[of["type"]+" "+pipeline.id]); what != "" {
				return at("from_stage"), what
			}
		}
		for _, s := range rows {
			if s.Key == at("labels") {
				if what := known(fmt.Sprintf("label from %s to %s", of["type"], of["to"]), s.Value, n.labels[of["type"]+" "+of["to"]]); what != "" {
					return s.Key, what
				}
			}
		}
	}
	return "", ""
}

// find finds what people call by a name or an id. what says that none is there.
func find(kind, name string, things []thing) (found thing, what string) {
	var names []string
	for _, t := range things {
		if t.name == name || t.id == name {
			return t, ""
		}
		names = append(names, t.name)
	}
	return thing{}, known(kind, name, names)
}

// mostKnown is how many names a message gives that the portal has.
const mostKnown = 8

// known says that the portal does not have a name, and what it has; nothing where it has
// it.
func known(kind, name string, names []string) string {
	if slices.Contains(names, name) {
		return ""
	}
	if len(names) == 0 {
		return fmt.Sprintf("there is no %s %q, and none at all", kind, name)
	}
	text := strings.Join(names[:min(len(names), mostKnown)], ", ")
	if more := len(names) - mostKnown; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return fmt.Sprintf("there is no %s %q: there are %s", kind, name, text)
}

// resultsTable is check_results with the results of this audit, of which a check of the
// other checks' history needs these columns.
func resultsTable(results []CheckResult) string {
	table := `SELECT audit_id, snapshot_id, check_id, status, violations, universe, version, scope_hash, admitted FROM main.check_results`
	for _, r := range results {
		table += fmt.Sprintf(" UNION ALL SELECT %s, %s, %s, %s, CAST(%s AS BIGINT), CAST(%s AS BIGINT), %s, %s, %t", literal(r.AuditID), literal(r.SnapshotID), literal(r.CheckID),
			literal(string(r.Status)), number(r.Violations), number(r.Universe), literal(*r.Version), literal(r.ScopeHash), r.Admitted)
	}
	return table
}

// number is a count as SQL.
func number(n *int64) string {
	if n == nil {
		return "NULL"
	}
	return fmt.Sprint(*n)
}
