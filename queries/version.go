package queries

import (
	"crypto/sha256"
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
