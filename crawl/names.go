package crawl

import (
	"regexp"
	"slices"
	"strings"

	"hubgraph/hubspot"
)

// displayed are HubSpot's own object types whose records are no people, and so are
// read with their names, and the property by which HubSpot shows them (its
// documentation of each object); "": that is in the schema alone.
//
// People are contacts, leads (which are named after them), users, and those whom
// appointments, goals and payments are about. Calls, meetings, e-mails, tasks, notes,
// messages and letters are left out too: what they show is a subject or a body, in
// which people write about people.
var displayed = map[string]string{
	"companies": "name", "deals": "dealname", "tickets": "subject", "products": "name", "line_items": "name",
	"quotes": "hs_title", "invoices": "hs_number", "subscriptions": "hs_name", "orders": "hs_order_name", "carts": "hs_cart_name",
	"discounts": "hs_label", "fees": "hs_label", "taxes": "hs_label", "contracts": "",
	"services": "hs_name", "courses": "hs_course_name", "listings": "hs_name", "projects": "hs_name",
	"campaigns": "hs_name", "marketing_events": "hs_event_name",
}

// onRequest are properties that make the name of a record of any other type, joined
// by blanks, where they are asked for by name.
var onRequest = []string{"firstname", "lastname", "hs_given_name", "hs_family_name", "name", "hs_lead_name", "hs_appointment_name", "hs_goal_name",
	"hs_call_title", "hs_meeting_title", "hs_email_subject", "hs_task_subject"}

// ofPeople are properties that name people or their addresses, whatever object type
// has them: a custom object that is shown by one is about people.
var ofPeople = regexp.MustCompile(`(?i)e[-_]?mail|phone|(first|last|full|given|family|middle|maiden)_?name|surname`)

// nameProperties are the properties that hold the names of a type's records, the best
// first; none where they are people. A property that the portal does not have is
// passed over by HubSpot.
func (p *Plan) nameProperties(t hubspot.ObjectType) []string {
	documented, own := displayed[t.Name]
	if !own && !t.Custom() {
		return nil
	}
	shown := p.shown[t.ID]
	if ofPeople.MatchString(shown) {
		return nil
	}
	names := slices.DeleteFunc([]string{shown, documented}, func(name string) bool { return name == "" })
	return slices.Compact(names)
}

// shownBy is the property by which people know the records of a type: its display
// property, or the first one that is shown beside it where there is none.
func shownBy(s hubspot.Schema) string {
	if s.Display == "" && len(s.SecondaryDisplay) > 0 {
		return s.SecondaryDisplay[0]
	}
	return s.Display
}

// name is what people call a record: nothing of people, but for what was asked for.
func (t *translator) name(v *values) string {
	if name := strings.TrimSpace(v.text(t.names...)); name != "" {
		return name
	}
	var parts []string
	for _, property := range onRequest {
		if text := strings.TrimSpace(v.text(property)); text != "" && t.asked[property] {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}
