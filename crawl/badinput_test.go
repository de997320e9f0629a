package crawl

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

// What bad answers are about: the list of contacts, and what contacts list of
// companies.
const (
	contactList  = "GET /crm/objects/*/0-1"
	contactReads = "POST /crm/associations/*/0-1/0-2/batch/read"
)

// TestBadAnswersAreNamed has answers that HubSpot should not give. Each ends, soon,
// in a gap of the cell that it is about, and says what is wrong.
func TestBadAnswersAreNamed(t *testing.T) {
	t.Parallel()
	type bad struct {
		on, fault, param string
		most             int // requests for it
		reason           string
	}
	cases := map[string]bad{}
	for _, tt := range []bad{
		{contactList, "cursor-cycle", "", 2, "pages go in a circle"},
		{contactList, "cursor-cycle", "2", 3, "pages go in a circle"},
		{contactList, "empty-page", "", 3, "pages go in a circle"},
		{contactList, "old-rows", "", 4, "bring nothing new"},
		{contactList, "null-results", "", 3, "it has no results"},
		{contactList, "html", "", 3, "text/html"},
		{contactList, "content-type", "text/plain", 3, "text/plain"},
		{contactList, "two-documents", "", 3, "a key comes twice"},
		{contactList, "bom", "", 3, "invalid character"},
		{contactList, "invalid-utf8", "", 3, "not UTF-8"},
		{contactList, "nan", "", 3, "invalid character"},
		{contactList, "duplicate-keys", "", 3, "a key comes twice"},
		{contactList, "empty", "", 3, "without a body"},
		{contactList, "no-content", "", 3, "status 204"},
		{contactList, "not-json", "", 3, "unexpected end of JSON"},
		{contactList, "garbage", "", 3, "invalid character"},
		{contactList, "deep", "10000", 3, "64 deep"},
		{contactList, "huge", "200000000", 1, "larger than an answer can be"},
		{contactList, "gzip-bomb", "1024", 1, "larger than an answer can be"},
		{contactList, "long-value", "104857600", 1, "larger than an answer can be"},
		{contactList, "many-results", "1000000", 1, "larger than an answer can be"},
		{contactReads, "cursor-cycle", "", 3, "pages go in a circle"},
		{contactReads, "stranger", "", 3, "not asked for"},
		{contactReads, "too-many", "", 3, "or twice"},
		{contactReads, "null-results", "", 3, "it has no results"},
		{contactReads, "html", "", 3, "text/html"},
		{contactReads, "deep", "10000", 3, "64 deep"},
		{contactReads, "content-type", "application/octet-stream", 3, "octet-stream"},
		{contactReads, "empty", "", 3, "without a body"},
		{contactReads, "no-content", "", 3, "status 204"},
		{contactReads, "not-json", "", 3, "is not HubSpot's"},
		{contactReads, "two-documents", "", 3, "a key comes twice"},
		{contactReads, "bom", "", 3, "invalid character"},
		{contactReads, "invalid-utf8", "", 3, "not UTF-8"},
		{contactReads, "nan", "", 3, "invalid character"},
		{contactReads, "duplicate-keys", "", 3, "a key comes twice"},
		{contactReads, "old-rows", "", 6, "bring nothing new"},
		{contactReads, "gzip-bomb", "1024", 1, "larger than an answer can be"},
		{contactReads, "many-results", "1000000", 1, "larger than an answer can be"},
		{contactReads, "huge", "200000000", 1, "larger than an answer can be"},
		{contactReads, "unanswered", "", 4, "asked twice and not answered"},
	} {
		cases[tt.fault+tt.param+" "+strings.Fields(tt.on)[0]] = tt
	}
	atOnce(t, cases, func(t *testing.T, tt bad) {
		s := serve(t, "2026-09", severalPages, sim.Options{PageSize: 2, Faults: []sim.Fault{{Name: tt.fault, Param: tt.param, On: tt.on}}})
		result := s.crawl(t, contactScope)
		met := 0
		for _, r := range s.server.Requests() {
			if r.Fault == tt.fault {
				met++
			}
		}
		if met == 0 || met > tt.most {
			t.Errorf("it is asked for %d times, want %d at most", met, tt.most)
		}
		isGap(t, result.Snapshot, tt.on, tt.reason)
	})
}

// severalPages is a portal whose contacts fill more than one page of the list,
// and of which one has more than one page of companies.
var severalPages = contacts(150) + "companies 2\ncompanies 3\ncompanies 4\ncompanies 5\n" +
	"contacts 1 -> companies 2\ncontacts 1 -> companies 3\ncontacts 1 -> companies 4\ncontacts 1 -> companies 5\n"

// isGap checks that a snapshot names what went wrong, where it did and nowhere
// else.
func isGap(t *testing.T, s *graphmodel.Snapshot, on, reason string) {
	t.Helper()
	of, rest := cell(t, s, "objects", "contacts", ""), cell(t, s, "associations", "companies", "contacts")
	if on == contactReads {
		of = cell(t, s, "associations", "contacts", "companies")
	}
	if s.Complete || of.Complete || of.Verdict != graphmodel.VerdictIncomplete || !strings.Contains(of.Reason, reason) {
		t.Errorf("the snapshot is complete: %t, the cell: %t, %s, for %q; want a reason with %q", s.Complete, of.Complete, of.Verdict, of.Reason, reason)
	}
	if !rest.Complete {
		t.Errorf("what went well is a gap too: %+v", rest)
	}
}

// TestErrorDocumentsWithStatus200AreNamed has an answer that says OK and is an
// error.
func TestErrorDocumentsWithStatus200AreNamed(t *testing.T) {
	t.Parallel()
	atOnce(t, map[string]string{"list": contactList, "reads": contactReads}, func(t *testing.T, on string) {
		s := serveSpoiled(t, severalPages, func(a onTheWay) {
			if on == contactList && a.lists() || on == contactReads && strings.HasSuffix(a.request.URL.Path, "/0-1/0-2/batch/read") {
				clear(a.doc)
				a.doc["status"], a.doc["message"] = "error", "internal error"
			}
		})
		isGap(t, s.crawl(t, contactScope).Snapshot, on, "it has no results")
	})
}

// TestNonsenseInHeadersChangesNothing has limits that cannot be.
func TestNonsenseInHeadersChangesNothing(t *testing.T) {
	t.Parallel()
	want := strings.Split(text(t, serve(t, "2026-09", small, sim.Options{PageSize: 2}).crawl(t, contactScope).Snapshot), "\n")
	cases := map[string]string{}
	for _, nonsense := range []string{"", "-1", "0", "many", "1e9", "99999999999999999999"} {
		cases[nonsense] = nonsense
	}
	atOnce(t, cases, func(t *testing.T, nonsense string) { // the client keeps to the slowest of HubSpot's rates
		s := serveSpoiled(t, small, func(a onTheWay) {
			for _, name := range []string{"Max", "Interval-Milliseconds", "Remaining", "Daily", "Secondly", "Secondly-Remaining"} {
				a.header.Set("X-HubSpot-RateLimit-"+name, nonsense)
			}
		})
		result := s.crawl(t, contactScope)
		if diff := cmp.Diff(want, strings.Split(text(t, result.Snapshot), "\n")); diff != "" || !result.Complete {
			t.Errorf("complete: %t\n%s", result.Complete, diff)
		}
	})
}
