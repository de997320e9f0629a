package queries

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var (
	idPattern     = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)
	selectPattern = regexp.MustCompile(`(?is)^(SELECT|WITH)\s`)
	// skipped is what comes before the first word of a query.
	skipped = regexp.MustCompile(`^(\s+|--[^\n]*(\n|$))*`)
)

// headerKeys are the keys of a header. It must have all of them but optionalKeys.
var (
	headerKeys   = []string{"title", "severity", "kind", "description", "advice", "needs", "universe", "identity", "gate", "settings", "properties", "repair", "tags", "maturity"}
	optionalKeys = []string{"kind", "advice", "settings", "properties", "repair"}
)

// columnKey begins the key of a line that says what a column of the query means.
const columnKey = "column "

// headerValue is the value of a key: its lines, and where it starts.
type headerValue struct {
	lines []string
	line  int
}

func (v headerValue) text() string { return strings.TrimSpace(strings.Join(v.lines, " ")) }

// Parse reads a check from the text of its file. Errors name the file, the line
// and what is wrong.
func Parse(name, text string) (Check, error) {
	c := Check{ID: strings.TrimSuffix(path.Base(name), ".sql"), Kind: StateKind, Source: text}
	if !idPattern.MatchString(c.ID) || path.Ext(name) != ".sql" {
		return c, fmt.Errorf("%s: the file's name is the check's id: write it in snake_case, as in deal_without_contact.sql", name)
	}
	header, end, err := parseHeader(name, text)
	if err != nil {
		return c, err
	}
	for _, key := range headerKeys {
		v, ok := header[key]
		switch {
		case !ok && slices.Contains(optionalKeys, key):
			continue
		case v.text() == "":
			return c, fmt.Errorf("%s:%d: the header has no %s", name, max(v.line, 1), key)
		}
		if err := c.set(key, v); err != nil {
			return c, fmt.Errorf("%s:%d: %s: %w", name, v.line, key, err)
		}
	}
	if c.Columns, err = columnsOf(header); err != nil {
		return c, fmt.Errorf("%s:%w", name, err)
	}
	below := strings.Join(strings.Split(text, "\n")[end:], "\n")
	c.SQL = strings.TrimSpace(below)
	c.Line = end + 1 + strings.Count(below[:strings.Index(below, c.SQL)], "\n")
	if err := checkQuery(c.SQL); err != nil {
		return c, fmt.Errorf("%s:%d: the query: %w", name, end+1, err)
	}
	return c, nil
}

// parseHeader reads the leading comment lines, and says how many lines it took.
func parseHeader(name, text string) (header map[string]headerValue, end int, err error) {
	header = map[string]headerValue{}
	key := ""
	for i, line := range strings.Split(text, "\n") {
		comment, ok := strings.CutPrefix(line, "--")
		if !ok {
			return header, i, nil
		}
		if rest, ok := strings.CutPrefix(comment, "  "); ok && key != "" {
			v := header[key]
			v.lines = append(v.lines, strings.TrimRight(strings.TrimPrefix(rest, " "), " \t\r"))
			header[key] = v
			continue
		}
		k, value, ok := strings.Cut(strings.TrimSpace(comment), ":")
		if !ok {
			return nil, 0, fmt.Errorf("%s:%d: %q is no header line: write `-- key: value`, or two blanks after -- to go on with a value", name, i+1, line)
		}
		key = k
		if !slices.Contains(headerKeys, key) && !strings.HasPrefix(key, columnKey) {
			return nil, 0, fmt.Errorf("%s:%d: unknown key %q: the header's keys are %s, and column NAME", name, i+1, key, strings.Join(headerKeys, ", "))
		}
		if _, twice := header[key]; twice {
			return nil, 0, fmt.Errorf("%s:%d: %s is given twice", name, i+1, key)
		}
		header[key] = headerValue{[]string{strings.TrimSpace(value)}, i + 1}
	}
	return header, len(strings.Split(text, "\n")), nil
}

// columnsOf are what a header says of columns.
func columnsOf(header map[string]headerValue) (map[string]string, error) {
	var columns map[string]string
	for key, v := range header {
		name, ok := strings.CutPrefix(key, columnKey)
		if !ok {
			continue
		}
		if !idPattern.MatchString(name) || v.text() == "" {
			return nil, fmt.Errorf("%d: %q is no column: write `-- column NAME: what it means`", v.line, key)
		}
		if columns == nil {
			columns = map[string]string{}
		}
		columns[name] = v.text()
	}
	return columns, nil
}

// set reads the value of one key.
func (c *Check) set(key string, v headerValue) (err error) {
	switch key {
	case "title":
		c.Title = v.text()
	case "severity":
		c.Severity, err = ParseSeverity(v.text())
	case "kind":
		if c.Kind = Kind(v.text()); c.Kind != StateKind && c.Kind != EventKind {
			err = fmt.Errorf("%q is neither state nor event", c.Kind)
		}
	case "description":
		c.Description = v.text()
	case "advice":
		c.advice = v.text()
	case "needs":
		c.Needs, err = parseNeeds(v.text())
	case "universe":
		text := strings.Join(v.lines, "\n")
		c.Universe = strings.TrimSpace(text)
		c.UniverseLine = v.line + strings.Count(text[:strings.Index(text, c.Universe)], "\n")
		err = checkQuery(c.Universe)
	case "identity":
		c.Identity = list(v.text())
		if slices.Contains(c.Identity, Ends) && len(c.Identity) > 1 {
			err = fmt.Errorf("%s stands alone", Ends)
		}
	case "gate":
		c.Gate, err = ParseGate(v.text())
	case "settings":
		c.Settings, err = parseSettings(v.text())
	case "properties":
		c.Properties, err = parseProperties(v.text())
	case "repair":
		c.Repair = v.text()
		rule, isRule := strings.CutPrefix(c.Repair, RepairRule)
		if !c.Determined() && c.Repair != RepairRestore && (!isRule || !idPattern.MatchString(rule)) {
			err = fmt.Errorf("%q is no repair: write %s, %s, %s, %s or %sNAME", c.Repair, RepairInverse, RepairDefault, RepairPrimary, RepairRestore, RepairRule)
		}
	case "tags":
		c.Tags = list(v.text())
	case "maturity":
		if c.Maturity = v.text(); c.Maturity != "stable" && c.Maturity != "experimental" {
			err = fmt.Errorf("%q is neither stable nor experimental", c.Maturity)
		}
	}
	return err
}

// parseSettings reads the settings that a check declares: NAME TYPE DEFAULT, with
// commas between them; a setting of several values may have no default.
func parseSettings(s string) ([]CheckSetting, error) {
	var settings []CheckSetting
	for _, part := range list(s) {
		words := strings.Fields(part)
		if len(words) < 2 || !idPattern.MatchString(words[0]) {
			return nil, fmt.Errorf("%q is no setting: write NAME TYPE DEFAULT, as in grace_hours int 24", part)
		}
		d := CheckSetting{words[0], words[1], strings.Join(words[2:], " ")}
		if err := d.Validate(d.Default); err != nil {
			return nil, err
		}
		settings = append(settings, d)
	}
	return settings, nil
}

// parseProperties reads the properties that a check needs: TYPE NAME, with commas between
// them.
func parseProperties(s string) ([]Property, error) {
	var properties []Property
	for _, part := range list(s) {
		words := strings.Fields(part)
		if len(words) != 2 || !idPattern.MatchString(words[0]) || !idPattern.MatchString(words[1]) {
			return nil, fmt.Errorf("%q is no property: write TYPE NAME, as in contacts associatedcompanyid", part)
		}
		properties = append(properties, Property{words[0], words[1]})
	}
	return properties, nil
}

// Validate says what is wrong with a value of the setting, as people write it.
func (d CheckSetting) Validate(value string) error {
	var err error
	switch d.Type {
	case "int":
		_, err = strconv.ParseInt(value, 10, 32)
	case "number":
		_, err = strconv.ParseFloat(value, 64)
	case "text":
		if value == "" {
			err = strconv.ErrSyntax
		}
	case "list", Pipelines, Groups, Roles:
	default:
		return fmt.Errorf("%s: %q is no type: write int, number, text, list, %s, %s or %s", d.Name, d.Type, Pipelines, Groups, Roles)
	}
	if err != nil {
		return fmt.Errorf("%s: %q is no %s", d.Name, value, map[string]string{"int": "whole number", "number": "number", "text": "text"}[d.Type])
	}
	return nil
}

// list splits a value at its commas.
func list(s string) []string {
	parts := strings.Split(s, ",")
	for i, p := range parts {
		parts[i] = strings.TrimSpace(p)
	}
	return parts
}

// checkQuery makes sure that a text can be one SELECT.
func checkQuery(sql string) error {
	switch {
	case !selectPattern.MatchString(sql[len(skipped.FindString(sql)):]):
		return fmt.Errorf("it must be one SELECT, or WITH and one SELECT")
	case strings.Contains(sql, ";"):
		return fmt.Errorf("it must be one statement without a semicolon")
	}
	return nil
}
