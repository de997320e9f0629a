package sim

// standardProperties are properties that every portal has, a few of HubSpot's
// some hundred.
var standardProperties = map[string][]string{
	"contacts":   {"email", "firstname", "lastname", "phone", "jobtitle", "lifecyclestage", "hubspot_owner_id", "associatedcompanyid"},
	"companies":  {"name", "domain", "lifecyclestage", "hubspot_owner_id", "city", "industry"},
	"deals":      {"dealname", "pipeline", "dealstage", "amount", "deal_currency_code", "closedate", "hubspot_owner_id"},
	"tickets":    {"subject", "content", "hs_pipeline", "hs_pipeline_stage", "hs_ticket_priority", "hs_ticket_category", "hubspot_owner_id"},
	"line_items": {"name", "quantity", "price", "amount", "hs_line_item_currency_code", "hs_product_id"},
}

// displayed are the properties that records of HubSpot's own object types are shown
// by, where that is not the name (HubSpot's documentation of each object).
var displayed = map[string]string{
	"contacts": "email", "deals": "dealname", "tickets": "subject", "quotes": "hs_title", "invoices": "hs_number", "subscriptions": "hs_name",
	"orders": "hs_order_name", "carts": "hs_cart_name", "discounts": "hs_label", "fees": "hs_label", "taxes": "hs_label", "leads": "hs_lead_name",
	"services": "hs_name", "courses": "hs_course_name", "listings": "hs_name", "appointments": "hs_appointment_name", "projects": "hs_name",
	"marketing_events": "hs_event_name", "campaigns": "hs_name", "goal_targets": "hs_goal_name",
	"calls": "hs_call_title", "meetings": "hs_meeting_title", "emails": "hs_email_subject", "tasks": "hs_task_subject", "notes": "hs_note_body",
}

// usualTypes are the types of standard properties that do not hold plain text.
var usualTypes = map[string]string{
	"amount": "number", "quantity": "number", "price": "number", "associatedcompanyid": "number", "hs_product_id": "number", "closedate": "datetime",
	"hubspot_owner_id": "enumeration", "lifecyclestage": "enumeration", "industry": "enumeration", "pipeline": "enumeration", "dealstage": "enumeration",
	"hs_pipeline": "enumeration", "hs_pipeline_stage": "enumeration", "deal_currency_code": "enumeration", "hs_line_item_currency_code": "enumeration",
	"hs_ticket_priority": "enumeration", "hs_ticket_category": "enumeration",
}

// usualOptions are the values, each with its label, that standard properties of a
// new portal can have.
var usualOptions = map[string][][2]string{
	"lifecyclestage": {{"subscriber", "Subscriber"}, {"lead", "Lead"}, {"marketingqualifiedlead", "Marketing Qualified Lead"}, {"salesqualifiedlead", "Sales Qualified Lead"},
		{"opportunity", "Opportunity"}, {"customer", "Customer"}, {"evangelist", "Evangelist"}, {"other", "Other"}},
	"hs_ticket_priority": {{"LOW", "Low"}, {"MEDIUM", "Medium"}, {"HIGH", "High"}, {"URGENT", "Urgent"}},
	"hs_ticket_category": {{"PRODUCT_ISSUE", "Product issue"}, {"BILLING_ISSUE", "Billing issue"}, {"FEATURE_REQUEST", "Feature request"}, {"GENERAL_INQUIRY", "General inquiry"}},
}

// options are the values that a property of the type can have where nobody has
// defined others: those of dealstage are the stages of all pipelines.
func (t *objectType) options(name string) []option {
	list := []option{}
	add := func(value, label string) { list = append(list, option{Value: value, Label: label, Order: len(list)}) }
	if t.Name == "deals" && name == t.stageProperty() {
		for _, p := range t.pipelines {
			for _, s := range p.stages {
				add(s.id, s.label)
			}
		}
	}
	if t.kind(name) == "enumeration" {
		for _, o := range usualOptions[name] {
			add(o[0], o[1])
		}
	}
	return list
}
