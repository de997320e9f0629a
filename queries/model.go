package queries

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

//go:embed models/*.sql
var modelFiles embed.FS

// Model is a word that checks are written in: a query over the tables of a snapshot
// and over other models, which the DuckDB file holds as a view.
type Model struct {
	Name        string // of its file and its view
	Description string
	Columns     []ModelColumn // in the order of the query
	Reads       []string      // tables and models that the query names, in order
	// Kept says that the DuckDB file holds the model as a table: it is small and costs more
	// than a scan, or several others read it.
	Kept   bool
	SQL    string
	Source string // the whole file
}

// ModelColumn is a column of a model.
type ModelColumn struct{ Name, Comment string }

var (
	textPattern = regexp.MustCompile(`'(?:[^']|'')*'`)
	// extractPattern finds a FROM that no table follows.
	extractPattern = regexp.MustCompile(`(?i)\bextract\s*\(\s*\w+\s+from\b`)
	sourcePattern  = regexp.MustCompile(`(?i)\b(distinct\s+)?(?:from|join)\s+(?:main\.)?([a-z_]\w*)`)
	ownPattern     = regexp.MustCompile(`(?i)\b([a-z_]\w*)\s+as\s+\(`)
	columnPattern  = regexp.MustCompile(`^-- column ([a-z_]+): (.+)$`)
)

// keptLine is the line of a model's file that makes it one that is kept.
const keptLine = "-- kept"

// Models lists the models, each behind those that it reads.
func Models() []Model { return slices.Clone(models()) }

// models reads them once.
var models = sync.OnceValue(func() []Model {
	entries, err := modelFiles.ReadDir("models")
	if err != nil {
		panic(fmt.Sprintf("the embedded models cannot be listed: %v", err))
	}
	all := map[string]Model{}
	for _, e := range entries {
		text, err := modelFiles.ReadFile("models/" + e.Name())
		if err != nil {
			panic(fmt.Sprintf("the embedded model %s cannot be read: %v", e.Name(), err))
		}
		m, err := ParseModel(e.Name(), string(text))
		if err != nil {
			panic(fmt.Sprintf("an embedded model is wrong: %v", err))
		}
		all[m.Name] = m
	}
	return closure(all, slices.Sorted(maps.Keys(all)))
})

// closure lists the models among the names, and those that they read, each behind
// those that it reads itself.
func closure(all map[string]Model, names []string) []Model {
	var ordered []Model
	met := map[string]bool{}
	var visit func(name string)
	visit = func(name string) {
		m, ok := all[name]
		if !ok || met[name] {
			return
		}
		met[name] = true
		for _, read := range m.Reads {
			visit(read)
		}
		ordered = append(ordered, m)
	}
	for _, name := range names {
		visit(name)
	}
	return ordered
}

// ParseModel reads a model from the text of its file: comment lines that describe it
// and its columns, then one SELECT.
func ParseModel(name, text string) (Model, error) {
	m := Model{Name: strings.TrimSuffix(path.Base(name), ".sql"), Source: text}
	lines := strings.Split(text, "\n")
	for len(lines) > 0 && strings.HasPrefix(lines[0], "--") {
		line := lines[0]
		lines = lines[1:]
		if line == keptLine {
			m.Kept = true
			continue
		}
		to, rest := &m.Description, strings.TrimLeft(line, "- ")
		if found := columnPattern.FindStringSubmatch(line); found != nil {
			m.Columns = append(m.Columns, ModelColumn{Name: found[1]})
			rest = found[2]
		}
		if len(m.Columns) > 0 {
			to = &m.Columns[len(m.Columns)-1].Comment
		}
		*to = strings.TrimSpace(*to + " " + rest)
	}
	m.SQL = strings.TrimSpace(strings.Join(lines, "\n"))
	m.Reads = Reads(m.SQL)
	if m.Description == "" {
		return m, fmt.Errorf("models/%s: its first lines have to say what it is", name)
	}
	if err := checkQuery(m.SQL); err != nil {
		return m, fmt.Errorf("models/%s: %w", name, err)
	}
	return m, nil
}

// Reads lists the tables and models that a query names behind FROM and JOIN, in
// order, without the queries of its own WITH.
func Reads(query string) []string {
	bare := bareSQL(query)
	own := map[string]bool{}
	for _, found := range ownPattern.FindAllStringSubmatch(bare, -1) {
		own[found[1]] = true
	}
	names := map[string]bool{}
	for _, found := range sourcePattern.FindAllStringSubmatch(extractPattern.ReplaceAllString(bare, " "), -1) {
		if found[1] == "" && !own[found[2]] { // IS DISTINCT FROM names no table
			names[found[2]] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// bareSQL is a query without comments, and with empty texts.
func bareSQL(query string) string {
	return textPattern.ReplaceAllString(commentPattern.ReplaceAllString(query, " "), "''")
}

// ModelsOf lists the models that queries read, themselves or through others, each
// behind those that it reads itself.
func ModelsOf(query ...string) []Model {
	all := map[string]Model{}
	for _, m := range models() {
		all[m.Name] = m
	}
	return closure(all, Reads(strings.Join(query, "\n")))
}

// Models lists the models that the check and its universe read, each behind those that
// it reads itself.
func (c Check) Models() []Model { return ModelsOf(c.SQL, c.Universe) }

// Inline gives a query as one text for DuckDB that reads other queries in place of some
// tables or models, by their names, also where the models do that it reads: a check
// with other settings, or of the baseline night. These other queries name tables as
// main.NAME: without it, a name could be that of another one that is replaced.
func Inline(query string, replace map[string]string) string {
	if len(replace) == 0 {
		return query
	}
	var with []string
	add := func(name, query string) {
		with = append(with, name+" AS NOT MATERIALIZED (\n"+query+"\n)")
	}
	for _, name := range slices.Sorted(maps.Keys(replace)) {
		add(name, replace[name])
	}
	for _, m := range ModelsOf(query) {
		if _, replaced := replace[m.Name]; !replaced {
			add(m.Name, m.SQL)
		}
	}
	return "WITH " + strings.Join(with, ",\n") + "\nSELECT * FROM (\n" + query + "\n) AS inlined"
}
