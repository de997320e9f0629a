package sim

import "time"

// propertyV2 is the definition of a property as version 2 of the properties API
// has it (HubSpot's reference of its legacy APIs): flat, with times in
// milliseconds since 1970, and with null where nobody said anything.
type propertyV2 struct {
	Name           string     `json:"name"`
	Label          string     `json:"label"`
	Description    string     `json:"description"`
	Group          string     `json:"groupName"`
	Type           string     `json:"type"`
	FieldType      string     `json:"fieldType"`
	Options        []optionV2 `json:"options"`
	Order          int        `json:"displayOrder"`
	Form           bool       `json:"formField"`
	Hidden         bool       `json:"hidden"`
	ReadOnlyValue  bool       `json:"readOnlyValue"`
	ReadOnly       bool       `json:"readOnlyDefinition"`
	NotDeletable   bool       `json:"mutableDefinitionNotDeletable"`
	Calculated     bool       `json:"calculated"`
	External       bool       `json:"externalOptions"`
	Favorited      bool       `json:"favorited"`
	FavoritedOrder int        `json:"favoritedOrder"`
	DisplayMode    string     `json:"displayMode"`
	Deleted        *bool      `json:"deleted"`
	Standard       *bool      `json:"hubspotDefined"`
	CreatedAt      *int64     `json:"createdAt"`
	UpdatedAt      *int64     `json:"updatedAt"`
	CreatedUserID  *int64     `json:"createdUserId"`
	UpdatedUserID  *int64     `json:"updatedUserId"`
}

type optionV2 struct {
	option
	ReadOnly bool    `json:"readOnly"`
	Double   float64 `json:"doubleData"`
}

// v2 returns the older form of a definition.
func (p *property) v2() propertyV2 {
	v := propertyV2{Name: p.Name, Label: p.Label, Description: p.Description, Group: p.Group, Type: p.Type, FieldType: p.FieldType, Options: []optionV2{}, Order: p.Order,
		Form: p.Form, Hidden: p.Hidden, ReadOnlyValue: p.Permissions.ReadOnlyValue, ReadOnly: p.Permissions.ReadOnlyDefinition, Calculated: p.Calculated,
		External: p.External, FavoritedOrder: -1, DisplayMode: "current_value", CreatedAt: milliseconds(p.CreatedAt), UpdatedAt: milliseconds(p.UpdatedAt)}
	for _, o := range p.Options {
		v.Options = append(v.Options, optionV2{option: o})
	}
	if p.Standard {
		v.Standard = &p.Standard
	}
	return v
}

// milliseconds reads a time as HubSpot's JSON has it; nil where there is none.
func milliseconds(text string) *int64 {
	at, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return nil
	}
	ms := at.UnixMilli()
	return &ms
}

// listPropertiesV2 answers with a bare array.
func listPropertiesV2(c *call) (answer, error) {
	list := []propertyV2{}
	for _, p := range c.typ("type").definitions(false) {
		list = append(list, p.v2())
	}
	return ok(list), nil
}
