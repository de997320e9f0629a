package settings

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"hubgraph/internal/nearest"
	"hubgraph/queries"
)

// groups reads lists of texts, each of at least two.
func (r *reader) groups(path string, n *yaml.Node) (values []string) {
	list := resolved(n)
	if list.Kind != yaml.SequenceNode {
		r.wrong(n.Line, "%s takes lists, each as - [TEXT, TEXT]", path)
		return nil
	}
	for i, group := range list.Content {
		texts := r.list(path, Key{Kind: Lines}, group)
		if len(texts) < 2 {
			r.wrong(group.Line, "%s: a group has two labels at least", path)
		}
		r.lines[fmt.Sprintf("%s.%d", path, i+1)] = group.Line
		for _, text := range texts {
			values = append(values, fmt.Sprintf("%d:%s", i+1, text))
		}
	}
	return values
}

// roleName is what a role can be called: it stands in the keys of settings.
var roleName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`)

// roles reads what records need whom: keys with values for each name.
func (r *reader) roles(path string, n *yaml.Node) (values []string) {
	for _, role := range r.pairs(n, path, strings.TrimSpace) {
		if !roleName.MatchString(role.key) {
			r.wrong(role.line, "%s: %q is no name: write letters, digits, - and _", path, role.written)
			continue
		}
		values = append(values, r.role(path+"."+role.key, role)...)
	}
	return values
}

// role reads one of them.
func (r *reader) role(path string, role pair) (values []string) {
	given := map[string]bool{}
	for _, p := range r.pairs(role.value, path, underscored) {
		if !slices.Contains(queries.RoleFields, p.key) {
			advice := "there are " + strings.Join(queries.RoleFields, ", ")
			r.wrong(p.line, "unknown key %q below %s: %s", p.written, path, orElse(nearest.Question(p.key, queries.RoleFields), advice))
			continue
		}
		given[p.key] = true
		r.lines[path+"."+p.key] = p.line
		kind := Lines
		switch p.key {
		case "from_amount":
			kind = Number
		case "labels":
		default:
			kind = Text
		}
		texts, _ := r.values(path+"."+p.key, Key{Kind: kind, Some: true}, p)
		for _, text := range texts {
			values = append(values, role.key+":"+p.key+":"+text)
		}
	}
	for _, field := range []string{"type", "to", "labels"} {
		if !given[field] {
			r.wrong(role.line, "%s has no %s: it says which records need whom, as type: deals, to: contacts, labels: [Decision maker]", path, field)
		}
	}
	if given["from_stage"] && !given["pipeline"] {
		r.wrong(role.line, "%s has a from_stage and no pipeline: stages are of one pipeline each", path)
	}
	return values
}

// row is a value of a setting as a row of the table settings. The values of Groups and Roles
// begin with what their rows' keys end with.
func row(setting Setting, name, value string) queries.Setting {
	parts := 0
	switch setting.Type {
	case queries.Groups:
		parts = 1
	case queries.Roles:
		parts = 2
	}
	for range parts {
		part, rest, _ := strings.Cut(value, ":")
		name, value = name+":"+part, rest
	}
	return queries.Setting{Key: name, Value: value}
}

// Places say where the settings of checks stand, FILE:LINE, by the keys of their rows.
func (f *File) Places(c Catalog) map[string]string {
	places := map[string]string{}
	for _, e := range f.Entries {
		key, ok := strings.CutPrefix(e.Key, checksKey+".")
		if !ok {
			continue
		}
		for _, s := range c.rowsOf(key, e.Values) {
			line := cmp.Or(f.lines[checksKey+"."+strings.ReplaceAll(s.Key, ":", ".")], e.Line)
			places[s.Key] = f.Name + ":" + strconv.Itoa(line)
		}
	}
	return places
}

// rowsOf are the rows of the setting that a key below checks is: NAME or CHECK.NAME.
func (c Catalog) rowsOf(key string, values []string) (rows []queries.Setting) {
	name := key[strings.LastIndexByte(key, '.')+1:]
	for _, check := range c.Checks {
		if i := slices.IndexFunc(check.Settings, func(s Setting) bool { return s.Name == name }); i >= 0 {
			for _, v := range values {
				rows = append(rows, row(check.Settings[i], key, v))
			}
			return rows
		}
	}
	return nil
}
