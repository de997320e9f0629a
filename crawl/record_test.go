package crawl

import (
	"fmt"
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
		Scope:   Scope{Properties: map[string][]string{"0-1": {"firstname", "lastname", "email"}}},
		Stages: []graphmodel.Stage{
			{ObjectType: "deals", PipelineID: "default", StageID: "closedwon", IsClosed: &yes, IsWon: &yes},
			{ObjectType: "deals", PipelineID: "default", StageID: "open", IsClosed: &no, IsWon: &no},
		},
	}
}

func TestRecordOfADeal(t *testing.T) {
	created := time.Date(2026, 1, 2, 3, 4, 5, 678_901_234, time.UTC)
	tr := testPlan().translator(hubspot.ObjectType{ID: "0-3", Name: "deals"})
	got, unreadable := tr.record(hubspot.Object{ID: 5_000_000_000, CreatedAt: created, Properties: map[string]string{
		"pipeline": "default", "dealstage": "closedwon", "amount": "1234.50", "closedate": "2026-03-01T00:00:00Z",
		"hubspot_owner_id": "42", "hs_object_id": "5000000000", "dealname": "not asked for",
	}})
	micro, closed, owner, yes := created.Truncate(time.Microsecond), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), int64(42), true
	want := graphmodel.Record{Key: graphmodel.Key{Type: "deals", ID: 5_000_000_000}, CreatedAt: &micro, OwnerID: &owner,
		PipelineID: "default", StageID: "closedwon", IsClosed: &yes, IsWon: &yes, Amount: "1234.50", Currency: "EUR", CloseDate: &closed,
		URL: "https://app.hubspot.com/contacts/77/record/0-3/5000000000", Properties: map[string]string{}}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || unreadable != 0 {
		t.Error(unreadable, diff)
	}
}

// recordOf is a record without what could not be read.
func recordOf(tr *translator, o hubspot.Object) graphmodel.Record {
	r, _ := tr.record(o)
	return r
}

func TestRecordKeepsOfPeopleOnlyWhatWasAskedFor(t *testing.T) {
	contact := hubspot.Object{ID: 1, Properties: map[string]string{"email": "Ada@Example.COM", "hs_email_domain": "example.com", "firstname": "Ada", "lastname": "L", "phone": "1"}}
	tr := testPlan().translator(hubspot.ObjectType{ID: "0-1", Name: "contacts"})
	got := recordOf(tr, contact)
	if got.Name != "Ada L" || got.EmailDomain != "example.com" || got.Properties["email"] != "Ada@Example.COM" || got.Properties["phone"] != "" {
		t.Errorf("asked for names and e-mail: %+v", got)
	}
	delete(contact.Properties, "hs_email_domain")
	if got := recordOf(tr, contact).EmailDomain; got != "example.com" {
		t.Errorf("of the address that was asked for it keeps the domain %q", got)
	}
	plan := testPlan()
	plan.Scope = Scope{}
	tr = plan.translator(hubspot.ObjectType{ID: "0-1", Name: "contacts"})
	if diff := cmp.Diff([]string{"associatedcompanyid", "hs_email_domain", mergedIDs, "hubspot_owner_id", "lifecyclestage"}, tr.properties); diff != "" {
		t.Errorf("of contacts it asks for other properties: %s", diff)
	}
	got = recordOf(tr, contact)
	if got.Name != "" || got.EmailDomain != "" || len(got.Properties) != 0 {
		t.Errorf("asked for nothing: %+v", got)
	}
}

func TestMergedInto(t *testing.T) {
	got := hubspot.Object{ID: 7, Properties: map[string]string{mergedIDs: "5; 6;7;x;"}}.MergedIDs()
	if diff := cmp.Diff([]int64{5, 6}, got); diff != "" {
		t.Error(diff)
	}
}

// TestValuesThatCannotBeReadKeepTheirText has amounts in all the spellings in which
// integrations send them.
func TestValuesThatCannotBeReadKeepTheirText(t *testing.T) {
	s := serve(t, "2026-09", amounts, sim.Options{})
	result := s.crawl(t, Scope{Types: []string{"deals"}})
	read := map[int64]string{301: "1800.00", 303: "15000000", 304: "0.0001", 305: "123.4568", 306: "1000", 307: "5", 308: "0.5", 309: "5", 311: "0",
		312: "99999999999999.9999", 314: "-12.5", 317: "12.50", 321: "7"}
	unread := map[int64]map[string]string{302: {"amount": "1,800.00"}, 310: {"amount": "1 800,50"}, 313: {"amount": "99999999999999.99999"}, 315: {"amount": "NaN"},
		316: {"amount": "€12"}, 318: {"amount": "922337203685477.5807"}, 321: {"closedate": "next week", "hubspot_owner_id": "Ann"}}
	for r, err := range result.Records() {
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(unread[r.ID], r.Properties, cmpopts.EquateEmpty()); r.Amount != read[r.ID] || diff != "" || r.CloseDate != nil || r.OwnerID != nil {
			t.Errorf("%s: amount %q, want %q; properties: %s", r.Key, r.Amount, read[r.ID], diff)
		}
	}
	if c := cellOf(t, result.Snapshot, "objects", "deals", ""); c.Unreadable != 8 || !c.Complete {
		t.Errorf("the coverage is %+v", c)
	}
}

const amounts = `
property deals amount "Amount" type=string
deals 301 amount=1800.00
deals 302 amount="1,800.00"
deals 303 amount=1.5E7
deals 304 amount=0.00005
deals 305 amount=123.45678
deals 306 amount=1e3
deals 307 amount=+5
deals 308 amount=.5
deals 309 amount=5.
deals 310 amount="1 800,50"
deals 311 amount=-0
deals 312 amount=99999999999999.9999
deals 313 amount=99999999999999.99999
deals 314 amount="-12.5"
deals 315 amount=NaN
deals 316 amount="€12"
deals 317 amount="12.50 "
deals 318 amount=922337203685477.5807
deals 319 amount=" "
deals 321 amount=7 closedate="next week" hubspot_owner_id=Ann
`

// TestRowsWithoutDates has rows without the keys that every row has, and one whose
// date is none.
func TestRowsWithoutDates(t *testing.T) {
	for name, fault := range map[string]sim.Fault{"null": {Name: "time-null", Param: "1"}, "missing": {Name: "time-missing", Param: "1"}, "odd": {Name: "time-odd", Param: "1"}} {
		s := serve(t, "2026-09", "deals 1 created=2025-03-04T05:06:07Z", sim.Options{Faults: []sim.Fault{fault}})
		result := s.crawl(t, Scope{Types: []string{"deals"}})
		c := cellOf(t, result.Snapshot, "objects", "deals", "")
		for r, err := range result.Records() {
			if err != nil || r.CreatedAt == nil || !r.CreatedAt.Equal(time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC)) || !c.Complete {
				t.Errorf("%s: created %v, complete %t, %v", name, r.CreatedAt, c.Complete, err)
			}
			if odd := r.Properties["createdAt"] != ""; odd != (name == "odd") || odd != (c.Unreadable == 1) {
				t.Errorf("%s: of %d unreadable values the record keeps %v", name, c.Unreadable, r.Properties)
			}
		}
	}
}

// TestDealsInStagesThatAreGone takes from the deal itself whether it is closed where
// no stage says so.
func TestDealsInStagesThatAreGone(t *testing.T) {
	s := serve(t, "2026-09", `
pipeline deals default "Sales"
stage deals default won "Closed won" isClosed=true probability=1.0
stage deals default open "Open" isClosed=false probability=0.2
deals 301 pipeline=default dealstage=won
deals 302 pipeline=default dealstage=open hs_is_closed=true hs_is_closed_won=true
deals 303 pipeline=default dealstage=gone hs_is_closed=true hs_is_closed_won=true
deals 304 dealstage=won hs_is_closed=true
deals 305 pipeline=gone dealstage=open hs_is_closed=false hs_is_closed_won=false
deals 306 pipeline=default dealstage=gone hs_is_closed=maybe
`, sim.Options{})
	says := func(closed *bool) string {
		if closed == nil {
			return "?"
		}
		return fmt.Sprint(*closed)
	}
	want := map[int64]string{301: "true true", 302: "false false", 303: "true true", 304: "true ?", 305: "false false", 306: "? ?"}
	for r, err := range s.crawl(t, Scope{Types: []string{"deals"}}).Records() {
		if got := says(r.IsClosed) + " " + says(r.IsWon); err != nil || got != want[r.ID] || len(r.Properties) > 0 && r.ID != 306 {
			t.Errorf("%s is closed and won: %s, want %s; %v %v", r.Key, got, want[r.ID], r.Properties, err)
		}
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
