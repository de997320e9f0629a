package hubspot

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// errNoResults is said of an answer that lacks what its endpoint always gives.
var errNoResults = errors.New("it has no results")

// Account is the portal that a token belongs to.
type Account struct {
	PortalID int64
	Type     string // STANDARD, SANDBOX, DEVELOPER_TEST, APP_DEVELOPER
	TimeZone string
	Currency string // of the company, ISO 4217
	UIDomain string // where people see their records
}

// Account reads the account's details.
func (c *Client) Account(ctx context.Context) (Account, error) {
	var account Account
	err := c.do(ctx, opAccount, request{}, func(data []byte) error {
		var doc struct {
			PortalID        id
			AccountType     string
			TimeZone        string
			CompanyCurrency string
			UIDomain        string
		}
		if err := unmarshal(data, &doc); err != nil {
			return err
		}
		if doc.PortalID == 0 {
			return errors.New("it names no portal")
		}
		account = Account{int64(doc.PortalID), doc.AccountType, doc.TimeZone, doc.CompanyCurrency, cmp.Or(doc.UIDomain, "app.hubspot.com")}
		c.zone.Store(&account.TimeZone)
		return nil
	})
	return account, err
}

// Schema is what a portal says of an object type.
type Schema struct {
	ObjectType ObjectType
	Name       string // without what makes it unique: cars
	// FullName is the fully qualified name: p77_cars in the portal 77, a5_cars of
	// the app 5. It may be empty.
	FullName        string
	Label, LabelOne string // as people read it, of many and of one
	// Display is the property that people know a record by, and SecondaryDisplay
	// those that are shown beside it; they may be empty.
	Display          string
	SecondaryDisplay []string
	// Associations have the TypeID 0 where the schema does not number them, as it
	// does not those of older definitions.
	Associations []SchemaAssociation
	// UnreadableAssociations counts the associations of the schema that lack an
	// end, or a number for an id.
	UnreadableAssociations int
}

// SchemaAssociation is an association type in a schema, which gives its id
// without its category and without its label.
type SchemaAssociation struct {
	TypeID   int    // 0 where the schema has something else than a number there
	From, To string // object type ids
	Name     string
	MaxTo    *int64 // most records that one record may have at the other end
}

type schemaDoc struct {
	ObjectTypeID string `json:"objectTypeId"`
	Name         string
	FullName     string `json:"fullyQualifiedName"`
	Labels       struct{ Singular, Plural string }
	Associations []json.RawMessage
	Primary      looseText       `json:"primaryDisplayProperty"`
	Secondary    json.RawMessage `json:"secondaryDisplayProperties"`
}

// association reads an association of a schema. It reports false where that is
// none.
func association(row []byte) (SchemaAssociation, bool) {
	var doc struct {
		ID               json.RawMessage // a number in text, in HubSpot's answers a string
		FromObjectTypeID looseText       `json:"fromObjectTypeId"`
		ToObjectTypeID   looseText       `json:"toObjectTypeId"`
		Name             looseText
		MaxToObjectIDs   json.RawMessage `json:"maxToObjectIds"`
	}
	if json.Unmarshal(row, &doc) != nil || doc.FromObjectTypeID == "" || doc.ToObjectTypeID == "" {
		return SchemaAssociation{}, false
	}
	a := SchemaAssociation{From: string(doc.FromObjectTypeID), To: string(doc.ToObjectTypeID), Name: string(doc.Name)}
	var most int64
	if !missing(doc.MaxToObjectIDs) && json.Unmarshal(doc.MaxToObjectIDs, &most) == nil {
		a.MaxTo = &most
	}
	n, ok := typeIDOf(doc.ID)
	a.TypeID = int(n)
	return a, ok
}

func (d schemaDoc) schema() (Schema, error) {
	s := Schema{Name: d.Name, FullName: d.FullName, Label: d.Labels.Plural, LabelOne: d.Labels.Singular}
	s.Display = string(d.Primary)
	if json.Unmarshal(d.Secondary, &s.SecondaryDisplay) != nil {
		s.SecondaryDisplay = nil // it is missing, or something else stands there
	}
	if d.ObjectTypeID == "" {
		return s, errors.New("it names no object type")
	}
	s.ObjectType = objectType(d.ObjectTypeID, d.Name, d.FullName)
	for _, row := range d.Associations {
		a, ok := association(row)
		if !ok {
			s.UnreadableAssociations++
		}
		if a.From != "" {
			s.Associations = append(s.Associations, a)
		}
	}
	return s, nil
}

// CustomSchemas reads the schemas of all custom objects of the portal.
func (c *Client) CustomSchemas(ctx context.Context) ([]Schema, error) {
	var schemas []Schema
	err := c.do(ctx, opSchemas, request{}, func(data []byte) error {
		docs, err := results[schemaDoc](data)
		if err != nil {
			return err
		}
		schemas = make([]Schema, len(docs))
		for i, d := range docs {
			if schemas[i], err = d.schema(); err != nil {
				return err
			}
		}
		return nil
	})
	return schemas, err
}

// Schema reads the schema of one object type, by its id; a custom object's name
// (p_NAME) does too.
func (c *Client) Schema(ctx context.Context, typ string) (Schema, error) {
	var s Schema
	err := c.do(ctx, opSchema, request{places: []string{typ}}, func(data []byte) error {
		var doc schemaDoc
		err := unmarshal(data, &doc)
		if err == nil {
			s, err = doc.schema()
		}
		return err
	})
	return s, err
}

// Properties reads the names of the properties that an object type has, by the
// type's id.
func (c *Client) Properties(ctx context.Context, typ string) ([]string, error) {
	var names []string
	err := c.do(ctx, opProperties, request{places: []string{typ}}, func(data []byte) error {
		docs, err := results[struct{ Name string }](data)
		names = make([]string, len(docs))
		for i, d := range docs {
			names[i] = d.Name
		}
		return err
	})
	return names, err
}

// Pipeline is a sequence of stages that records of a type move through.
type Pipeline struct {
	ID, Label string
	Stages    []Stage
}

// Stage is a stage of a pipeline. Of a deal stage, Metadata holds isClosed and
// probability; of a ticket stage, ticketState.
type Stage struct {
	ID, Label string
	Order     int
	Metadata  map[string]string
}

// Pipelines reads the pipelines of an object type.
func (c *Client) Pipelines(ctx context.Context, typ string) ([]Pipeline, error) {
	var pipelines []Pipeline
	err := c.do(ctx, opPipelines, request{places: []string{typ}}, func(data []byte) error {
		docs, err := results[struct {
			ID, Label string
			Stages    []struct {
				ID, Label    string
				DisplayOrder int
				Metadata     map[string]any
			}
		}](data)
		if err != nil {
			return err
		}
		pipelines = make([]Pipeline, len(docs))
		for i, d := range docs {
			pipelines[i] = Pipeline{ID: d.ID, Label: d.Label}
			for _, s := range d.Stages {
				stage := Stage{ID: s.ID, Label: s.Label, Order: s.DisplayOrder, Metadata: map[string]string{}}
				for key, value := range s.Metadata {
					stage.Metadata[key] = fmt.Sprint(value) // "true" in some answers, true in others
				}
				pipelines[i].Stages = append(pipelines[i].Stages, stage)
			}
		}
		return nil
	})
	return pipelines, err
}

// results reads the rows of an answer, which must have some, or an empty list.
func results[Row any](data []byte) ([]Row, error) {
	var doc struct{ Results []Row }
	if err := unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Results == nil {
		return nil, errNoResults
	}
	return doc.Results, nil
}

// Reachable asks the portal for what it always has, and returns why it does not
// answer. What is remembered of earlier runs does not serve for that.
func (c *Client) Reachable(ctx context.Context) error {
	_, err := c.Account(WithAnswers(ctx, nil))
	return err
}
