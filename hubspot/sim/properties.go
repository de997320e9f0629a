package sim

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strings"
)

var propertyRoutes = []route{
	{name: "properties", method: "GET", legacy: "/crm/v3/properties/{type}", dated: "/crm/properties/{v}/{type}", serve: listProperties},
	{name: "properties-v2", method: "GET", legacy: "/properties/v2/{type}/properties", serve: listPropertiesV2},
	{name: "property", method: "GET", legacy: "/crm/v3/properties/{type}/{name}", dated: "/crm/properties/{v}/{type}/{name}", serve: getProperty},
	{name: "property-create", method: "POST", legacy: "/crm/v3/properties/{type}", dated: "/crm/properties/{v}/{type}", writes: true, serve: createProperty},
	{name: "property-update", method: "PATCH", legacy: "/crm/v3/properties/{type}/{name}", dated: "/crm/properties/{v}/{type}/{name}", writes: true, serve: updateProperty},
	{name: "property-archive", method: "DELETE", legacy: "/crm/v3/properties/{type}/{name}", dated: "/crm/properties/{v}/{type}/{name}", writes: true, serve: archiveProperty},
	{name: "property-batch-read", method: "POST", legacy: "/crm/v3/properties/{type}/batch/read", dated: "/crm/properties/{v}/{type}/batch/read", serve: readProperties},
	{name: "property-batch-create", method: "POST", legacy: "/crm/v3/properties/{type}/batch/create", dated: "/crm/properties/{v}/{type}/batch/create", writes: true, serve: createProperties},
	{name: "property-batch-archive", method: "POST", legacy: "/crm/v3/properties/{type}/batch/archive", dated: "/crm/properties/{v}/{type}/batch/archive", writes: true, serve: archiveProperties},
}

// property is the definition of a property, in the keys of HubSpot's JSON.
type property struct {
	Name        string   `json:"name"`
	Label       string   `json:"label"`
	Type        string   `json:"type"` // one of fieldTypes
	FieldType   string   `json:"fieldType"`
	Group       string   `json:"groupName"`
	Description string   `json:"description"`
	Options     []option `json:"options"`
	Order       int      `json:"displayOrder"`
	Unique      bool     `json:"hasUniqueValue"`
	Hidden      bool     `json:"hidden"`
	Form        bool     `json:"formField"`
	Formula     string   `json:"calculationFormula,omitempty"`
	Calculated  bool     `json:"calculated"`
	External    bool     `json:"externalOptions"`
	Standard    bool     `json:"hubspotDefined,omitempty"`
	Archived    bool     `json:"archived"`
	ArchivedAt  string   `json:"archivedAt,omitempty"`
	CreatedAt   string   `json:"createdAt"`
	UpdatedAt   string   `json:"updatedAt"`
	Permissions struct {
		Archivable         bool `json:"archivable"`
		ReadOnlyDefinition bool `json:"readOnlyDefinition"`
		ReadOnlyValue      bool `json:"readOnlyValue"`
	} `json:"modificationMetadata"`
}

// option is a value that a property of type enumeration can have.
type option struct {
	Label       string `json:"label"`
	Value       string `json:"value"`
	Description string `json:"description"`
	Order       int    `json:"displayOrder"`
	Hidden      bool   `json:"hidden"`
}

// computed are properties that HubSpot fills in itself, with their types. Of
// hs_email_domain, the domain of a contact's address, no document at hand speaks;
// it is known from the properties that portals hand out.
var computed = map[string]string{"hs_object_id": "number", "createdate": "datetime", "lastmodifieddate": "datetime", "hs_lastmodifieddate": "datetime", "hs_merged_object_ids": "string", "hs_email_domain": "string",
	isClosed: "bool", isWon: "bool"}

// fieldTypes are the fields in which a property of a type can be shown, the
// usual one first.
var fieldTypes = map[string][]string{
	"string": {"text", "textarea", "file", "html", "phonenumber", "calculation_equation"}, "number": {"number", "calculation_equation"}, "date": {"date"}, "datetime": {"date"},
	"enumeration": {"select", "radio", "checkbox", "booleancheckbox"}, "bool": {"booleancheckbox", "calculation_equation"},
}

// knows reports whether an object type has a property.
func (t *objectType) knows(name string) bool {
	_, defined := t.property[name]
	return defined || slices.Contains(t.computed(), name)
}

// computed are the properties of the type that nobody can write.
func (t *objectType) computed() []string {
	names := []string{"createdate", "hs_merged_object_ids", "hs_object_id", t.modified()}
	switch t.Name {
	case "contacts":
		return append(names, "hs_email_domain")
	case "deals":
		return append(names, isClosed, isWon)
	}
	return names
}

// kind is the type of a property; "" where there is no such property.
func (t *objectType) kind(name string) string {
	switch p := t.described[name]; {
	case !t.knows(name):
		return ""
	case p != nil:
		return p.Type
	}
	return cmp.Or(computed[name], usualTypes[name], "string")
}

// definition is what HubSpot says of a property that the type has, and of one
// that it does not have yet what would be usual.
func (t *objectType) definition(name string) *property {
	if p := t.described[name]; p != nil {
		return p
	}
	kind := cmp.Or(t.kind(name), "string")
	p := &property{Name: name, Label: title(name), Type: kind, FieldType: fieldTypes[kind][0], Group: t.group(), Options: t.options(name),
		Order: -1, Form: true, Standard: slices.Contains(standardProperties[t.Name], name), Unique: t.Name == "contacts" && name == "email",
		CreatedAt: timestamp(schemaTime.UnixMilli()), UpdatedAt: timestamp(schemaTime.UnixMilli())}
	if slices.Contains(t.computed(), name) {
		p.Standard, p.Form, p.Permissions.ReadOnlyValue, p.Calculated = true, false, true, t.workedOut(name)
	}
	p.Permissions.Archivable, p.Permissions.ReadOnlyDefinition = !p.Standard, p.Standard
	return p
}

// definitions are the properties of the type by name: those that it has, or
// those that were archived.
func (t *objectType) definitions(archived bool) []*property {
	list := []*property{}
	names := slices.AppendSeq(t.computed(), maps.Keys(t.property))
	for name := range t.gone {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		switch {
		case archived && t.gone[name] != nil:
			list = append(list, t.gone[name])
		case !archived && t.knows(name):
			list = append(list, t.definition(name))
		}
	}
	return list
}

func listProperties(c *call) (answer, error) {
	return ok(results[*property]{c.typ("type").definitions(c.flag("archived"))}), nil
}

func getProperty(c *call) (answer, error) {
	p, err := c.property(c.flag("archived"))
	if err != nil {
		return answer{}, err
	}
	return ok(p), nil
}

// property finds the property that the path names.
func (c *call) property(archived bool) (*property, error) {
	t, name := c.typ("type"), c.places["name"]
	if p := t.gone[name]; archived && p != nil {
		return p, nil
	}
	if archived || !t.knows(name) {
		return nil, missing("property named %q does not exist", name).with("propertyName", name)
	}
	return t.definition(name), nil
}

func createProperty(c *call) (answer, error) {
	p := property{Options: []option{}, Order: -1}
	if err := c.decode(&p); err != nil {
		return answer{}, err
	}
	if err := c.newProperty(c.typ("type"), &p); err != nil {
		return answer{}, err
	}
	return c.made(&p, p.Name), nil
}

// newProperty gives a type a property that it does not have yet.
func (c *call) newProperty(t *objectType, p *property) error {
	switch {
	case p.Name == "" || p.Label == "" || p.Type == "" || p.FieldType == "" || p.Group == "":
		return unset("name", "label", "type", "fieldType", "groupName")
	case !propertyName.MatchString(p.Name):
		return bad("Property name %q is invalid: it must be lowercase letters, digits and underscores, and begin with a letter", p.Name)
	case t.knows(p.Name):
		return conflict("A property named '%s' already exists.", p.Name)
	}
	p.CreatedAt = timestamp(c.now())
	return c.define(t, p)
}

// made answers with what was made, and where it is.
func (c *call) made(body any, id string) answer {
	return answer{status: http.StatusCreated, body: body, header: http.Header{"Location": {"https://api.hubapi.com" + strings.TrimSuffix(c.request.URL.Path, "/") + "/" + id}}}
}

func conflict(format string, args ...any) *problem {
	p := bad(format, args...)
	p.status, p.Category = http.StatusConflict, "CONFLICT"
	return p
}

// define puts a definition in place.
func (c *call) define(t *objectType, p *property) error {
	if fields, known := fieldTypes[p.Type]; !known || !slices.Contains(fields, p.FieldType) {
		return bad("The type %q does not go with the field type %q", p.Type, p.FieldType)
	}
	p.UpdatedAt, p.Permissions.Archivable = timestamp(c.now()), true
	p.Standard, p.Archived, p.ArchivedAt = false, false, ""
	t.describe(p)
	return nil
}

// describe gives a type a property with a definition.
func (t *objectType) describe(p *property) {
	if t.described == nil {
		t.described = map[string]*property{}
	}
	t.define(p.Name)
	t.described[p.Name] = p
	delete(t.gone, p.Name)
}

func updateProperty(c *call) (answer, error) {
	old, err := c.property(false)
	if err != nil {
		return answer{}, err
	}
	if old.Permissions.ReadOnlyDefinition {
		return answer{}, bad("The definition of the property %q is read only", old.Name)
	}
	p := *old
	if err := c.decode(&p); err != nil {
		return answer{}, err
	}
	p.Name, p.Unique, p.CreatedAt = old.Name, old.Unique, old.CreatedAt
	if err := c.define(c.typ("type"), &p); err != nil {
		return answer{}, err
	}
	return ok(&p), nil
}

func archiveProperty(c *call) (answer, error) {
	p, err := c.property(false)
	if err != nil {
		return answer{}, err
	}
	if !p.Permissions.Archivable {
		return answer{}, bad("The property %q cannot be archived: HubSpot defines it", p.Name)
	}
	c.typ("type").forget(p, c.now())
	return done(), nil
}

// forget takes a property away from a type, and its values from all records.
func (t *objectType) forget(p *property, now int64) {
	for _, r := range t.sorted {
		if r.get(p.Name) != "" {
			r.set(p.Name, "")
		}
	}
	gone := *p
	gone.Archived, gone.ArchivedAt = true, timestamp(now)
	if t.gone == nil {
		t.gone = map[string]*property{}
	}
	t.gone[p.Name] = &gone
	delete(t.described, p.Name)
	delete(t.property, p.Name)
}
