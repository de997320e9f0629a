package sim

import (
	"fmt"
	"strings"
	"time"
)

// schema is what HubSpot says of an object type.
type schema struct {
	ID                         string               `json:"id"`
	ObjectTypeID               string               `json:"objectTypeId"`
	FullyQualifiedName         string               `json:"fullyQualifiedName"`
	Name                       string               `json:"name"`
	Description                string               `json:"description,omitempty"`
	Labels                     schemaLabels         `json:"labels"`
	PrimaryDisplayProperty     string               `json:"primaryDisplayProperty"`
	RequiredProperties         []string             `json:"requiredProperties"`
	SearchableProperties       []string             `json:"searchableProperties"`
	SecondaryDisplayProperties []string             `json:"secondaryDisplayProperties"`
	Properties                 *[]*property         `json:"properties,omitempty"`
	Associations               *[]schemaAssociation `json:"associations,omitempty"`
	Sensitive                  bool                 `json:"allowsSensitiveProperties"`
	Archived                   bool                 `json:"archived"`
	CreatedAt                  *time.Time           `json:"createdAt,omitempty"`
	UpdatedAt                  *time.Time           `json:"updatedAt,omitempty"`
}

type schemaLabels struct {
	Singular string `json:"singular"`
	Plural   string `json:"plural"`
}

// schemaAssociation is an association type in a schema: an id without category,
// with the limits in both directions.
type schemaAssociation struct {
	ID                              string    `json:"id"`
	FromObjectTypeID                string    `json:"fromObjectTypeId"`
	ToObjectTypeID                  string    `json:"toObjectTypeId"`
	Name                            string    `json:"name"`
	Cardinality                     string    `json:"cardinality"`
	InverseCardinality              string    `json:"inverseCardinality"`
	MaxToObjectIDs                  int       `json:"maxToObjectIds"`
	MaxFromObjectIDs                int       `json:"maxFromObjectIds"`
	HasUserEnforcedMaxToObjectIDs   bool      `json:"hasUserEnforcedMaxToObjectIds"`
	HasUserEnforcedMaxFromObjectIDs bool      `json:"hasUserEnforcedMaxFromObjectIds"`
	CreatedAt                       time.Time `json:"createdAt"`
	UpdatedAt                       time.Time `json:"updatedAt"`
}

// parts are what a request can leave out of a schema.
type parts struct{ properties, associations, audit bool }

// parts reads them from the query, which only the dated versions do.
func (c *call) parts() parts {
	in := func(part string) bool { return !c.dated || c.query(part) == "" || c.flag(part) }
	return parts{in("includePropertyDefinitions"), in("includeAssociationDefinitions"), in("includeAuditMetadata")}
}

// schema describes an object type.
func (c *call) schema(t *objectType, with parts) schema {
	s := schema{ID: t.ID[len("0-"):], ObjectTypeID: t.ID, Name: strings.TrimPrefix(t.Name, "p_"), FullyQualifiedName: c.portal.inlineKey(t),
		Description: t.shown.description, Labels: schemaLabels{t.labels[0], t.labels[1]}, PrimaryDisplayProperty: t.shown.primary,
		RequiredProperties: append([]string{}, t.shown.required...), SearchableProperties: append([]string{}, t.shown.searchable...),
		SecondaryDisplayProperties: append([]string{}, t.shown.secondary...), Sensitive: t.shown.sensitive, Archived: t.archived}
	if !t.Custom() {
		s.Name, s.FullyQualifiedName = t.upper(), t.upper()
	}
	if with.properties {
		rows := t.definitions(false)
		s.Properties = &rows
	}
	if with.associations {
		s.Associations = c.schemaAssociations(t)
	}
	if with.audit {
		created, updated := t.created, t.updated
		s.CreatedAt, s.UpdatedAt = &created, &updated
	}
	return s
}

// schemaAssociations lists the types from and to an object type.
func (c *call) schemaAssociations(t *objectType) *[]schemaAssociation {
	rows := []schemaAssociation{}
	for _, of := range c.portal.pairsInOrder() {
		if of.from != t && of.to != t {
			continue
		}
		for _, a := range of.types {
			if !c.lags(a.born, schemaLag) {
				rows = append(rows, c.inSchema(a))
			}
		}
	}
	return &rows
}

func (c *call) inSchema(t *associationType) schemaAssociation {
	most := c.portal.recordCap()
	a := schemaAssociation{ID: fmt.Sprint(t.id), FromObjectTypeID: t.from.ID, ToObjectTypeID: t.to.ID, Name: t.name, Cardinality: "ONE_TO_MANY", InverseCardinality: "ONE_TO_MANY",
		MaxToObjectIDs: most, MaxFromObjectIDs: most, CreatedAt: schemaTime, UpdatedAt: schemaTime}
	if t.born > 0 {
		a.CreatedAt, a.UpdatedAt = timeOf(t.born), timeOf(t.born)
	}
	if t.single() {
		a.Cardinality, a.MaxToObjectIDs = "ONE_TO_ONE", 1
	}
	if t.max > 0 {
		a.MaxToObjectIDs, a.HasUserEnforcedMaxToObjectIDs = t.max, true
	}
	if t.inverse == nil {
		return a
	}
	if t.inverse.single() {
		a.InverseCardinality, a.MaxFromObjectIDs = "ONE_TO_ONE", 1
	}
	if t.inverse.max > 0 {
		a.MaxFromObjectIDs, a.HasUserEnforcedMaxFromObjectIDs = t.inverse.max, true
	}
	return a
}

// listSchemas answers with the custom objects, or with those alone that were
// archived.
func listSchemas(c *call) (answer, error) {
	types := c.portal.types
	if c.flag("archived") {
		types = c.portal.archivedTypes
	}
	list := results[schema]{Results: []schema{}}
	for _, t := range types {
		if t.Custom() {
			list.Results = append(list.Results, c.schema(t, c.parts()))
		}
	}
	return ok(list), nil
}

// readSchemas answers a batch read. Its body says which parts to leave out, in
// every version; for a name that is no type nothing but the refusal of the single
// read is known.
func readSchemas(c *call) (answer, error) {
	in := struct {
		Inputs       *[]string `json:"inputs"`
		Properties   bool      `json:"includePropertyDefinitions"`
		Associations bool      `json:"includeAssociationDefinitions"`
		Audit        bool      `json:"includeAuditMetadata"`
	}{Properties: true, Associations: true, Audit: true}
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if in.Inputs == nil {
		return answer{}, unset("inputs")
	}
	if c.inputs = len(*in.Inputs); c.inputs > maxObjectInputs {
		return answer{}, tooManyInputs(maxObjectInputs, c.inputs)
	}
	list := results[schema]{Results: []schema{}}
	for _, name := range *in.Inputs {
		t := c.portal.typeOf(name)
		if t == nil {
			return answer{}, unknownType(name)
		}
		if refused := c.scope(t); refused != nil {
			return answer{}, refused
		}
		list.Results = append(list.Results, c.schema(t, parts{in.Properties, in.Associations, in.Audit}))
	}
	return ok(list), nil
}

// getSchema answers for any object type.
func getSchema(c *call) (answer, error) { return ok(c.schema(c.typ("type"), c.parts())), nil }
