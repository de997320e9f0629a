package queries

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// taken are the words that can follow `hubgraph checks` and are no ids.
var taken = []string{"new", "test"}

// ReadOwn reads the checks that a user keeps in a folder: its files NAME.sql, by name. One
// that is wrong is listed with what is wrong, see [Check]. An error is about the folder, or
// a name that no check of a user can have.
func ReadOwn(dir string) ([]Check, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder of checks cannot be read: %w", err)
	}
	var checks []Check
	for _, e := range entries {
		if e.IsDir() || filepath.Ext(e.Name()) != ".sql" {
			continue
		}
		name := filepath.Join(dir, e.Name())
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("the check cannot be read: %w", err)
		}
		c, err := ParseOwn(name, string(text))
		if err != nil {
			return nil, err
		}
		checks = append(checks, c)
	}
	return checks, nil
}

// ParseOwn reads a check of a user from the text of its file. An error is about its name;
// what else is wrong is in the check, as Broken.
func ParseOwn(name, text string) (Check, error) {
	if err := OwnName(strings.TrimSuffix(filepath.Base(name), ".sql")); err != nil {
		return Check{}, fmt.Errorf("%s: %w", name, err)
	}
	c, err := Parse(filepath.ToSlash(name), text)
	c.File = name
	if err == nil {
		err = c.keepsToItself()
	}
	if err != nil {
		return Check{ID: c.ID, File: name, Source: text, Title: "Check that cannot be read", Severity: High, Kind: StateKind, Gate: Gate{Kind: "new"}, Maturity: "stable", Broken: err.Error()}, nil
	}
	return c, nil
}

// OwnName says what is wrong with a name as the id of a check of a user.
func OwnName(id string) error {
	switch {
	case !idPattern.MatchString(id):
		return fmt.Errorf("%q is no name of a check: write it in snake_case, as in deal_without_owner", id)
	case slices.Contains(taken, id):
		return fmt.Errorf("%q is a command behind `hubgraph checks`: name the check otherwise", id)
	case slices.ContainsFunc(All(), func(c Check) bool { return c.ID == id }):
		return fmt.Errorf("hubgraph itself has a check %s: name the check otherwise", id)
	}
	return nil
}

// keepsToItself makes sure that a check of a user repairs nothing and that its settings are
// no others of the same name.
func (c Check) keepsToItself() error {
	if c.Repair != "" {
		return fmt.Errorf("%s: repair: hubgraph repairs what its own checks find: leave it out", c.File)
	}
	for _, d := range c.Settings {
		for _, known := range All() {
			i := slices.IndexFunc(known.Settings, func(s CheckSetting) bool { return s.Name == d.Name })
			if i >= 0 && known.Settings[i] != d {
				s := known.Settings[i]
				return fmt.Errorf("%s: settings: hubgraph itself has the setting %s: write %s, or name yours otherwise", c.File, s.Name, strings.TrimSpace(strings.Join([]string{s.Name, s.Type, s.Default}, " ")))
			}
		}
	}
	return nil
}

// linePattern is how DuckDB names the line of a query.
var linePattern = regexp.MustCompile(`(?m)^LINE ([0-9]+): `)

// refusals are what DuckDB says of a query that does what no check may, with what to say.
var refusals = []struct{ said, means string }{
	{"read-only mode", "it writes: a check is one SELECT that only reads"},
	{"disabled by configuration", "it reaches outside of the snapshot: a check reads tables and models, and no files and no network"},
	{"disabled through configuration", "it reaches outside of the snapshot: a check reads tables and models, and no files and no network"},
}

// placed is the error of a query that stands in the file of a user from a line on, and
// was asked as part of a text: one line, with the place.
func (c Check) placed(err error, asked, query string, line int) error {
	if c.File == "" || err == nil {
		return err
	}
	said, _, _ := strings.Cut(err.Error(), "\n")
	if found := linePattern.FindStringSubmatch(err.Error()); found != nil {
		n, _ := strconv.Atoi(found[1]) // digits
		n -= strings.Count(asked[:strings.LastIndex(asked, query)], "\n")
		if n >= 1 && n <= 1+strings.Count(query, "\n") {
			line += n - 1
		}
	}
	for _, r := range refusals {
		if strings.Contains(err.Error(), r.said) {
			said = r.means + " (" + said + ")"
			break
		}
	}
	return fmt.Errorf("%s:%d: %s", c.File, line, said)
}
