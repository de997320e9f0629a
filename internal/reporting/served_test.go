package reporting_test

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/internal/nightly"
	"hubgraph/internal/nightlytest"
	"hubgraph/internal/reporting"
	"hubgraph/internal/web"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// TestABodyChangesNoPage: what is kept under an address is what the address asks for, also
// where who asked first sent a form along.
func TestABodyChangesNoPage(t *testing.T) {
	base := explored(t, nightlytest.Nights(t, wines, ""), web.Guard{})
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for _, field := range []string{"q", "from", "to", "night", "page"} {
		if err := form.WriteField(field, "planted"); err != nil {
			t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/find", "/path", "/sql", "/record/deals/301", "/check/deal_fully_orphaned"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, bytes.NewReader(body.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", form.FormDataContentType())
		answer, err := browser.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		first, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if status, page := got(t, base+path); status != http.StatusOK || strings.Contains(page, "planted") || page != string(first) {
			t.Errorf("%s: %d after\n%s\n%s", path, status, first, page)
		}
	}
}

// TestAnAuditKeptAsideIsNotTheReport: after an audit of one check, and the DuckDB file made
// again, the pages and the map on them are still of the audit of all checks.
func TestAnAuditKeptAsideIsNotTheReport(t *testing.T) {
	files := nightlytest.Nights(t, wines, "", orphan)
	base := explored(t, files, web.Guard{})
	paths := []string{"/", "/checks", "/check/deal_fully_orphaned"}
	var before []string
	for _, path := range paths {
		_, page := got(t, base+path)
		before = append(before, page)
	}
	checks, err := queries.Select("self_association")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := nightly.Audit(t.Context(), nightly.Auditing{Files: files, Checks: checks, Rules: nightly.DefaultRules()}); err != nil {
		t.Fatal(err)
	}
	if _, err := files.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	for i, path := range paths {
		if status, page := got(t, base+path); status != http.StatusOK || page != before[i] {
			t.Errorf("%s: %d, and not as before:\n%s", path, status, cmp.Diff(before[i], page))
		}
	}
}

// TestTheSQLOfACheckIsWhatTheAuditRan: where a check of the user is edited and run while the
// explorer has it as it was, the pages do not show that for what was run.
func TestTheSQLOfACheckIsWhatTheAuditRan(t *testing.T) {
	files := nightlytest.Nights(t, wines, "")
	const header = `-- title: Deal of little worth
-- severity: low
-- kind: state
-- description: It costs more to sell than it brings.
-- advice: Ask for more.
-- needs: objects deals
-- universe: SELECT 'deals' AS subject_type, count(*) AS n FROM objects
-- identity: subject_type, subject_id
-- gate: never
-- tags: money
-- maturity: stable
`
	check := func(most int) []queries.Check {
		c, err := queries.ParseOwn("own_little.sql", header+fmt.Sprintf("SELECT d.object_type AS subject_type, d.object_id AS subject_id FROM live d WHERE d.object_type = 'deals' AND d.amount < %d", most))
		if err != nil {
			t.Fatal(err)
		}
		return []queries.Check{c}
	}
	server := httptest.NewServer(web.Explorer(reporting.NewExplorer(files, check(10), report.Options{})))
	t.Cleanup(server.Close)
	for _, most := range []int{10, 20} {
		rules := nightly.DefaultRules()
		rules.Own = check(most)
		rules.Settings = append(queries.DefaultSettings(rules.Own...), queries.Setting{Key: "deal_without_contact.grace_hours", Value: "72"})
		if _, err := nightly.Audit(t.Context(), nightly.Auditing{Files: files, Rules: rules}); err != nil {
			t.Fatal(err)
		}
		for _, path := range []string{"/", "/check/own_little"} {
			_, page := got(t, server.URL+path)
			if known := strings.Contains(page, "d.amount &lt; 10"); known != (most == 10) || strings.Contains(page, "The audit ran another SQL") == known {
				t.Errorf("after an audit with %d, %s says\n%s", most, path, page[strings.Index(page, "<main"):])
			}
		}
		if _, page := got(t, server.URL+"/check/deal_without_contact"); !strings.Contains(page, "FROM half_orphans") {
			t.Errorf("a check with a setting of its own says\n%s", page[strings.Index(page, "<main"):])
		}
	}
}

// TestAnErasedRecordIsOnNoPage asks for pages that name a contact, erases it, and asks again:
// also what was kept in the meantime no longer names it.
func TestAnErasedRecordIsOnNoPage(t *testing.T) {
	files := nightlytest.Nights(t, strings.Replace(wines, "contacts 101 ", "contacts 101 lastname=Lovelace ", 1), "", orphan)
	base := explored(t, files, web.Guard{})
	paths := []string{"/", "/checks", "/find?q=101", "/record/contacts/101", "/record/contacts/101/companies", "/record/companies/201", "/record/companies/201/contacts", "/record/deals/301", "/path?from=contacts:101&to=companies:201"}
	all, err := files.Snapshots()
	if err != nil {
		t.Fatal(err)
	}
	for _, night := range all {
		paths = append(paths, "/record/deals/301?night="+night.ID, "/record/companies/201?night="+night.ID)
	}
	for _, check := range []string{"/check/edge_removed", "/check/newly_orphaned"} {
		_, page := got(t, base+check)
		for _, m := range regexp.MustCompile(`href="(/finding/[0-9a-f]+)"`).FindAllStringSubmatch(page, -1) {
			paths = append(paths, m[1])
		}
		paths = append(paths, check)
	}
	names := regexp.MustCompile(`contacts[:/ ]101\b|Lovelace`)
	named := 0
	for _, path := range paths {
		if _, page := got(t, base+path); names.MatchString(page) {
			named++
		}
	}
	if _, err := nightly.Erase(t.Context(), nightly.Erasing{Files: files, Records: []string{"contacts:101"}, Tool: "test"}); err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		status, page := got(t, base+path)
		if at := names.FindString(page); at != "" && !(status == http.StatusNotFound && strings.Contains(path, "101")) || status >= http.StatusInternalServerError {
			t.Errorf("%s: %d names %s\n%s", path, status, at, page[strings.Index(page, "<main"):])
		}
	}
	if named < 10 {
		t.Errorf("%d of %d pages named it before", named, len(paths))
	}
}
