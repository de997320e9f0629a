package sim

import (
	"fmt"
	"strings"
	"time"
)

// schema is what HubSpot tells of an object type.
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
	Properties                 *[]propertyRow       `json:"properties,omitempty"`
	Associations               *[]schemaAssociation `json:"associations,omitempty"`
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

// propertyRow is a property of an object type.
type propertyRow struct {
	Name      string `json:"name"`
	Label     string `json:"label"`
	Type      string `json:"type"`
	FieldType string `json:"fieldType"`
}

func (t *objectType) propertyRows() []propertyRow {
	rows := []propertyRow{}
	for _, p := range t.definitions(false) {
		rows = append(rows, propertyRow{p.Name, p.Label, p.Type, p.FieldType})
	}
	return rows
}

// schema tells of an object type what the request does not leave out.
func (c *call) schema(t *objectType) schema {
	s := schema{ID: t.ID[len("0-"):], ObjectTypeID: t.ID, Name: strings.TrimPrefix(t.Name, "p_"), FullyQualifiedName: c.portal.inlineKey(t),
		Description: t.shown.description, Labels: schemaLabels{t.labels[0], t.labels[1]}, PrimaryDisplayProperty: t.shown.primary,
		RequiredProperties: append([]string{}, t.shown.required...), SearchableProperties: append([]string{}, t.shown.searchable...),
		SecondaryDisplayProperties: append([]string{}, t.shown.secondary...), Archived: t.archived}
	if !t.Custom() {
		s.Name, s.FullyQualifiedName = t.upper(), t.upper()
	}
	if c.includes("includePropertyDefinitions") {
		rows := t.propertyRows()
		s.Properties = &rows
	}
	if c.includes("includeAssociationDefinitions") {
		s.Associations = c.schemaAssociations(t)
	}
	if c.includes("includeAuditMetadata") {
		created, updated := t.created, t.updated
		s.CreatedAt, s.UpdatedAt = &created, &updated
	}
	return s
}

// includes reports whether a request leaves a part of a schema in: only the
// dated versions can leave it out.
func (c *call) includes(part string) bool {
	return !c.dated || c.query(part) == "" || c.flag(part)
}

// schemaAssociations tells the types from and to an object type.
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

// listSchemas answers with the custom objects; with archived=true also with
// those that were archived, which alone are marked so.
func listSchemas(c *call) (answer, error) {
	list := results[schema]{Results: []schema{}}
	for _, t := range c.portal.types {
		if t.Custom() {
			list.Results = append(list.Results, c.schema(t))
		}
	}
	if c.flag("archived") {
		for _, t := range c.portal.archivedTypes {
			list.Results = append(list.Results, c.schema(t))
		}
	}
	return ok(list), nil
}

// getSchema answers for any object type.
func getSchema(c *call) (answer, error) { return ok(c.schema(c.typ("type"))), nil }
