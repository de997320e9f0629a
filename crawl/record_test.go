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
		"hubspot_owner_id": "42", "hs_object_id": "5000000000", "dealname": " Twelve looms", "description": "not asked for",
	}})
	micro, closed, owner, yes := created.Truncate(time.Microsecond), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), int64(42), true
	want := graphmodel.Record{Key: graphmodel.Key{Type: "deals", ID: 5_000_000_000}, Name: "Twelve looms", CreatedAt: &micro, OwnerID: &owner,
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
	plan.Scope = Scope{Needed: map[string][]string{"contacts": {"associatedcompanyid", "lifecyclestage"}, "deals": {"num_associated_contacts"}}}
	tr = plan.translator(hubspot.ObjectType{ID: "0-1", Name: "contacts"})
	contact.Properties["associatedcompanyid"] = "5"
	if got := recordOf(tr, contact).Properties; len(got) != 1 || got["associatedcompanyid"] != "5" {
		t.Errorf("of what is needed it keeps %v", got)
	}
	delete(contact.Properties, "associatedcompanyid")
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

// says writes down what is known of a truth value.
func says(value *bool) string {
	if value == nil {
		return "?"
	}
	return fmt.Sprint(*value)
}

// TestRecordsInStagesThatAreGone takes from the deal itself whether it is closed where
// no stage says so, and from the stage where one does.
func TestRecordsInStagesThatAreGone(t *testing.T) {
	const portal = `
pipeline deals default "Sales"
stage deals default won "Closed won" isClosed=true probability=1.0
stage deals default lost "Closed lost" isClosed=true probability=0.0
stage deals default open "Open" isClosed=false probability=0.2
stage deals default closed "Closed somehow" isClosed=true
stage deals default silent "Says nothing"
pipeline tickets 0 "Support"
stage tickets 0 1 "New" ticketState=OPEN
stage tickets 0 4 "Closed" ticketState=CLOSED isClosed=true
deals 301 pipeline=default dealstage=won
deals 302 pipeline=default dealstage=open hs_is_closed=true hs_is_closed_won=true
deals 303 pipeline=default dealstage=gone hs_is_closed=true hs_is_closed_won=true
deals 304 dealstage=won hs_is_closed=true
deals 305 pipeline=gone dealstage=open hs_is_closed=false hs_is_closed_won=false
deals 306 pipeline=default dealstage=gone hs_is_closed=maybe
deals 307 pipeline=default dealstage=won hs_is_closed=false hs_is_closed_won=false
deals 308 pipeline=default dealstage=closed hs_is_closed_won=true
deals 309 pipeline=default dealstage=silent hs_is_closed=true hs_is_closed_won=false
deals 310 pipeline=default dealstage=lost
deals 311 pipeline=default dealstage=gone
tickets 401 hs_pipeline=0 hs_pipeline_stage=4
tickets 402 hs_pipeline=0 hs_pipeline_stage=1
tickets 403 hs_pipeline=0 hs_pipeline_stage=9
`
	want := map[int64]string{301: "true true", 302: "false false", 303: "true true", 304: "true ?", 305: "false false", 306: "? ?", 307: "true true",
		308: "true true", 309: "true false", 310: "true false", 311: "? ?", 401: "true ?", 402: "false ?", 403: "? ?"}
	bothVersions(t, func(t *testing.T, version string) {
		s := serve(t, version, portal, sim.Options{})
		for r, err := range s.crawl(t, Scope{Types: []string{"deals", "tickets"}}).Records() {
			if got := says(r.IsClosed) + " " + says(r.IsWon); err != nil || got != want[r.ID] || len(r.Properties) > 0 && r.ID != 306 {
				t.Errorf("%s is closed and won: %s, want %s; %v %v", r.Key, got, want[r.ID], r.Properties, err)
			}
		}
	})
}

// TestDealsWithoutPipelines has a portal that refuses the pipelines: deals say
// themselves whether they are closed.
func TestDealsWithoutPipelines(t *testing.T) {
	const portal = `
pipeline deals default "Sales"
stage deals default won "Closed won" isClosed=true probability=1.0
stage deals default open "Open" isClosed=false probability=0.2
deals 1 pipeline=default dealstage=won
deals 2 pipeline=default dealstage=open
`
	s := serve(t, "2026-09", portal, sim.Options{Faults: []sim.Fault{{Name: "403", On: "pipelines"}}})
	want := map[int64]string{1: "true true", 2: "false false"}
	for r, err := range s.crawl(t, Scope{Types: []string{"deals"}}).Records() {
		if got := says(r.IsClosed) + " " + says(r.IsWon); err != nil || got != want[r.ID] {
			t.Errorf("%s is closed and won: %s, want %s; %v", r.Key, got, want[r.ID], err)
		}
	}
}

// TestCurrencies takes an amount without a currency of its own to be in the portal's.
func TestCurrencies(t *testing.T) {
	const portal = `
portal 77 currency=CHF
deals 1 amount=5 deal_currency_code=USD
deals 2 amount=5
deals 3 amount=5 deal_currency_code=" eur "
deals 4 amount="1,5"
deals 5
deals 6 deal_currency_code=USD
line_items 7 amount=5 hs_line_item_currency_code=USD
line_items 8 amount=0
`
	want := map[int64]string{1: "USD", 2: "CHF", 3: "EUR", 4: "CHF", 5: "", 6: "USD", 7: "USD", 8: "CHF"}
	bothVersions(t, func(t *testing.T, version string) {
		for r, err := range serve(t, version, portal, sim.Options{}).crawl(t, Scope{Types: []string{"deals", "line_items"}}).Records() {
			if r.Currency != want[r.ID] || err != nil {
				t.Errorf("%s is in %q, want %q; %v", r.Key, r.Currency, want[r.ID], err)
			}
		}
	})
}

// TestTimes takes the properties where a record's own keys have no time, or one that
// engines do not agree on, and is silent where nothing says it.
func TestTimes(t *testing.T) {
	at, old := time.Date(2025, 3, 4, 5, 6, 7, 0, time.UTC), time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)
	for name, tt := range map[string]struct {
		object           hubspot.Object
		created, updated *time.Time
		kept             map[string]string
	}{
		"nothing":           {object: hubspot.Object{}},
		"keys":              {object: hubspot.Object{CreatedAt: at, UpdatedAt: at, Properties: map[string]string{"createdate": "2020-01-01T00:00:00Z"}}, created: &at, updated: &at},
		"createdate":        {object: hubspot.Object{Properties: map[string]string{"createdate": "2025-03-04T05:06:07Z", "lastmodifieddate": "2025-03-04T05:06:07Z"}}, created: &at, updated: &at},
		"of custom objects": {object: hubspot.Object{Properties: map[string]string{"hs_createdate": "1741064767000", "hs_lastmodifieddate": "2025-03-04T05:06:07Z"}}, created: &at, updated: &at},
		"the year 0": {object: hubspot.Object{CreatedAt: old, Properties: map[string]string{"hs_createdate": "2025-03-04T05:06:07Z"}}, created: &at,
			kept: map[string]string{"createdAt": "0000-01-01T00:00:00Z"}},
		"none that is one": {object: hubspot.Object{Unreadable: map[string]string{"createdAt": "soon", "archivedAt": "late"}, Properties: map[string]string{"createdate": "never"}},
			kept: map[string]string{"createdAt": "soon", "archivedAt": "late"}},
	} {
		got, unreadable := testPlan().translator(hubspot.ObjectType{ID: "2-1", Name: "p_cars"}).record(tt.object)
		if diff := cmp.Diff([]*time.Time{tt.created, tt.updated}, []*time.Time{got.CreatedAt, got.UpdatedAt}); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if diff := cmp.Diff(tt.kept, got.Properties, cmpopts.EquateEmpty()); diff != "" || unreadable < len(tt.kept) {
			t.Errorf("%s: %d unreadable values: %s", name, unreadable, diff)
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
