package hubspot

import (
	"fmt"
	"regexp"
	"strings"
)

// ObjectType names one kind of record: a standard type such as contacts (0-1),
// or a custom object (2-N).
type ObjectType struct {
	// ID is the object type id that requests carry: "0-1", "2-123".
	ID string
	// Name is HubSpot's plural name of a standard type ("contacts") and
	// "p_" followed by the schema's name for a custom object.
	Name string
	// Singular is the name in the singular ("contact"), as error messages and
	// pairwise views use it.
	Singular string
}

// Custom reports whether t is a custom object.
func (t ObjectType) Custom() bool { return strings.HasPrefix(t.ID, "2-") }

// standardTypes are HubSpot's own object types, by its developer documentation
// (guide "Understanding the CRM", object type ids, read 2026-09).
var standardTypes = []ObjectType{
	{"0-1", "contacts", "contact"},
	{"0-2", "companies", "company"},
	{"0-3", "deals", "deal"},
	{"0-5", "tickets", "ticket"},
	{"0-7", "products", "product"},
	{"0-8", "line_items", "line_item"},
	{"0-14", "quotes", "quote"},
	{"0-18", "communications", "communication"},
	{"0-19", "feedback_submissions", "feedback_submission"},
	{"0-27", "tasks", "task"},
	{"0-35", "campaigns", "campaign"},
	{"0-46", "notes", "note"},
	{"0-47", "meetings", "meeting"},
	{"0-48", "calls", "call"},
	{"0-49", "emails", "email"},
	{"0-53", "invoices", "invoice"},
	{"0-54", "marketing_events", "marketing_event"},
	{"0-69", "subscriptions", "subscription"},
	{"0-74", "goal_targets", "goal_target"},
	{"0-84", "discounts", "discount"},
	{"0-85", "fees", "fee"},
	{"0-86", "taxes", "tax"},
	{"0-101", "commerce_payments", "commerce_payment"},
	{"0-115", "users", "user"},
	{"0-116", "postal_mail", "postal_mail"},
	{"0-123", "orders", "order"},
	{"0-136", "leads", "lead"},
	{"0-142", "carts", "cart"},
	{"0-162", "services", "service"},
	{"0-410", "courses", "course"},
	{"0-420", "listings", "listing"},
	{"0-421", "appointments", "appointment"},
	{"0-970", "projects", "project"},
}

// StandardTypes returns HubSpot's own object types in the order of their ids.
func StandardTypes() []ObjectType { return append([]ObjectType(nil), standardTypes...) }

// StandardType finds a standard type by its id, plural or singular name, in any
// letter case.
func StandardType(name string) (ObjectType, bool) {
	for _, t := range standardTypes {
		if strings.EqualFold(name, t.ID) || strings.EqualFold(name, t.Name) || strings.EqualFold(name, t.Singular) {
			return t, true
		}
	}
	return ObjectType{}, false
}

var (
	customID   = regexp.MustCompile(`^2-[0-9]+$`)
	customName = regexp.MustCompile(`^p[0-9]*_[A-Za-z0-9_]+$`)
)

// CheckTypeName reports whether name can name an object type at all: a standard
// type, a custom object's id (2-123) or its name (p_cars, p7654321_cars). It
// asks no portal, so a custom object of that name may still not exist.
func CheckTypeName(name string) error {
	if _, ok := StandardType(name); ok || customID.MatchString(name) || customName.MatchString(name) {
		return nil
	}
	return fmt.Errorf("no object type is called %q: give a standard type (contacts, deals, …), a custom object as p_NAME, or an object type id (0-1, 2-123)", name)
}
