package hubspot

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
)

// ObjectType names one kind of record: a standard type such as contacts (0-1),
// or a custom object (2-N).
type ObjectType struct {
	// ID is the object type id that requests carry: "0-1", "2-123".
	ID string
	// Name is HubSpot's plural name of a standard type ("contacts"), and "p_"
	// followed by the schema's name for a custom object of the portal ("p_cars").
	// An object of an app has the app's id in between ("p_a123_cars"). A type of
	// HubSpot that is none of StandardTypes is called as in its schema, in small letters.
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

// unnumbered are types of HubSpot that answer by name and whose ids stand in no
// documentation: the plural of each by its singular.
var unnumbered = map[string]string{"contract": "contracts", "partner_client": "partner_clients", "partner_service": "partner_services"}

// StandardTypes returns HubSpot's own object types in the order of their ids.
func StandardTypes() []ObjectType { return append([]ObjectType(nil), standardTypes...) }

// StandardType finds a standard type by its id, plural or singular name, in any
// letter case, with blanks or hyphens between its words.
func StandardType(name string) (ObjectType, bool) {
	words := strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '-' }), "_")
	for _, t := range standardTypes {
		if strings.EqualFold(name, t.ID) || strings.EqualFold(words, t.Name) || strings.EqualFold(words, t.Singular) {
			return t, true
		}
	}
	return ObjectType{}, false
}

// appName is the fully qualified name of an object that belongs to an app.
var appName = regexp.MustCompile(`^a[0-9]+_`)

// objectType names an object type by its id and the names in its schema. p_NAME is
// what HubSpot itself calls the portal's own object NAME, so one of an app, which may
// have that name as well, is called otherwise.
func objectType(id, name, fullName string) ObjectType {
	if t, ok := StandardType(id); ok {
		return t
	}
	t := ObjectType{ID: id}
	switch name = cmp.Or(name, id); {
	case !t.Custom():
		t.Singular = strings.ToLower(name)
		t.Name = cmp.Or(unnumbered[t.Singular], t.Singular)
		return t
	case appName.MatchString(fullName):
		t.Name = "p_" + fullName
	default:
		t.Name = "p_" + name
	}
	t.Singular = t.Name
	return t
}

var (
	typeID     = regexp.MustCompile(`^[0-9]+-[0-9]+$`)
	customName = regexp.MustCompile(`^p[0-9]*_[A-Za-z0-9_]+$`)
)

// CheckTypeName reports whether name is surely that of an object type: of a standard
// one, or of the form of an object type id (2-123) or of a custom object's name
// (p_cars, p7654321_cars). It asks no portal, so there may still be no such type.
func CheckTypeName(name string) error {
	if _, ok := StandardType(name); ok || typeID.MatchString(name) || customName.MatchString(name) {
		return nil
	}
	return fmt.Errorf("no object type is called %q: give a standard type (contacts, deals, …), a custom object as p_NAME, or an object type id (0-1, 2-123)", name)
}

// CanAskFor reports whether a portal can be asked for an object type by that name:
// HubSpot takes ids, names and fully qualified names, which have no blanks.
func CanAskFor(name string) bool { return typeSegment.MatchString(name) }
