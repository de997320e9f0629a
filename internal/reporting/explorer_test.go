package reporting_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"hubgraph/export/duckdb"
	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightlytest"
	plain "hubgraph/internal/nights"
	"hubgraph/internal/reporting"
	"hubgraph/internal/web"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// explored serves the explorer of some files until the test ends.
func explored(t testing.TB, files *duckdb.Files, guard web.Guard) string {
	t.Helper()
	server := httptest.NewServer(guard.Around(web.Explorer(reporting.NewExplorer(files, nil, report.Options{}))))
	t.Cleanup(server.Close)
	return server.URL
}

// browser keeps its connections for as many as ask at once.
var browser = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}

// got is a page, with its status.
func got(t testing.TB, address string) (int, string) {
	t.Helper()
	answer, err := browser.Get(address)
	if err != nil {
		t.Error(err)
		return 0, ""
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Error(err)
	}
	return answer.StatusCode, string(page)
}

// TestThePagesOfTheExplorer: what each page says of a deal that lost its links in a night.
func TestThePagesOfTheExplorer(t *testing.T) {
	files := nightlytest.Nights(t, wines, "", orphan)
	base := explored(t, files, web.Guard{})
	_, page := got(t, base+"/record/deals/301")
	found := regexp.MustCompile(`href="(/finding/[0-9a-f]{64})"`).FindStringSubmatch(page)
	first := regexp.MustCompile(`href="/record/deals/301(\?night=[^"]*)"`).FindStringSubmatch(page)
	if found == nil || first == nil {
		t.Fatalf("the page of the deal names no finding and no night:\n%s", page)
	}
	for _, c := range []struct {
		path string
		says []string
	}{
		{"/", []string{`action="/find"`, `href="/record/deals/301"`, "<li><b>4</b> new</li>"}},
		{"/find?q=eagle", []string{`<a href="/record/deals/301">Eagle Wines</a>`}},
		{"/find?q=301", []string{`<a href="/record/deals/301">Eagle Wines</a>`}},
		{"/find?q=deal:301", []string{`<a href="/record/deals/301">Eagle Wines</a>`}},
		{"/find?q=nobody", []string{"No record has that id"}},
		{"/record/deals/301", []string{"It is linked to nothing", "Open findings", "− <a href=\"/record/companies/201\">", "<svg", "pipeline: Sales"}},
		{"/record/0-3/301", []string{"Eagle Wines"}},
		{"/record/deals/301" + first[1], []string{"Picture over the nights", `data-there="`, "aria-current"}},
		{"/record/companies/201", []string{`href="/record/companies/201/contacts"`, `<a href="/record/contacts/101"`}},
		{"/record/companies/201/contacts", []string{"<h2 id=\"h-neighbors\">1 contacts</h2>"}},
		{"/path?from=contacts:101&to=companies:201", []string{"are linked directly", "<svg", `<a href="/record/contacts/101">`}},
		{"/path", []string{"A path between two records"}},
		{"/checks", []string{`<a href="/check/deal_fully_orphaned">`}},
		{"/check/deal_fully_orphaned", []string{"1 finding<", "SELECT", found[1][:20]}},
		{"/check/edge_removed", []string{"the night that still had it, last-complete."}},
		{found[1], []string{"Eagle Wines", "<svg", "What to do", "History", "new"}},
		{found[1][:len("/finding/")+10], []string{"Eagle Wines"}},
		{"/sql?q=" + url.QueryEscape("SELECT object_id AS id, NULL AS nothing FROM objects WHERE name = 'Eagle Wines'"), []string{"<th scope=\"col\">id</th>", "<td>301</td><td></td>"}},
		{"/sql?q=" + url.QueryEscape("FROM range(501)"), []string{"only the first 500"}},
	} {
		status, page := got(t, base+c.path)
		if status != http.StatusOK {
			t.Errorf("%s: %d\n%s", c.path, status, page)
		}
		for _, text := range c.says {
			if !strings.Contains(page, text) {
				t.Errorf("%s does not say %q:\n%s", c.path, text, page[strings.Index(page, "<body"):])
			}
		}
		if strings.Contains(page, `class="notice"`) && c.path != "/" {
			t.Errorf("%s lacks something:\n%s", c.path, page[strings.Index(page, "<body"):])
		}
	}
}

// TestARecordWithVeryManyNeighbors: one page lists some of 40,000, its picture folds the
// others, and the last of the other pages has the rest.
func TestARecordWithVeryManyNeighbors(t *testing.T) {
	portal, err := nightlytest.Folder(t).Portal(7)
	if err != nil {
		t.Fatal(err)
	}
	n := plain.First()
	company := graphmodel.Key{Type: "companies", ID: 10}
	for i := range int64(40_000) {
		deal := graphmodel.Key{Type: "deals", ID: 1000 + i}
		n.Records = append(n.Records, graphmodel.Record{Key: deal, Name: fmt.Sprintf("Deal %05d", i)})
		n.Link(deal, company, plain.Plain3)
		n.Link(company, deal, plain.Plain4)
	}
	slices.SortStableFunc(n.Records, func(a, b graphmodel.Record) int {
		return cmp.Or(strings.Compare(a.Key.Type, b.Key.Type), cmp.Compare(a.Key.ID, b.Key.ID))
	})
	if _, err := portal.Publish(t.Context(), n.Snapshot(portal.NewID(plain.Start))); err != nil {
		t.Fatal(err)
	}
	files := duckdb.Of(portal, 0)
	if _, err := files.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	base := explored(t, files, web.Guard{})
	for path, says := range map[string][]string{
		"/record/companies/10":                 {"Neighbours: 40,005<", "39,991 deals<", "Page 1 of 401"},
		"/record/companies/10/deals":           {"40,003 deals<", "Page 1 of 401"},
		"/record/companies/10/deals?page=401":  {"Page 401 of 401", `rel="prev" href="?page=400"`},
		"/record/companies/10/deals?page=9999": {"Page 1 of 401"},
	} {
		status, page := got(t, base+path)
		if status != http.StatusOK || len(page) > 150_000 || strings.Contains(page, `class="notice"`) {
			t.Errorf("%s: %d, %d bytes", path, status, len(page))
		}
		for _, text := range says {
			if !strings.Contains(page, text) {
				t.Errorf("%s does not say %q:\n%.3000s", path, text, page[strings.Index(page, "<main"):])
			}
		}
	}
}

// TestWhatTheExplorerRefuses: one sentence each, and the status that says it to programs.
func TestWhatTheExplorerRefuses(t *testing.T) {
	base := explored(t, nightlytest.Nights(t, wines, ""), web.Guard{})
	for _, c := range []struct {
		path   string
		status int
		says   string
	}{
		{"/record/deals/999", 404, "deals:999 is not in the snapshot"},
		{"/record/cars/1", 404, "no object type &#34;cars&#34;"},
		{"/record/deals/x", 404, "names no record"},
		{"/record/deals/301/tickets", 404, "deals:301 is linked to no tickets"},
		{"/record/deals/301?night=20200101T000000Z", 404, "There is no night 20200101T000000Z"},
		{"/finding/xyz", 404, "is no fingerprint"},
		{"/finding/0000000000", 404, "has no finding 0000000000"},
		{"/check/nope", 404, "has no check nope"},
		{"/path?from=deals:301&to=deals:999", 404, "deals:999 is not in the snapshot"},
		{"/nope", 404, "There is no page /nope"},
		{"/find?q=" + strings.Repeat("x", 201), 400, "more than 200 characters"},
		{"/sql?q=DROP+TABLE+objects", 400, "the DuckDB file is read-only"},
		{"/sql?q=SELECT+1%3BSELECT+2", 400, "only one query at a time"},
		{"/sql?q=" + url.QueryEscape("SELECT * FROM read_csv('/etc/passwd')"), 400, "no other files, no network"},
	} {
		status, page := got(t, base+c.path)
		if status != c.status || !strings.Contains(page, c.says) {
			t.Errorf("%s: %d, and not %d with %q:\n%s", c.path, status, c.status, c.says, page[strings.Index(page, "<body"):])
		}
	}
}

// TestNightsHaveOneLayout: the pictures of two nights differ in nothing but what is a ghost.
func TestNightsHaveOneLayout(t *testing.T) {
	base := explored(t, nightlytest.Nights(t, wines, "", orphan), web.Guard{})
	_, page := got(t, base+"/record/deals/301")
	links := regexp.MustCompile(`href="(/record/deals/301\?night=[^"]*)"`).FindAllStringSubmatch(page, -1)
	if len(links) != 2 {
		t.Fatalf("the page has the nights %v", links)
	}
	svg := regexp.MustCompile(`(?s)<svg.*?</svg>`)
	var pictures [2]string
	for i, link := range links {
		_, page := got(t, base+link[1])
		pictures[i] = svg.FindString(page)
	}
	if pictures[0] == "" || strings.Contains(pictures[0], " ghost") || strings.Count(pictures[1], " ghost") != 4 {
		t.Errorf("two neighbours and their lines went:\n%s\n\n%s", pictures[0], pictures[1])
	}
	if strings.ReplaceAll(strings.ReplaceAll(pictures[1], "node ghost", "node"), "edge ghost", "edge") != pictures[0] {
		t.Errorf("something moved:\n%s\n\n%s", pictures[0], pictures[1])
	}
}

// TestAFolderWithoutAnAudit is refused before anything is served.
func TestAFolderWithoutAnAudit(t *testing.T) {
	files := nightlytest.Nights(t, wines, "")
	if err := reporting.NewExplorer(files, nil, report.Options{}).Ready(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(filepath.Join(files.Dir(), "audits")); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if err := reporting.NewExplorer(files, nil, report.Options{}).Ready(t.Context()); !errors.Is(err, queries.ErrNoAudit) {
		t.Errorf("without an audit: %v", err)
	}
}

const (
	clients = 50  // that ask at once
	each    = 200 // pages that each of them asks for at least, until a while after the night
	fresh   = 50  // one of so many pages is not kept
)

// asked are pages that say which night they are of, and something else of it.
var asked = []string{
	"/record/deals/301?", "/check/deal_fully_orphaned?", "/find?q=eagle", "/record/companies/201?", "/checks?",
	"/sql?q=" + url.QueryEscape("SELECT (SELECT snapshot_id FROM snapshot) AS s, count(*) AS n FROM associations"),
}

// TestEachAnswerIsOfOneNight has many ask while a night is published: whatever they get
// is whole, says one night and is that night's; afterwards no file is held.
func TestEachAnswerIsOfOneNight(t *testing.T) {
	portal, err := sim.Parse("portal", wines)
	if err != nil {
		t.Fatal(err)
	}
	data := nightlytest.Folder(t)
	files := nightlytest.Night(t, data, portal)
	base := explored(t, files, web.Guard{})
	first := nightOf(t, base)
	if err := portal.Script("night", orphan); err != nil {
		t.Fatal(err)
	}
	published := make(chan struct{})
	var wait sync.WaitGroup
	for c := range clients {
		wait.Go(func() {
			for i, after := 0, 0; i < each || after < each/10; i++ {
				path := asked[(c+i)%(len(asked)-1)]
				address := base + path
				if i%fresh == c%fresh { // nobody asks for it again
					path = asked[(c+i/fresh)%len(asked)]
					address = fmt.Sprintf("%s%s&fresh=%d-%d", base, path, c, i)
				}
				status, page := got(t, address)
				for strings.HasPrefix(path, "/sql") && status == http.StatusServiceUnavailable { // others ask in SQL
					time.Sleep(10 * time.Millisecond)
					status, page = got(t, address)
				}
				if fault := mixed(path, status, page, first); fault != "" {
					t.Errorf("%s: %s\n%s", address, fault, page)
					return
				}
				select {
				case <-published:
					after++
				default:
				}
			}
		})
	}
	func() {
		defer close(published)
		nightlytest.Night(t, data, portal)
		if last := nightOf(t, base); last == first {
			t.Errorf("the new night is not shown at once: %s", last)
		}
		if _, err := files.Rebuild(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}()
	wait.Wait()
	held, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range held {
		name, err := os.Readlink("/proc/self/fd/" + fd.Name())
		if err == nil && (strings.Contains(name, ".duckdb") || strings.Contains(name, ".parquet")) {
			t.Errorf("%s is held", name)
		}
	}
}

// TestTheNextAnswerIsOfTheFilesAsTheyAre: a night that goes from the lake goes from a page
// that was asked for before.
func TestTheNextAnswerIsOfTheFilesAsTheyAre(t *testing.T) {
	files := nightlytest.Nights(t, wines, "", orphan)
	address := explored(t, files, web.Guard{}) + "/record/deals/301"
	night := regexp.MustCompile(`href="/record/deals/301\?night=`)
	if _, page := got(t, address); len(night.FindAllString(page, -1)) != 2 {
		t.Fatalf("the page does not have two nights:\n%s", page)
	}
	all, err := files.Snapshots()
	if err != nil {
		t.Fatal(err)
	}
	if err := files.Forget(t.Context(), all[0]); err != nil {
		t.Fatal(err)
	}
	if _, page := got(t, address); len(night.FindAllString(page, -1)) != 1 {
		t.Errorf("the page still has a night that is gone:\n%s", page)
	}
}

// night finds the snapshot that a page names.
var night = regexp.MustCompile(`<footer><div class="wide"><p>Snapshot ([\w-]+) of portal 77`)

func nightOf(t *testing.T, base string) string {
	t.Helper()
	_, page := got(t, base+"/checks")
	found := night.FindStringSubmatch(page)
	if found == nil {
		t.Fatalf("the page names no night:\n%s", page)
	}
	return found[1]
}

// mixed says what is wrong with a page that is of the first night or the one after it.
func mixed(path string, status int, page, first string) string {
	found := night.FindStringSubmatch(page)
	switch {
	case status != http.StatusOK:
		return fmt.Sprint("status ", status)
	case found == nil || !strings.HasSuffix(strings.TrimSpace(page), "</html>"):
		return "it is not whole"
	}
	before := found[1] == first
	says := map[string]bool{ // what pages say of the first night alone
		"/record/deals/301?":          strings.Contains(page, "Links by label"),
		"/check/deal_fully_orphaned?": strings.Contains(page, "<h2>0 findings</h2>"),
	}
	if was, ok := says[path]; ok && was != before {
		return "it mixes nights"
	}
	if strings.HasPrefix(path, "/sql") && !strings.Contains(page, "<td>"+found[1]+"</td>") {
		return "the answer is of another night"
	}
	return ""
}

// TestTheExplorerHasLimits: SQL ends after its time, no more of it is taken on than there
// are places for, and the pictures of the report wait for a place as all others do.
func TestTheExplorerHasLimits(t *testing.T) {
	e := reporting.NewExplorer(nightlytest.Nights(t, wines, ""), nil, report.Options{})
	server := httptest.NewServer(web.Explorer(e))
	defer server.Close()
	e.Limit(50 * time.Millisecond)
	endless := server.URL + "/sql?q=" + url.QueryEscape("SELECT sum(a.range * b.range) FROM range(1000000000) AS a, range(1000000000) AS b")
	if status, page := got(t, endless); status != http.StatusBadRequest || !strings.Contains(page, "The query took more than 50ms, and was ended") {
		t.Errorf("without an end: %d\n%s", status, page)
	}
	e.Occupy()
	answer, err := http.Get(endless)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || !strings.Contains(string(page), "No more than 2 questions in SQL can be answered at once: ask again in a moment.") {
		t.Errorf("one too many: %s, %v, %v\n%s", answer.Status, answer.Header, err, page)
	}
	if status, _ := got(t, server.URL+"/sql"); status != http.StatusOK {
		t.Errorf("the page to ask on: %d", status)
	}
	record := server.URL + "/record/deals/301"
	_, drawn := got(t, record)
	e.Draw()
	if _, page := got(t, record); page != drawn || !strings.Contains(page, "<svg") {
		t.Errorf("a page that was asked for before is made again:\n%s", page)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	if _, err := e.Report(ctx, io.Discard); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a report without a place to draw in: %v", err)
	}
}
