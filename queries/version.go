package queries

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var commentPattern = regexp.MustCompile(`--[^\n]*`)

// version is a hash of all that decides what the check finds in given tables: its SQL
// and that of the models it reads, its universe and identity, and its settings.
// Comments and the breaks of lines say nothing.
func (c Check) version(settings []Setting) string {
	parts := []string{c.SQL, c.Universe, strings.Join(c.Identity, ",")}
	for _, m := range c.Models() {
		parts = append(parts, m.Name, m.SQL)
	}
	for _, s := range settings {
		if slices.ContainsFunc(c.Settings, func(own CheckSetting) bool { return own.reads(s.Key) }) {
			parts = append(parts, s.Key+"="+s.Value)
		}
	}
	hash := sha256.New()
	for _, part := range parts {
		fmt.Fprintf(hash, "%s\x00", strings.Join(strings.Fields(commentPattern.ReplaceAllString(part, " ")), " "))
	}
	return hex.EncodeToString(hash.Sum(nil)[:8])
}

// otherSQL stands in place of the SQL of a check that an audit ran as another one.
const otherSQL = "-- The audit ran another SQL, or with other settings, than hubgraph had when this program was\n-- started: start it again."

// AsRan are checks as the audit of a DuckDB file ran them, of which the settings are those in
// the file. Of a check that was another one then, such as one of the user's that has been
// edited since, nobody here knows the SQL: it says so.
func AsRan(ctx context.Context, db *sql.DB, auditID string, checks []Check) ([]Check, error) {
	settings, err := readSettings(ctx, db)
	if err != nil {
		return nil, err
	}
	versions := map[string]string{}
	err = each(ctx, db, "SELECT check_id, version FROM check_results WHERE audit_id = ? AND version IS NOT NULL", []any{auditID}, func(rows *sql.Rows) error {
		var id, version string
		err := rows.Scan(&id, &version)
		versions[id] = version
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the versions of checks: %w", err)
	}
	asRan := slices.Clone(checks)
	for i, c := range asRan {
		own, _ := settingsOf(settings, c.ID)
		if then, ran := versions[c.ID]; ran && then != c.version(own) {
			asRan[i].SQL = otherSQL
		}
	}
	return asRan, nil
}

// settingsOf are the settings as one check reads them: a row whose key is CHECK.NAME stands
// in place of those of that name, for this check alone. own reports whether there is any.
func settingsOf(all []Setting, check string) (settings []Setting, own bool) {
	given := map[string]bool{}
	for _, s := range all {
		if name, ok := strings.CutPrefix(s.Key, check+"."); ok {
			given[settingOf(name)] = true
			settings = append(settings, Setting{name, s.Value})
		}
	}
	for _, s := range all {
		if !given[settingOf(s.Key)] && !strings.Contains(s.Key, ".") {
			settings = append(settings, s)
		}
	}
	slices.SortFunc(settings, func(a, b Setting) int { return compareTexts(a.Key, b.Key, a.Value, b.Value) })
	return settings, len(given) > 0
}

// QueryOf is the check's query as an audit asks it in a database with these settings.
func (c Check) QueryOf(settings []Setting) string {
	own, differs := settingsOf(settings, c.ID)
	if !differs {
		return c.SQL
	}
	return Inline(c.SQL, map[string]string{"settings": asTable(own)})
}

// asTable is a query that gives settings as the table of that name does.
func asTable(settings []Setting) string {
	if len(settings) == 0 {
		return "SELECT key, value FROM main.settings WHERE FALSE"
	}
	rows := make([]string, len(settings))
	for i, s := range settings {
		rows[i] = fmt.Sprintf("(%s, %s)", literal(s.Key), literal(s.Value))
	}
	return "SELECT key, value FROM (VALUES " + strings.Join(rows, ", ") + ") AS s(key, value)"
}
