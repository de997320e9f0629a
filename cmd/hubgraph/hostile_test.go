package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// hostileNames are what a custom object, a label and a property may be called where
// somebody means harm, or means none: names that a disk, SQL or a terminal would
// take for another one or for a command.
var hostileNames = []string{
	"Cars", "cars", "Straße", "STRASSE", "caf\u00e9", "cafe\u0301", "K", "\u212a", // the last is the Kelvin sign
	strings.Repeat("x", 300), strings.Repeat("x", 299) + "y", "..", "../../../../tmp/hubgraph-was-here", "a\x00b", "ab", "a\nb",
	"\x1b[2J\x1b[31mred", "\u202egnp.exe", "CON", "objects", `x'; DROP TABLE objects; --`, `"quoted"`, "$(id)%s", "[*]?", `\N\G"];a->b`, " ",
}

// TestHostileNamesAreNames crawls, audits, asks and draws a portal whose custom
// objects, labels and properties have hostile names: each stays apart from the
// others and keeps its text, and none becomes the name of a file or steers a
// terminal.
func TestHostileNamesAreNames(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	url := serveHostile(t)
	call := func(args ...string) string {
		t.Helper()
		cmd := exec.Command("hubgraph", args...)
		cmd.Dir = root
		cmd.Env = append(os.Environ(), "HUBSPOT_ACCESS_TOKEN=any", "HUBSPOT_BASE_URL="+url)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		if err := cmd.Run(); err != nil {
			t.Errorf("%q: %v, %s", args, err, &stderr)
		}
		for _, text := range []string{stdout.String(), stderr.String()} {
			if slices.Contains(args, "json") { // it keeps every text, for programs
				continue
			}
			if i := strings.IndexFunc(text, func(r rune) bool {
				return r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
			}); i >= 0 {
				t.Errorf("%q steers the terminal with %q", args, text[i:min(len(text), i+20)])
			}
		}
		return stdout.String()
	}
	var properties []string
	for _, name := range hostileNames {
		if !strings.ContainsAny(name, "\x00,") && strings.TrimSpace(name) != "" {
			properties = append(properties, name)
		}
	}
	call("run", "-v", "--properties", "contacts="+strings.Join(properties, ","))
	for _, args := range []string{"audit", "snapshots list", "snapshots verify", "rebuild", "draw map", "draw map --format svg", "draw record contacts:1", "draw component contacts:1 --format mmd", "checks"} {
		call(strings.Fields(args)...)
	}
	want := map[string]string{}
	for _, name := range hostileNames {
		want["p_"+name] = fmt.Sprintf("%s: 1 record, 1 link", name)
	}
	got := map[string]string{}
	rows := call("sql", "--format", "json", `SELECT t.object_type, t.label,
		(SELECT count(*) FROM objects o WHERE o.object_type = t.object_type) AS records,
		(SELECT count(*) FROM associations a JOIN association_types d USING (from_type, to_type, category, type_id)
			WHERE a.to_type = t.object_type AND d.label = t.label) AS links
		FROM object_types t WHERE t.object_type LIKE 'p\_%' ESCAPE '\'`)
	for _, row := range parseRows(t, rows) {
		got[row["object_type"].(string)] = fmt.Sprintf("%v: %v record, %v link", row["label"], row["records"], row["links"])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("object types, labels, records and links (-want +got):\n%s", diff)
	}
	views := parseRows(t, call("sql", "--format", "json", `SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal AND comment LIKE 'Associations from contacts to p\_%' ESCAPE '\'`))
	if len(views) != len(hostileNames) {
		t.Errorf("%d views of %d pairs: %v", len(views), len(hostileNames), views)
	}
	var each []string
	for _, v := range views {
		each = append(each, `SELECT labels FROM "`+strings.ReplaceAll(v["view_name"].(string), `"`, `""`)+`"`)
	}
	if labels := parseRows(t, call("sql", "--format", "json", "SELECT DISTINCT labels FROM ("+strings.Join(each, " UNION ALL ")+")")); len(labels) != len(hostileNames) {
		t.Errorf("the views have the labels %v", labels)
	}
	var kept []string
	for _, row := range parseRows(t, call("sql", "--format", "json", `SELECT unnest(map_keys(properties)) AS name FROM objects WHERE object_type = 'contacts'`)) {
		kept = append(kept, row["name"].(string))
	}
	slices.Sort(properties)
	if diff := cmp.Diff(properties, slices.Sorted(slices.Values(kept))); diff != "" {
		t.Errorf("properties (-want +got):\n%s", diff)
	}
	plainFilesOnly(t, root)
}

// plainFilesOnly finds no name below a folder that somebody else thought of.
func plainFilesOnly(t *testing.T, root string) {
	t.Helper()
	plain := regexp.MustCompile(`^[a-z_.-]*(=?[0-9TZ-]+)?(\.[a-z]+)?$`)
	if err := filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err == nil && name != root && !plain.MatchString(e.Name()) {
			t.Errorf("a file is called %q", name)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Lstat("/tmp/hubgraph-was-here"); err == nil {
		t.Error("a name led out of the folder")
	}
}

func parseRows(t *testing.T, text string) (rows []map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &rows); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return rows
}

// serveHostile serves a portal with a contact, and a custom object and a record of
// it for each of the names. What the simulator calls by numbers gets the names on
// its way: its language has none of these.
func serveHostile(t *testing.T) (url string) {
	t.Helper()
	var text strings.Builder
	text.WriteString("contacts 1")
	for i := range hostileNames {
		fmt.Fprintf(&text, " property%d=value%d", i, i)
	}
	for i := range hostileNames {
		fmt.Fprintf(&text, `
object p_t%[1]d 2-%[2]d singular=name%[1]d plural=name%[1]d
label contacts p_t%[1]d
label contacts "name%[1]d" p_t%[1]d "back"
p_t%[1]d 1
contacts 1 -> p_t%[1]d 1 "name%[1]d"
`, i, 1001+i)
	}
	portal, err := sim.Parse("portal", text.String())
	if err != nil {
		t.Fatal(err)
	}
	server := sim.NewServer(portal, sim.Options{})
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { hostileAnswer(t, server, w, r) }))
	t.Cleanup(web.Close)
	return web.URL
}

var (
	simName     = regexp.MustCompile(`"(t|name)([0-9]+)"`)
	simProperty = regexp.MustCompile(`"property([0-9]+)"`)
)

// hostileAnswer has the simulator answer, and puts the names into its answer. The
// names of properties are put back into what is asked.
func hostileAnswer(t *testing.T, server http.Handler, w http.ResponseWriter, r *http.Request) {
	r.Header.Del("Accept-Encoding")
	query := r.URL.Query()
	for i, asked := range query["properties"] {
		names := strings.Split(asked, ",")
		for j, name := range names {
			if n := slices.Index(hostileNames, name); n >= 0 {
				names[j] = "property" + strconv.Itoa(n)
			}
		}
		query["properties"][i] = strings.Join(names, ",")
	}
	r.URL.RawQuery = query.Encode()
	answer := httptest.NewRecorder()
	server.ServeHTTP(answer, r)
	name := func(of *regexp.Regexp) func([]byte) []byte {
		return func(found []byte) []byte {
			parts := of.FindSubmatch(found)
			n, err := strconv.Atoi(string(parts[len(parts)-1]))
			if err != nil || n >= len(hostileNames) {
				return found
			}
			text, err := json.Marshal(hostileNames[n])
			if err != nil {
				t.Error(err)
			}
			return text
		}
	}
	body := simProperty.ReplaceAllFunc(simName.ReplaceAllFunc(answer.Body.Bytes(), name(simName)), name(simProperty))
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body) // a client that ends does not care
}
