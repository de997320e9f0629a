package hubspot

import (
	"context"
	"encoding/json"
	"errors"
)

// Limit is how many records of another object type one record may have with an
// association type, as a user of the portal has set it. Of the plain type it is
// the limit of the pair of object types.
type Limit struct {
	Category string
	TypeID   int32
	Label    string // empty for the plain association
	Max      int
}

// PairLimits reads the limits that users have set for the association types from
// one object type to another, by their ids: of this direction only. Types without
// a limit are left out.
func (c *Client) PairLimits(ctx context.Context, from, to string) ([]Limit, error) {
	return c.limits(ctx, opLimits, request{places: []string{from, to}})
}

// AllLimits reads all limits that users of the portal have set. HubSpot does not say
// of which pair of object types each is.
func (c *Client) AllLimits(ctx context.Context) ([]Limit, error) {
	return c.limits(ctx, opAllLimits, request{})
}

func (c *Client) limits(ctx context.Context, op operation, r request) ([]Limit, error) {
	var limits []Limit
	err := c.do(ctx, op, r, func(data []byte) error {
		rows, err := results[limitRow](data)
		if err == nil {
			limits, err = limitsOf(rows)
		}
		return err
	})
	return limits, err
}

// limitsOf reads the rows that set a limit. One that cannot be read is an error:
// whoever asks would take it for no limit.
func limitsOf(rows []limitRow) ([]Limit, error) {
	limits := []Limit{}
	for _, row := range rows {
		limit, ok, err := row.limit()
		if err != nil {
			return nil, err
		}
		if ok {
			limits = append(limits, limit)
		}
	}
	return limits, nil
}

// limitRow is an association type with its limit, as HubSpot lists it.
type limitRow struct {
	Category looseText
	TypeID   json.RawMessage `json:"typeId"`
	Label    json.RawMessage // null for the plain association
	Max      json.RawMessage `json:"userEnforcedMaxToObjectIds"`
}

// limit reads a row. It reports false where no limit is set.
func (r limitRow) limit() (Limit, bool, error) {
	if missing(r.Max) {
		return Limit{}, false, nil
	}
	typeID, ok := typeIDOf(r.TypeID)
	most, whole := typeIDOf(r.Max) // a number of the same size
	if !ok || r.Category == "" || !whole || most < 1 {
		return Limit{}, false, errors.New("a limit lacks its association type, or is no number above 0")
	}
	label, _ := textOf(r.Label)
	return Limit{string(r.Category), typeID, label, int(most)}, true, nil
}
