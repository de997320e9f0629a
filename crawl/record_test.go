package crawl

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

func testPlan() *Plan {
	yes, no := true, false
	return &Plan{
		Account: hubspot.Account{PortalID: 77, Currency: "EUR", UIDomain: "app.hubspot.com"},
		Scope:   Scope{Properties: map[string][]string{"contacts": {"firstname", "lastname", "email"}}},
		Stages: []graphmodel.Stage{
			{ObjectType: "deals", PipelineID: "default", StageID: "closedwon", IsClosed: &yes, IsWon: &yes},
			{ObjectType: "deals", PipelineID: "default", StageID: "open", IsClosed: &no, IsWon: &no},
		},
	}
}

func TestRecordOfADeal(t *testing.T) {
	created := time.Date(2026, 1, 2, 3, 4, 5, 678_901_234, time.UTC)
	tr := testPlan().translator(hubspot.ObjectType{ID: "0-3", Name: "deals"})
	got := tr.record(hubspot.Object{ID: 5_000_000_000, CreatedAt: created, Properties: map[string]string{
		"pipeline": "default", "dealstage": "closedwon", "amount": "1234.50", "closedate": "2026-03-01T00:00:00Z",
		"hubspot_owner_id": "42", "hs_object_id": "5000000000", "dealname": "not asked for",
	}})
	micro, closed, owner, yes := created.Truncate(time.Microsecond), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), int64(42), true
	want := graphmodel.Record{Key: graphmodel.Key{Type: "deals", ID: 5_000_000_000}, CreatedAt: &micro, OwnerID: &owner,
		PipelineID: "default", StageID: "closedwon", IsClosed: &yes, IsWon: &yes, Amount: "1234.50", Currency: "EUR", CloseDate: &closed,
		URL: "https://app.hubspot.com/contacts/77/record/0-3/5000000000", Properties: map[string]string{}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestRecordKeepsOfPeopleOnlyWhatWasAskedFor(t *testing.T) {
	contact := hubspot.Object{ID: 1, Properties: map[string]string{"email": "Ada@Example.COM", "hs_email_domain": "example.com", "firstname": "Ada", "lastname": "L", "phone": "1"}}
	tr := testPlan().translator(hubspot.ObjectType{ID: "0-1", Name: "contacts"})
	got := tr.record(contact)
	if got.Name != "Ada L" || got.EmailDomain != "example.com" || got.Properties["email"] != "Ada@Example.COM" || got.Properties["phone"] != "" {
		t.Errorf("asked for names and e-mail: %+v", got)
	}
	delete(contact.Properties, "hs_email_domain")
	if got := tr.record(contact).EmailDomain; got != "example.com" {
		t.Errorf("of the address that was asked for it keeps the domain %q", got)
	}
	plan := testPlan()
	plan.Scope = Scope{}
	tr = plan.translator(hubspot.ObjectType{ID: "0-1", Name: "contacts"})
	if diff := cmp.Diff([]string{"associatedcompanyid", "hs_email_domain", mergedIDs, "hubspot_owner_id", "lifecyclestage"}, tr.properties); diff != "" {
		t.Errorf("of contacts it asks for other properties: %s", diff)
	}
	got = tr.record(contact)
	if got.Name != "" || got.EmailDomain != "" || len(got.Properties) != 0 {
		t.Errorf("asked for nothing: %+v", got)
	}
}

func TestMomentAndDecimal(t *testing.T) {
	day := time.Date(2026, 5, 6, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{"2026-05-06", "2026-05-06T02:00:00+02:00", "1778025600000"} {
		if got := moment(text); got == nil || !got.Equal(day) {
			t.Errorf("moment(%q) = %v, want %v", text, got, day)
		}
	}
	for _, text := range []string{"", "soon", "2026-13-01"} {
		if got := moment(text); got != nil {
			t.Errorf("moment(%q) = %v, want none", text, got)
		}
	}
	for text, want := range map[string]string{"12": "12", "-0.5": "-0.5", "1e9": "", "NaN": "", "": "", "-": "", ".": "", "123456789012345": "", "00000000000000012": "00000000000000012"} {
		if got := decimal(text); got != want {
			t.Errorf("decimal(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestMergedInto(t *testing.T) {
	got := hubspot.Object{ID: 7, Properties: map[string]string{mergedIDs: "5; 6;7;x;"}}.MergedIDs()
	if diff := cmp.Diff([]int64{5, 6}, got); diff != "" {
		t.Error(diff)
	}
}

// TestAddressesStayWithHubSpot has a contact with an e-mail address, of which the
// crawl asks for the domain alone.
func TestAddressesStayWithHubSpot(t *testing.T) {
	s := serve(t, "2026-09", "contacts 1 email=Ann@Mail.example", sim.Options{})
	for r, err := range s.crawl(t, Scope{Types: []string{"contacts"}}).Records() {
		if err != nil || r.EmailDomain != "mail.example" {
			t.Errorf("the domain is %q, %v", r.EmailDomain, err)
		}
	}
	for _, r := range s.server.Requests() {
		query, err := url.ParseQuery(r.Query)
		if err != nil || slices.Contains(strings.Split(query.Get("properties"), ","), "email") {
			t.Errorf("it asks for addresses: %s %s, %v", r.Path, r.Query, err)
		}
	}
}
