package draw

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"html"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/golden"
	"hubgraph/internal/nights"
)

// build makes the DuckDB file of the last of some nights.
func build(t *testing.T, all ...*nights.Night) *sql.DB {
	t.Helper()
	data, err := lake.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	portal, err := data.Portal(7)
	if err != nil {
		t.Fatal(err)
	}
	for i, n := range all {
		if _, err := portal.Publish(t.Context(), n.Snapshot(portal.NewID(nights.Start.AddDate(0, 0, i)))); err != nil {
			t.Fatal(err)
		}
	}
	rebuilt, err := duckdb.Of(portal, 0).Rebuild(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	db, err := duckdb.Open(rebuilt.Path, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func TestMap(t *testing.T) {
	draw := func(all ...*nights.Night) string {
		var dot bytes.Buffer
		if err := WriteMap(t.Context(), &dot, build(t, all...)); err != nil {
			t.Fatal(err)
		}
		return dot.String()
	}
	alone := draw(nights.First())
	golden.Compare(t, "map.golden.dot", alone)
	golden.Compare(t, "map_compared.golden.dot", draw(nights.First(), nights.Second()))
	if again := draw(nights.First()); again != alone {
		t.Error("equal content is drawn in another way")
	}
}

// TestManyLabels keeps the labels that most links carry, or carried.
func TestManyLabels(t *testing.T) {
	r := relation{}
	for i := range int64(15) {
		r.labels = append(r.labels, labelled{string(rune('o' - i)), drift{now: i}})
	}
	r.labels[0].lost = 99
	r.keepLabels()
	var kept string
	for _, l := range r.labels {
		kept += l.label
	}
	if kept != "abcdefghijko" || r.omitted != 3 {
		t.Errorf("kept %q, omitted %d", kept, r.omitted)
	}
	if got := r.attributes(false)[0].value; !strings.HasSuffix(got, `\nand 3 labels more`) {
		t.Errorf("label %s", got)
	}
}

func TestKindLabel(t *testing.T) {
	for _, tt := range []struct {
		kind     kind
		compared bool
		want     string
	}{
		{kind{name: "deals", records: 1, before: 5}, false, "deals|1 record"},
		{kind{name: "deals", records: 1200, before: 1000}, true, "deals|1,200 records (+200)"},
		{kind{name: "deals", records: 3, before: 5, orphans: 1, linkable: true}, true, "deals|3 records (-2)|1 without any link (33.3 %)"},
		{kind{name: "deals", records: 3, before: 3, orphans: 1}, true, "deals|3 records"},
	} {
		if got := strings.Join(tt.kind.label(tt.compared), "|"); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.kind, got, tt.want)
		}
	}
}

// dotStatement is a statement of a drawing as Graphviz would read it.
type dotStatement struct {
	subject    string
	attributes map[string]string
}

// parseDOT reads the part of the language that drawings use, and nothing else.
func parseDOT(t interface{ Fatalf(string, ...any) }, dot string) []dotStatement {
	var statements []dotStatement
	quoted := func(s string) (value, rest string) {
		if !strings.HasPrefix(s, `"`) {
			t.Fatalf("no quoted text at %q", s)
		}
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return s[1:i], s[i+1:]
			}
		}
		t.Fatalf("no end of the text at %q", s)
		return "", ""
	}
	for n, line := range strings.Split(strings.TrimSuffix(dot, "\n"), "\n") {
		line = strings.TrimSpace(line)
		if strings.HasSuffix(line, "{") || line == "}" {
			continue
		}
		s := dotStatement{attributes: map[string]string{}}
		if keyword, rest, ok := strings.Cut(line, " "); ok && (keyword == "graph" || keyword == "node" || keyword == "edge") {
			s.subject, line = keyword, " "+rest
		} else {
			s.subject, line = quoted(line)
			if rest, ok := strings.CutPrefix(line, " -> "); ok {
				var to string
				to, line = quoted(rest)
				s.subject += " -> " + to
			}
		}
		for prefix := " ["; line != ";" && line != "];"; prefix = ", " {
			rest, ok := strings.CutPrefix(line, prefix)
			name, value, found := strings.Cut(rest, "=")
			if !ok || !found {
				t.Fatalf("line %d: no attribute at %q", n+1, line)
			}
			s.attributes[name], line = quoted(value)
		}
		statements = append(statements, s)
	}
	return statements
}

// unescape reads the lines of a label as Graphviz does.
func unescape(label string) []string {
	label = strings.NewReplacer(`\\`, "\x00", `\"`, `"`, `\n`, "\x01").Replace(label)
	return strings.Split(html.UnescapeString(strings.ReplaceAll(label, "\x00", `\`)), "\x01")
}

// TestHostileNamesInDrawings puts any text into the places where a portal's
// names go, and reads the drawing back.
func TestHostileNamesInDrawings(t *testing.T) {
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`\N`, `"];x`, `&lt;b&gt;`, "a\nb", "\\", `</table>`, strings.Repeat("x", 200), "\xff\xfe", "\x1b[31m", "<b>", `\G\E\"`}))
	rapid.Check(t, func(t *rapid.T) {
		a, b, label := text.Draw(t, "a"), text.Draw(t, "b"), text.Draw(t, "label")
		m := shape{kinds: []kind{{name: a, typeID: a}, {name: b + "b", typeID: "0-1"}}}
		m.relations = []relation{{a: a, b: b + "b", labels: []labelled{{label: label}}, links: drift{now: 1}}}
		var drawn []dotStatement
		for _, s := range parseDOT(t, string(m.dot())) {
			if strings.HasPrefix(s.subject, "0-1") || strings.HasPrefix(s.subject, "type") {
				drawn = append(drawn, s)
			}
		}
		if len(drawn) != 3 || drawn[0].subject != "type1" || drawn[1].subject != "0-1" || drawn[2].subject != "type1 -> 0-1" {
			t.Fatalf("drawn: %v", drawn)
		}
		if got, want := unescape(drawn[0].attributes["label"])[0], shown(a); got != want {
			t.Errorf("node %q, want %q", got, want)
		}
		if got, want := unescape(drawn[2].attributes["label"])[1], shown(label)+": 0"; got != want {
			t.Errorf("edge %q, want %q", got, want)
		}
	})
}

// TestRender stands in programs for Graphviz: what is tested is how it is run.
func TestRender(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	if _, err := Render(context.Background(), nil, "svg"); !errors.Is(err, ErrNoGraphviz) || strings.Contains(err.Error(), "\n") {
		t.Errorf("without Graphviz: %v", err)
	}
	program := func(script string) {
		if err := os.WriteFile(filepath.Join(dir, "dot"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	program(`echo "$@"; read line; echo "$line"`)
	picture, err := Render(context.Background(), []byte("digraph {}\n"), "svg")
	if err != nil || string(picture) != "-Tsvg\ndigraph {}\n" {
		t.Errorf("picture %q, %v", picture, err)
	}
	program("echo no such >&2; exit 3")
	if _, err := Render(context.Background(), nil, "png"); err == nil || !strings.Contains(err.Error(), "no such") {
		t.Errorf("a failing program: %v", err)
	}
	if _, err := Render(context.Background(), nil, "pdf -o/etc/passwd"); err == nil {
		t.Error("an unknown format was drawn")
	}
	canceled, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Render(canceled, nil, "svg"); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", -1000: "-1,000", -100: "-100", 1234567: "1,234,567"} {
		if got := count(n); got != want {
			t.Errorf("count(%d) = %s, want %s", n, got, want)
		}
	}
}
