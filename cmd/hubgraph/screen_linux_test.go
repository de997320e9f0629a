package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jedib0t/go-pretty/v6/text"
)

// shown is what a command line prints on a terminal of so many columns, or where columns
// is 0, into a pipe. vars are the environment.
func shown(t *testing.T, columns uint16, vars map[string]string, args ...string) string {
	t.Helper()
	e := &env{stdin: strings.NewReader(""), getenv: func(name string) string { return vars[name] }, environ: func() []string { return append(os.Environ(), "LC_ALL=C.UTF-8") }}
	var complaints bytes.Buffer
	e.stderr = &complaints
	printed := ""
	code := 0
	if columns == 0 {
		var out bytes.Buffer
		e.stdout = &out
		code = run(context.Background(), e, args)
		printed = out.String()
	} else {
		screen, device := openTerminal(t, columns)
		e.stdout = device
		drawn := make(chan string)
		go func() {
			all, _ := io.ReadAll(screen) // a terminal that nobody has open any more is an error
			drawn <- string(all)
		}()
		code = run(context.Background(), e, args)
		device.Close()
		printed = strings.ReplaceAll(<-drawn, "\r\n", "\n")
	}
	if code != 0 && code != exitCheckFailed {
		t.Fatalf("hubgraph %s: exit code %d: %s", strings.Join(args, " "), code, complaints.String())
	}
	return printed
}

// smallPortal has a few findings, some with long names.
const smallPortal = `portal 77
label contacts 21 "Advisor" companies 22 "Advises"
contacts 1
contacts 2
companies 11 name="Rösterei Kahlenberg und Söhne, Handelsgesellschaft für Kaffee"
companies 12 name=咖啡
contacts 1 -> companies 11 primary "Advisor"
contacts 2 -> companies 12 primary
deals 301 dealname="A deal with a name that no screen of eighty columns can show as a whole" amount=5000 created=2020-01-01
deals 302 created=2020-01-01
deals 303 created=2020-01-01
deals 304 created=2020-01-01
deals 305 created=2020-01-01
`

// smallData is a data folder of two nights of smallPortal, in the working folder.
func smallData(t *testing.T) string {
	t.Helper()
	_, _, url := served(t, smallPortal)
	const dir = "nights" // where a line is broken depends on how long it is
	for range 2 {
		shown(t, 0, map[string]string{"HUBSPOT_ACCESS_TOKEN": "any", "HUBSPOT_BASE_URL": url, "HUBGRAPH_DATA": dir}, "run", "--quiet")
	}
	return dir
}

// passing is what differs from run to run: times and sizes, of which no digit stays.
var passing = regexp.MustCompile(`[0-9]{8}T[0-9]{6}Z|[0-9]{4}-[0-9]{2}-[0-9]{2}|\b[0-9]{2}:[0-9]{2}(:[0-9]{2})?\b|[0-9]+\.[0-9] kB`)

// lasting is a text without what differs from run to run, as wide as it was.
func lasting(s string) string {
	return passing.ReplaceAllStringFunc(s, func(found string) string {
		return strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return '0'
			}
			return r
		}, found)
	})
}

// escape is what colours a text.
var escape = regexp.MustCompile("\x1b\\[[0-9;]*m")

// TestScreens prints what only reads on terminals of 80 and 120 columns and into a pipe,
// and holds it against testdata/screens. No line is wider than its terminal; with colours
// it is the same text; and what is piped has none and is cut nowhere.
func TestScreens(t *testing.T) {
	goldens, err := filepath.Abs(filepath.Join("testdata", "screens"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	dir := smallData(t)
	finding := strings.Fields(strings.Split(shown(t, 0, map[string]string{"HUBGRAPH_DATA": dir}, "findings", "--check", "deal_fully_orphaned"), "\n")[2])[0]
	for _, tt := range []struct {
		args   []string
		golden string // empty: what it prints changes with every check or flag
	}{
		{[]string{"checks"}, ""},
		{[]string{"checks", "deal_fully_orphaned"}, "check"},
		{[]string{"settings"}, ""},
		{[]string{"snapshots", "list"}, "snapshots"},
		{[]string{"snapshots", "verify"}, ""},
		{[]string{"audit", "--stored", "last"}, "audit"},
		{[]string{"findings"}, "findings"},
		{[]string{"findings", "--group-by", "check"}, "groups"},
		{[]string{"findings", finding}, "finding"},
		{[]string{"diff"}, "diff"},
		{[]string{"sql", "SELECT object_type, object_id, name, created_at, amount, degree, component, url, seen, archived FROM objects ORDER BY ALL"}, "sql"},
		{[]string{"sql", "SELECT object_type, object_id, name, created_at, amount, degree, component, url, seen, archived FROM objects WHERE object_id = 301"}, "turned"},
		{[]string{"sql", "SELECT i FROM range(50) AS r(i)"}, "many"},
		{[]string{"repair", "status"}, "status"},
	} {
		name := strings.Join(tt.args, " ")
		var all strings.Builder
		for _, columns := range []uint16{80, 120, 0} {
			vars := map[string]string{"HUBGRAPH_DATA": dir, "TERM": "xterm", "HUBGRAPH_PAGER": "cat", "NO_COLOR": "1"}
			plain := shown(t, columns, vars, tt.args...)
			for line := range strings.Lines(plain) {
				if n := text.StringWidth(strings.TrimSuffix(line, "\n")); columns > 0 && n > int(columns) {
					t.Errorf("%s: %d columns at %d: %s", name, n, columns, line)
				}
			}
			vars["NO_COLOR"] = ""
			coloured := shown(t, columns, vars, tt.args...)
			if escape.ReplaceAllString(coloured, "") != plain {
				t.Errorf("%s at %d: with colours it is another text:\n%s\nwithout\n%s", name, columns, coloured, plain)
			}
			if strings.Contains(plain, "\x1b") || columns == 0 && (coloured != plain || strings.Contains(plain, "…\n")) {
				t.Errorf("%s at %d is coloured or cut:\n%s", name, columns, plain)
			}
			vars["TERM"] = "dumb"
			if dumb := shown(t, columns, vars, tt.args...); dumb != plain {
				t.Errorf("%s at %d on a dumb terminal:\n%s", name, columns, dumb)
			}
			fmt.Fprintf(&all, "== %d\n%s", columns, lasting(plain))
		}
		if tt.golden != "" {
			compareScreen(t, filepath.Join(goldens, tt.golden+".txt"), all.String())
		}
	}
	if coloured := shown(t, 80, map[string]string{"HUBGRAPH_DATA": dir, "TERM": "xterm", "HUBGRAPH_PAGER": "cat"}, "findings"); !strings.Contains(coloured, "\x1b[1;31mcritical\x1b[0m") {
		t.Errorf("there are no colours on a terminal:\n%q", coloured)
	}
}

// compareScreen holds what was printed against a file; with -update it writes the file.
func compareScreen(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(strings.Split(readFile(t, name), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", name, diff)
	}
}

// TestPager has a pager of its own show what does not fit the terminal, and only that, and
// only there.
func TestPager(t *testing.T) {
	vars := map[string]string{"TERM": "xterm", "NO_COLOR": "1", "HUBGRAPH_PAGER": "sed s/^/paged:/", "PAGER": "false"}
	if got := shown(t, 80, vars, "checks"); !strings.HasPrefix(got, "paged:CHECK ") || strings.Count(got, "\npaged:") < 40 {
		t.Errorf("a long result was not paged:\n%.300s", got)
	}
	vars["HUBGRAPH_PAGER"] = "exit 3" // who reads nothing, or leaves early, is no error
	if got := shown(t, 80, vars, "checks"); got != "" {
		t.Errorf("a pager that was left shows\n%.300s", got)
	}
	vars["HUBGRAPH_PAGER"] = "sed s/^/paged:/"
	for _, tt := range []struct {
		columns uint16
		args    []string
	}{{80, []string{"checks", "--no-pager"}}, {0, []string{"checks"}}, {80, []string{"settings"}}} {
		if got := shown(t, tt.columns, vars, tt.args...); got == "" || strings.Contains(got, "paged:") {
			t.Errorf("%q in %d columns prints\n%.300s", tt.args, tt.columns, got)
		}
	}
	vars["HUBGRAPH_PAGER"], vars["PAGER"] = "", "sed s/^/second:/"
	if got := shown(t, 80, vars, "checks"); !strings.HasPrefix(got, "second:CHECK ") {
		t.Errorf("PAGER was not asked:\n%.300s", got)
	}
}
