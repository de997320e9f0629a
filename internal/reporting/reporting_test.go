package reporting_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"os"
	"regexp"
	"strings"
	"testing"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/leaks"
	"hubgraph/internal/nightlytest"
	"hubgraph/internal/reporting"
	"hubgraph/internal/web"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

func TestMain(m *testing.M) { os.Exit(leaks.Watch(m).Run()) }

// wines is a portal with a deal that a night orphans.
const wines = `
portal 77
pipeline deals default Sales
stage deals default open Open isClosed=false
contacts 101 created=2025-01-01T00:00:00Z
companies 201 created=2025-01-01T00:00:00Z
deals 301 dealname="Eagle Wines" created=2025-01-01T00:00:00Z pipeline=default dealstage=open amount=5 deal_currency_code=EUR
contacts 101 -> companies 201
deals 301 -> contacts 101
deals 301 -> companies 201
`

const orphan = "unlink deals 301 contacts 101\nunlink deals 301 companies 201\n"

// nights crawls and audits a portal after each of some nights.
func nights(t *testing.T, texts ...string) reporting.Job {
	t.Helper()
	return reporting.Job{Files: nightlytest.Nights(t, wines, texts...), Locked: true}
}

// made is the report of a night.
func made(t *testing.T, job reporting.Job, night string) (*queries.Report, *web.Facts, string) {
	t.Helper()
	audit, err := job.Stored(t.Context(), night)
	if err != nil {
		t.Fatal(err)
	}
	facts, err := job.Facts(t.Context(), audit)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := web.NewReport(&b, facts, report.Options{})
	for e := range report.Events(audit, report.Options{}) {
		if err := w.Write(e); err != nil {
			t.Fatal(err)
		}
	}
	return audit, facts, b.String()
}

// TestTheFactsAreThoseOfTheNights: history, coverage, map and pictures of the newest night
// and of the one before it.
func TestTheFactsAreThoseOfTheNights(t *testing.T) {
	job := nights(t, "", orphan)
	audit, facts, page := made(t, job, "")
	history := facts.Results["deal_fully_orphaned"]
	if len(facts.Nights) != 2 || len(history) != 2 || *history[0] != 0 || *history[1] != 1 {
		t.Errorf("the history has %v nights: %v", facts.Nights, history)
	}
	if len(facts.Coverage) == 0 || len(facts.Gaps) > 0 || len(facts.Counts) == 0 || len(facts.Missing) > 0 {
		t.Errorf("coverage %v, gaps %v, counts %v, missing %v", facts.Coverage, facts.Gaps, facts.Counts, facts.Missing)
	}
	drawn := 0
	for _, f := range audit.Findings {
		if facts.Pictures[f.Fingerprint] != nil {
			drawn++
		}
	}
	if want := regexp.MustCompile(`<details class="check"`).FindAllString(page, -1); drawn != len(want) || drawn == 0 {
		t.Errorf("%d pictures of %d checks", drawn, len(want))
	}
	ids := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if ids[m[1]] {
			t.Errorf("the id %s stands twice", m[1])
		}
		ids[m[1]] = true
	}

	first, facts, page := made(t, job, audit.Baseline.SnapshotID)
	if len(facts.Nights) != 1 || len(facts.Fresh) > 0 || first.Baseline != nil || strings.Contains(page, "lost_types") {
		t.Errorf("the first night has %d nights, %d new findings", len(facts.Nights), len(facts.Fresh))
	}
}

// TestTheSQLIsThatOfTheFigures: each query of the page runs, and gives what the page says.
func TestTheSQLIsThatOfTheFigures(t *testing.T) {
	job := nights(t, "", orphan)
	audit, facts, page := made(t, job, "")
	db, err := duckdb.OpenPublished(job.Files.Dir(), 0)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	rows := map[string][]map[string]any{}
	for _, m := range regexp.MustCompile(`(?s)<details class="sql" id="sql-(\w+)"><summary>.*?<code>(.*?)</code>`).FindAllStringSubmatch(page, -1) {
		var b bytes.Buffer
		if err := duckdb.Query(t.Context(), &b, db, html.UnescapeString(m[2]), duckdb.Form{Format: "json"}); err != nil {
			t.Errorf("%s: %v", m[1], err)
			continue
		}
		var all []map[string]any
		if err := json.Unmarshal(b.Bytes(), &all); err != nil {
			t.Fatal(err)
		}
		rows[m[1]] = all
	}
	open := 0
	for _, f := range audit.Findings {
		if f.Open() {
			open++
		}
	}
	if got := rows["open"][0]["open"]; got != float64(open) || open == 0 {
		t.Errorf("%d findings are open, and the query says %v", open, got)
	}
	if got := rows["money"]; len(got) != 1 || got[0]["money"] != 5.0 || got[0]["currency"] != "EUR" {
		t.Errorf("the money is %v", got)
	}
	if got := len(rows["new"]); got != len(facts.Fresh) || got == 0 {
		t.Errorf("%d findings are new, and the query says %d", len(facts.Fresh), got)
	}
	if got := len(rows["coverage"]); got != len(facts.Coverage) {
		t.Errorf("the coverage has %d rows, and the query %d", len(facts.Coverage), got)
	}
	if len(rows) != 8 || len(rows["verdict"]) == 0 || len(rows["nights"]) == 0 {
		t.Errorf("the page has the queries %v", rows)
	}
}

// TestANightThatIsGone has a report of what the audit says.
func TestANightThatIsGone(t *testing.T) {
	job := nights(t, "", orphan)
	audit, _, _ := made(t, job, "")
	entry, err := job.Files.Find(audit.Baseline.SnapshotID)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(entry.Path); err != nil {
		t.Fatal(err)
	}
	_, facts, page := made(t, job, audit.Baseline.SnapshotID)
	if facts.Gone == "" || !strings.Contains(page, "are not known any more") {
		t.Errorf("of a night that is gone the page says %q", facts.Gone)
	}
	if _, err := job.Stored(t.Context(), "20200101T000000Z"); !errors.Is(err, lake.ErrNoSnapshot) {
		t.Errorf("a night that never was: %v", err)
	}
}
