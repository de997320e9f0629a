package draw

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hubgraph/internal/sentence"
	"hubgraph/internal/sqlrows"
	"hubgraph/queries"
)

// ErrNoFinding: the register has no finding of a fingerprint.
var ErrNoFinding = errors.New("there is no such finding")

// finding is a row of the register, with its columns and its evidence.
type finding struct {
	fingerprint, check, title, kind, severity, state string
	waived                                           string
	subject, from, to                                *Key   // nil: the check is not about one
	fromType, toType                                 string // of a finding about two types
	money                                            string
	evidence                                         map[string]any
}

// Finding is the picture of one finding, from the columns of its check: what is there,
// what is missing, what a repair would add or a person may choose from, and what is gone
// since the baseline. Any column of evidence that names records is drawn, so that a check
// needs no Go to have a picture.
func Finding(ctx context.Context, db *sql.DB, fingerprint string) (*Picture, error) {
	f, err := readFinding(ctx, db, fingerprint)
	if err != nil {
		return nil, err
	}
	p, err := f.picture(ctx, db)
	if err != nil {
		return nil, fmt.Errorf("draw the finding %s: %w", f.fingerprint, err)
	}
	p.Facts = nonEmpty(join(" · ", f.severity, f.state, f.money, f.waived), f.story())
	p.Notes = append(p.Notes, "check "+f.check+", finding "+f.fingerprint[:min(16, len(f.fingerprint))])
	return p, nil
}

// fingerprints are 64 digits; the first ones will do where they fit only one.
var fingerprints = regexp.MustCompile(`^[0-9a-f]{6,64}$`)

func readFinding(ctx context.Context, db *sql.DB, fingerprint string) (*finding, error) {
	if fingerprint = strings.ToLower(strings.TrimSpace(fingerprint)); !fingerprints.MatchString(fingerprint) {
		return nil, sentence.New(ErrNoFinding, "%q is no fingerprint: write at least the first 6 of its 64 digits, as `hubgraph sql \"SELECT fingerprint FROM findings\"` lists them", shown(fingerprint))
	}
	var all []*finding
	err := sqlrows.Each(ctx, db, `
		SELECT f.fingerprint, f.check_id, coalesce(r.title, f.check_id), f.kind, f.severity, f.state, coalesce(strftime(f.waived_until, '%Y-%m-%d'), ''),
			f.subject_type, f.subject_id, f.from_type, f.from_id, f.to_type, f.to_id,
			coalesce(CAST(CAST(round(f.amount) AS DECIMAL(38, 0)) AS VARCHAR), ''), coalesce(f.currency, ''), coalesce(f.evidence, '{}')
		FROM findings AS f
		LEFT JOIN (SELECT check_id, arg_max(title, audit_id) AS title FROM check_results GROUP BY check_id) AS r USING (check_id)
		WHERE starts_with(f.fingerprint, $1)
		ORDER BY f.fingerprint LIMIT 2`,
		[]any{fingerprint}, func(row *sql.Rows) error {
			f := &finding{}
			var types [3]*string
			var ids [3]*int64
			var amount, currency, evidence string
			err := row.Scan(&f.fingerprint, &f.check, &f.title, &f.kind, &f.severity, &f.state, &f.waived,
				&types[0], &ids[0], &types[1], &ids[1], &types[2], &ids[2], &amount, &currency, &evidence)
			if err != nil {
				return err
			}
			for i, k := range []**Key{&f.subject, &f.from, &f.to} {
				if types[i] != nil && ids[i] != nil {
					*k = &Key{*types[i], *ids[i]}
				}
			}
			for i, t := range []*string{&f.fromType, &f.toType} {
				if types[i+1] != nil {
					*t = *types[i+1]
				}
			}
			if amount != "" {
				f.money = strings.TrimSpace(apart(amount) + " " + shortened(currency, 3))
			}
			if f.waived != "" {
				f.waived = "waived until " + f.waived
			}
			d := json.NewDecoder(strings.NewReader(evidence))
			d.UseNumber()
			all = append(all, f)
			return d.Decode(&f.evidence)
		})
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the finding: %w", err)
	case len(all) == 0:
		return nil, sentence.New(ErrNoFinding, "the register has no finding %s: `hubgraph sql \"SELECT fingerprint, check_id FROM findings\"` lists them", fingerprint)
	case len(all) > 1:
		return nil, sentence.New(ErrNoFinding, "several findings begin with %s: write more of its digits", fingerprint)
	}
	return all[0], nil
}

// verdict is the finding in one line.
func (f *finding) verdict() string {
	if f.state == "resolved" {
		return f.title + " (resolved)"
	}
	return f.title
}

// story is what the evidence says in words.
func (f *finding) story() string {
	text := func(key string) string { s, _ := f.evidence[key].(string); return s }
	old, now := text("old_label"), text("new_label")
	switch change := text("change"); {
	case change != "" && old+now != "":
		return join(" ", change+":", quoted(old), map[bool]string{true: "→"}[old != "" && now != ""], quoted(now))
	case change != "":
		return change
	}
	var parts []string
	for _, key := range []string{"removed_labels", "added_labels"} {
		if labels := texts(f.evidence[key]); len(labels) > 0 {
			parts = append(parts, strings.TrimSuffix(key, "_labels")+": "+strings.Join(labels, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return "“" + s + "”"
}

// texts are those of a list of evidence.
func texts(v any) []string {
	var all []string
	list, _ := v.([]any)
	for _, e := range list {
		if s, ok := e.(string); ok {
			all = append(all, s)
		}
	}
	return all
}

// mention is a record that evidence names, and what it is to the finding.
type mention struct {
	key  Key
	line Line
	word string // the column that names it, in words
}

// keyPattern is a record as evidence writes it.
var keyPattern = regexp.MustCompile(`^(.+):([0-9]+)$`)

// mentions are the records that the evidence names: a column TYPE_id or TYPE_ids has
// records of one type, any column may have TYPE:ID. A column that begins with candidate
// names what may be added, one that begins with baseline, lost or removed what is gone.
func (f *finding) mentions(types map[string]string) []mention {
	var all []mention
	for _, column := range slices.Sorted(maps.Keys(f.evidence)) {
		line, name := Present, column
		switch word, rest, _ := strings.Cut(column, "_"); word {
		case "candidate", "candidates", "planned", "restore":
			line, name = Planned, rest
		case "baseline", "lost", "removed", "gone", "earlier", "old":
			line, name = Gone, rest
		}
		word := strings.TrimSuffix(strings.TrimSuffix(name, "_ids"), "_id")
		named := ""
		if word != name {
			named = types[word]
			for cut := word; named == "" && strings.Contains(cut, "_"); named = types[cut] { // primary_company
				_, cut, _ = strings.Cut(cut, "_")
			}
		}
		list, many := f.evidence[column].([]any)
		if !many {
			list = []any{f.evidence[column]}
		}
		for _, v := range list {
			switch v := v.(type) {
			case json.Number:
				if id, err := v.Int64(); err == nil && named != "" {
					all = append(all, mention{Key{named, id}, line, strings.ReplaceAll(column, "_", " ")})
				}
			case string:
				if m := keyPattern.FindStringSubmatch(v); m != nil && types[m[1]] != "" {
					id, err := strconv.ParseInt(m[2], 10, 64)
					if err == nil {
						all = append(all, mention{Key{types[m[1]], id}, line, strings.ReplaceAll(column, "_", " ")})
					}
				}
			}
		}
	}
	return all
}

// centre is the record that the finding is drawn around; nil: it is about no record.
func (f *finding) centre() *Key {
	if f.subject != nil {
		return f.subject
	}
	return f.from
}

// orphaned are the object types of which the subject has no record, though its check is
// about that: the check has the tag orphans, and needs the associations.
func (f *finding) orphaned(s *scene, centre Key) []string {
	check := slices.IndexFunc(queries.All(), func(c queries.Check) bool { return c.ID == f.check })
	if check < 0 || f.state == "resolved" || f.subject == nil {
		return nil
	}
	c := queries.All()[check]
	if !slices.Contains(c.Tags, "orphans") {
		return nil
	}
	has := map[string]bool{}
	for _, t := range s.ties {
		if t.a == centre && s.live(t.b) {
			has[t.b.Type] = true
		}
		if t.b == centre && s.live(t.a) {
			has[t.a.Type] = true
		}
	}
	for _, f := range s.folds {
		has[f.kind] = true
	}
	var lacks []string
	for _, n := range c.Needs {
		if n.Kind == "associations" && n.From == centre.Type && n.To != "" && n.To != "*" && !has[n.To] && !slices.Contains(lacks, n.To) {
			lacks = append(lacks, n.To)
		}
	}
	return lacks
}

func (s *scene) live(k Key) bool { r := s.records[k]; return r != nil && r.seen && !r.archived }

// Fingerprint is the whole fingerprint of the finding that begins with some digits.
// It is ErrNoFinding where there is none, or more than one.
func Fingerprint(ctx context.Context, db *sql.DB, digits string) (string, error) {
	f, err := readFinding(ctx, db, digits)
	if err != nil {
		return "", err
	}
	return f.fingerprint, nil
}
