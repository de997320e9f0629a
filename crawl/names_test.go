package crawl

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

const named = `
object p_cars 2-1 display=plate
object p_boats 2-2 display="" secondary=port,maker
object p_guests 2-3 display=guest_email
object p_members 2-4 display=First_Name secondary=number
object p_ghosts 2-5 display=not_there
contacts 1 firstname=Ada lastname=Lovelace email=ada@example.com
companies 1 name="Analytical Engines " domain=engines.example
deals 1 dealname="Twelve looms" amount=5
deals 2
tickets 1 subject="Ann cannot log in" content="Call Ann"
line_items 1 name=Punchcards
products 1 name=Punchcard
quotes 1 hs_title="Offer 1"
invoices 1 hs_number=INV-1
subscriptions 1 hs_name="Cards, monthly"
orders 1 hs_order_name="Order 1"
carts 1 hs_cart_name="Cart 1"
leads 1 hs_lead_name="Ada Lovelace"
appointments 1 hs_appointment_name="Ada, teeth"
users 1 hs_given_name=Ada hs_family_name=Lovelace name="Ada Lovelace"
calls 1 hs_call_title="Call with Ada"
meetings 1 hs_meeting_title="Meet Ada"
emails 1 hs_email_subject="Dear Ada"
notes 1 hs_note_body="Ada called"
tasks 1 hs_task_subject="Call Ada"
p_cars 1 plate=B-AB-12
p_boats 1 port=Kiel maker=Ann
p_guests 1 guest_email=ada@example.com
p_members 1 First_Name=Ada number=7
p_ghosts 1 name=Casper
`

// namesOf are the names of all records of a crawl.
func namesOf(t *testing.T, r *Result) map[string]string {
	t.Helper()
	names := map[string]string{}
	for r, err := range r.Records() {
		if err != nil {
			t.Fatal(err)
		}
		if r.Name != "" {
			names[r.Key.String()] = r.Name
		}
	}
	return names
}

var allNamed = []string{"contacts", "companies", "deals", "tickets", "line_items", "products", "quotes", "invoices", "subscriptions", "orders", "carts", "leads", "appointments",
	"users", "calls", "meetings", "emails", "notes", "tasks", "p_cars", "p_boats", "p_guests", "p_members", "p_ghosts"}

// personalProperties are those that no request may ask for by default.
var personalProperties = []string{"firstname", "lastname", "email", "phone", "hs_lead_name", "hs_appointment_name", "hs_given_name", "hs_family_name", "hs_call_title",
	"hs_meeting_title", "hs_email_subject", "hs_note_body", "hs_task_subject", "content", "guest_email", "First_Name"}

// TestRecordsHaveNamesAndPeopleHaveNone reads records of all kinds, people among
// them, and a custom object whose display property the portal does not have.
func TestRecordsHaveNamesAndPeopleHaveNone(t *testing.T) {
	bothVersions(t, func(t *testing.T, version string) {
		s := serve(t, version, named, sim.Options{})
		result := s.crawl(t, Scope{Types: allNamed})
		want := map[string]string{"companies:1": "Analytical Engines", "deals:1": "Twelve looms", "tickets:1": "Ann cannot log in", "line_items:1": "Punchcards", "products:1": "Punchcard",
			"quotes:1": "Offer 1", "invoices:1": "INV-1", "subscriptions:1": "Cards, monthly", "orders:1": "Order 1", "carts:1": "Cart 1", "p_cars:1": "B-AB-12", "p_boats:1": "Kiel"}
		if diff := cmp.Diff(want, namesOf(t, result)); diff != "" || !result.Complete {
			t.Errorf("complete %t; names: %s", result.Complete, diff)
		}
		for r, err := range result.Records() {
			for name, value := range r.Properties {
				t.Errorf("%s keeps %s=%q beside its name, %v", r.Key, name, value, err)
			}
		}
		for _, r := range s.server.Requests() {
			query, err := url.ParseQuery(r.Query)
			if err != nil || r.Operation == "owners" || slices.ContainsFunc(strings.Split(query.Get("properties"), ","), func(name string) bool { return slices.Contains(personalProperties, name) }) {
				t.Errorf("it asks for people: %s %s, %v", r.Path, r.Query, err)
			}
		}
	})
}

// TestNamesOfPeopleThatAreAskedFor names people whose names were asked for, and
// keeps these as properties, too.
func TestNamesOfPeopleThatAreAskedFor(t *testing.T) {
	s := serve(t, "2026-09", named, sim.Options{})
	result := s.crawl(t, Scope{Types: []string{"contacts", "leads", "calls", "p_members", "deals"}, Properties: map[string][]string{
		"contacts": {"firstname", "lastname", "email"}, "leads": {"hs_lead_name"}, "p_members": {"first_name"}, "deals": {"dealname"}}})
	want := map[string]string{"contacts:1": "Ada Lovelace", "leads:1": "Ada Lovelace", "deals:1": "Twelve looms"}
	if diff := cmp.Diff(want, namesOf(t, result)); diff != "" {
		t.Error(diff)
	}
	for r, err := range result.Records() {
		if r.Key.String() == "deals:1" && r.Properties["dealname"] != "Twelve looms" || r.Type == "contacts" && len(r.Properties) != 3 || err != nil {
			t.Errorf("%s keeps %v, %v", r.Key, r.Properties, err)
		}
	}
}

// TestNamesWithoutSchemas has a portal that refuses the schemas of HubSpot's own
// object types: the documentation names the properties.
func TestNamesWithoutSchemas(t *testing.T) {
	s := serve(t, "2026-09", named, sim.Options{Faults: []sim.Fault{{Name: "403", On: "schema"}}})
	result := s.crawl(t, Scope{Types: []string{"contacts", "deals", "orders"}})
	if diff := cmp.Diff(map[string]string{"deals:1": "Twelve looms", "orders:1": "Order 1"}, namesOf(t, result)); diff != "" {
		t.Error(diff)
	}
}
