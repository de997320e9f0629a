package sim

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"hubgraph/hubspot"
)

var schemaRoutes = []route{
	{name: "schema-create", method: "POST", legacy: "/crm-object-schemas/v3/schemas", dated: "/crm-object-schemas/{v}/schemas", writes: true, serve: createSchema},
	{name: "schema-update", method: "PATCH", legacy: "/crm-object-schemas/v3/schemas/{type}", dated: "/crm-object-schemas/{v}/schemas/{type}", writes: true, serve: updateSchema},
	{name: "schema-delete", method: "DELETE", legacy: "/crm-object-schemas/v3/schemas/{name}", dated: "/crm-object-schemas/{v}/schemas/{name}", writes: true, serve: deleteSchema},
	{name: "schema-associate", method: "POST", legacy: "/crm-object-schemas/v3/schemas/{type}/associations", dated: "/crm-object-schemas/{v}/schemas/{type}/associations", writes: true, serve: associateSchema},
	{name: "schema-dissociate", method: "DELETE", legacy: "/crm-object-schemas/v3/schemas/{type}/associations/{associationId}", dated: "/crm-object-schemas/{v}/schemas/{type}/associations/{associationId}", writes: true, serve: dissociateSchema},
}

// schemaName is what the name of a custom object may be.
var schemaName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,49}$`)

// propertyName is what the internal name of a property may be.
var propertyName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// activities are the object types that every new custom object is associated
// with.
var activities = []string{"calls", "emails", "meetings", "notes", "tasks", "communications", "postal_mail"}

type schemaInput struct {
	Name              string        `json:"name"`
	Description       *string       `json:"description"`
	ClearDescription  bool          `json:"clearDescription"`
	Sensitive         *bool         `json:"allowsSensitiveProperties"`
	Labels            *schemaLabels `json:"labels"`
	Primary           *string       `json:"primaryDisplayProperty"`
	Required          *[]string     `json:"requiredProperties"`
	Searchable        *[]string     `json:"searchableProperties"`
	Secondary         *[]string     `json:"secondaryDisplayProperties"`
	Properties        []property    `json:"properties"`
	AssociatedObjects []string      `json:"associatedObjects"`
}

// createSchema makes a custom object: with the properties that come with it, and
// the plain associations with activities and with whatever is named.
func createSchema(c *call) (answer, error) {
	var in schemaInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if p := c.newSchema(in); p != nil {
		return answer{}, p
	}
	others, p := c.othersOf(in)
	if p != nil {
		return answer{}, p
	}
	name := "p_" + strings.ToLower(in.Name)
	c.portal.archivedTypes = slices.DeleteFunc(c.portal.archivedTypes, func(t *objectType) bool { return t.Name == name })
	t := c.portal.addType(hubspot.ObjectType{ID: c.portal.nextTypeID(), Name: name, Singular: name}, [2]string{in.Labels.Singular, in.Labels.Plural})
	t.created, t.updated = timeOf(c.now()), timeOf(c.now())
	t.shown = shown{searchable: []string{"hs_object_id"}}
	if err := c.furnish(t, in); err != nil {
		c.portal.forget(t)
		return answer{}, err
	}
	for _, other := range others {
		c.portal.definePlain(t, other, c.now())
	}
	return answer{status: http.StatusCreated, body: c.schema(t, c.parts())}, nil
}

// furnish gives a new object type its properties, and what people see of them.
func (c *call) furnish(t *objectType, in schemaInput) error {
	for _, p := range in.Properties {
		p.CreatedAt = timestamp(c.now())
		p.Options = append([]option{}, p.Options...)
		p.Group = cmp.Or(p.Group, t.group())
		if err := c.define(t, &p); err != nil {
			return err
		}
	}
	if p := in.show(t); p != nil {
		return p
	}
	return nil
}

// newSchema says why a custom object cannot be made.
func (c *call) newSchema(in schemaInput) *problem {
	switch {
	case in.Name == "" || in.Labels == nil || in.Labels.Singular == "" || in.Labels.Plural == "":
		return unset("name", "labels")
	case !schemaName.MatchString(in.Name):
		return bad("Invalid name %q: a name starts with a letter and has at most 50 letters, digits and underscores", in.Name)
	case slices.ContainsFunc(in.Properties, func(p property) bool { return !propertyName.MatchString(p.Name) }):
		return bad("Invalid property name: it starts with a small letter and has small letters, digits and underscores")
	case in.Primary == nil:
		return bad("A primary display property must be given").sub("ObjectSchemas.PRIMARY_DISPLAY_PROPERTY_REQUIRED")
	case c.portal.typeOf("p_"+in.Name) != nil:
		p := bad("An object type with the name %q exists already", in.Name)
		p.status, p.Category = http.StatusConflict, "OBJECT_ALREADY_EXISTS"
		return p
	}
	return nil
}

// othersOf finds the object types that a new one is associated with.
func (c *call) othersOf(in schemaInput) ([]*objectType, *problem) {
	var others []*objectType
	for _, name := range slices.Concat(activities, in.AssociatedObjects) {
		t := c.portal.typeOf(name)
		if t == nil {
			return nil, unknownType(name)
		}
		if !slices.Contains(others, t) {
			others = append(others, t)
		}
	}
	return others, nil
}

// nextTypeID is the object type id of a new custom object.
func (p *Portal) nextTypeID() string {
	last := 40_000_000
	for _, t := range slices.Concat(p.types, p.archivedTypes) {
		if n, err := strconv.Atoi(strings.TrimPrefix(t.ID, "2-")); err == nil && t.Custom() {
			last = max(last, n)
		}
	}
	return fmt.Sprintf("2-%d", last+1)
}

// show takes over what an input says of an object type. What names properties
// must name those that the type has.
func (in schemaInput) show(t *objectType) *problem {
	next := t.shown
	for field, of := range map[*[]string]*[]string{&next.required: in.Required, &next.searchable: in.Searchable, &next.secondary: in.Secondary} {
		if of != nil {
			*field = *of
		}
	}
	if in.Primary != nil {
		next.primary = *in.Primary
	}
	if in.ClearDescription {
		next.description = ""
	}
	if in.Description != nil {
		next.description = *in.Description
	}
	if in.Sensitive != nil {
		next.sensitive = *in.Sensitive
	}
	for _, name := range slices.Concat([]string{next.primary}, next.required, next.searchable, next.secondary) {
		if !t.knows(name) {
			return bad("The property %q does not exist on %s", name, t.ID)
		}
	}
	t.shown = next
	if in.Labels != nil {
		t.labels = [2]string{in.Labels.Singular, in.Labels.Plural}
	}
	return nil
}

// updateSchema changes what people see of a custom object. Its name stays.
func updateSchema(c *call) (answer, error) {
	var in schemaInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	if p := c.changeable(t); p != nil {
		return answer{}, p
	}
	if p := in.show(t); p != nil {
		return answer{}, p
	}
	t.updated = timeOf(c.now())
	return ok(c.schema(t, c.parts())), nil
}

// changeable refuses what is no custom object, or not for the token to see.
func (c *call) changeable(t *objectType) *problem {
	if !t.Custom() {
		return bad("%s is HubSpot's own object type: only custom objects can be changed", t.ID)
	}
	return c.scope(t)
}

// deleteSchema archives a custom object, which must have no records; with
// archived=true it purges one that is archived.
func deleteSchema(c *call) (answer, error) {
	name := c.places["name"]
	if c.flag("archived") {
		before := len(c.portal.archivedTypes)
		c.portal.archivedTypes = slices.DeleteFunc(c.portal.archivedTypes, func(t *objectType) bool { return t.ID == name || strings.EqualFold(t.Name, name) })
		if len(c.portal.archivedTypes) == before {
			return answer{}, bad("%s is not archived: archive it before", name)
		}
		return done(), nil
	}
	t := c.portal.typeOf(name)
	if t == nil {
		return answer{}, unknownType(name)
	}
	if p := c.changeable(t); p != nil {
		return answer{}, p
	}
	if slices.ContainsFunc(t.sorted, func(r *record) bool { return r.life == live }) {
		return answer{}, bad("%s has records: archive them before", t.ID).sub("ObjectSchemas.EXISTING_OBJECT_RECORDS")
	}
	t.archived = true
	c.portal.forget(t)
	c.portal.archivedTypes = append(c.portal.archivedTypes, t)
	return done(), nil
}

// forget takes an object type out of the portal, with its records and its
// association types.
func (p *Portal) forget(t *objectType) {
	for _, other := range p.types {
		all := func(*associationType) bool { return true }
		p.remove(p.pair(t, other), all)
		p.remove(p.pair(other, t), all)
	}
	t.records, t.sorted = map[int64]*record{}, nil
	p.types = slices.DeleteFunc(p.types, func(o *objectType) bool { return o == t })
	for name, o := range p.byName {
		if o == t {
			delete(p.byName, name)
		}
	}
}

type schemaAssociationInput struct {
	From string `json:"fromObjectTypeId"`
	To   string `json:"toObjectTypeId"`
	Name string `json:"name"`
}

// associateSchema defines the plain association of a custom object and another
// type.
func associateSchema(c *call) (answer, error) {
	var in schemaAssociationInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if in.From == "" || in.To == "" {
		return answer{}, unset("fromObjectTypeId", "toObjectTypeId")
	}
	from, to := c.portal.typeOf(in.From), c.portal.typeOf(in.To)
	switch {
	case from == nil:
		return answer{}, unknownType(in.From)
	case to == nil:
		return answer{}, unknownType(in.To)
	case from != c.typ("type") && to != c.typ("type"):
		return answer{}, bad("The association from %s to %s is not one of %s", from.ID, to.ID, c.typ("type").ID)
	case !from.Custom() && !to.Custom():
		return answer{}, bad("%s and %s are HubSpot's own object types", from.ID, to.ID)
	case c.portal.pair(from, to).plain() != nil:
		return answer{}, bad("%s and %s are associated already", from.ID, to.ID)
	case in.Name != "" && c.nameTaken(from, to, in.Name):
		return answer{}, bad("An association definition with the name %q exists already", in.Name)
	}
	t := c.portal.definePlain(from, to, c.now())
	if in.Name != "" {
		t.name, t.inverse.name = in.Name, in.Name
	}
	return answer{status: http.StatusCreated, body: c.inSchema(t)}, nil
}

// dissociateSchema removes an association type of a custom object, as the
// removal of a label does.
func dissociateSchema(c *call) (answer, error) {
	id, err := strconv.Atoi(c.places["associationId"])
	if err != nil {
		return answer{}, bad("Invalid association id %q: it must be a number", c.places["associationId"])
	}
	for _, of := range c.portal.pairsInOrder() {
		if of.from != c.typ("type") && of.to != c.typ("type") {
			continue
		}
		t, p := c.userType(of, id)
		if p != nil {
			continue
		}
		if p := c.undefine(of, t); p != nil {
			return answer{}, p
		}
		return done(), nil
	}
	return answer{}, missing("%s has no association %d that can be removed", c.typ("type").ID, id)
}
