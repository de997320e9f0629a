package hubspot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
)

// NewLabel is a label to be defined for a pair of object types.
type NewLabel struct {
	// Name is the internal one: once in a portal, without hyphens, and not beginning
	// with a digit (HubSpot's guide "Associate records").
	Name  string
	Label string // the text from the first object type to the second
	// Inverse is the text of the way back; empty means the same text both ways.
	Inverse string
}

// LabelPair are the two association types of a label: that of the direction which
// was asked for, and that of the way back. Between records of one type they may be
// the same.
type LabelPair struct {
	There, Back Label
	// Certain is false where HubSpot's answer shows by its order alone which is which:
	// Labels says it, some seconds later.
	Certain bool
}

// labelName is what the internal name of a label may be.
var labelName = regexp.MustCompile(`^[^-0-9][^-]*$`)

// CreateLabel defines a label from one object type to another, by their ids. The
// context must come from AllowDefinitions. Where the outcome is not known the error
// is ErrUnclear; Labels shows it, some seconds later. One label too many of a pair is
// an *Error of status 437.
func (c *Client) CreateLabel(ctx context.Context, from, to string, l NewLabel) (LabelPair, error) {
	switch {
	case !labelName.MatchString(l.Name):
		return LabelPair{}, fmt.Errorf("create a label: the name %q has a hyphen, begins with a digit, or is empty", l.Name)
	case l.Label == "":
		return LabelPair{}, fmt.Errorf("create the label %s: its text is empty", l.Name)
	}
	body := struct {
		Name    string `json:"name"`
		Label   string `json:"label"`
		Inverse string `json:"inverseLabel,omitempty"`
	}{l.Name, l.Label, l.Inverse}
	var pair LabelPair
	err := c.do(ctx, opCreateLabel, request{places: []string{from, to}, body: body}, func(data []byte) error {
		var err error
		pair, err = decodeLabelPair(data, from, to, l)
		return err
	})
	return pair, err
}

// decodeLabelPair reads the types of a label that was created, and finds out which
// is which: by the object types of the rows where they have some, else by their
// texts, else by their order, in which HubSpot's examples have the first one first.
func decodeLabelPair(data []byte, from, to string, l NewLabel) (LabelPair, error) {
	texts, err := results[json.RawMessage](data)
	if err != nil {
		return LabelPair{}, err
	}
	var rows []labelRow
	for _, text := range texts {
		row, ok := labelOf(text)
		if !ok {
			return LabelPair{}, errors.New("a label lacks its category or its id")
		}
		rows = append(rows, row)
	}
	switch len(rows) {
	case 1:
		return LabelPair{rows[0].Label, rows[0].Label, true}, nil
	case 2:
		return orderLabels(rows[0], rows[1], from, to, l), nil
	}
	return LabelPair{}, fmt.Errorf("it has %d association types, and a label has two", len(rows))
}

// orderLabels distinguishes the two types of a label.
func orderLabels(first, second labelRow, from, to string, l NewLabel) LabelPair {
	forward := first.goes(from, to) || second.goes(to, from)
	backward := first.goes(to, from) || second.goes(from, to)
	if !forward && !backward && l.Inverse != "" && l.Inverse != l.Label {
		forward = first.Label.Label == l.Label && second.Label.Label == l.Inverse
		backward = first.Label.Label == l.Inverse && second.Label.Label == l.Label
	}
	if backward && !forward {
		first, second = second, first
	}
	return LabelPair{first.Label, second.Label, forward != backward}
}

// goes reports whether a row names its object types, which are different ones, and
// these.
func (r labelRow) goes(from, to string) bool { return r.from == from && r.to == to && from != to }

// UpdateLabel gives a label of a pair of object types the texts of l. It is named by
// its type id of this direction; its internal name stays, and that of l is not sent.
// Rights and errors are those of CreateLabel.
func (c *Client) UpdateLabel(ctx context.Context, from, to string, typeID int32, l NewLabel) error {
	switch {
	case typeID < 1:
		return fmt.Errorf("update a label: %d is no association type id: give one above 0", typeID)
	case l.Label == "":
		return fmt.Errorf("update the label %d: its text is empty", typeID)
	}
	body := struct {
		TypeID  int32  `json:"associationTypeId"`
		Label   string `json:"label"`
		Inverse string `json:"inverseLabel,omitempty"`
	}{typeID, l.Label, l.Inverse}
	return c.do(ctx, opUpdateLabel, request{places: []string{from, to}, body: body, bare: true}, notBare)
}

// DeleteLabel removes a label of a pair of object types, in both directions, and
// takes it from all associations that carry it; those stay as plain ones. Nothing
// brings it back. Rights and errors are those of CreateLabel.
func (c *Client) DeleteLabel(ctx context.Context, from, to string, typeID int32) error {
	return c.do(ctx, opDeleteLabel, request{places: []string{from, to, idText(int64(typeID))}, bare: true}, notBare)
}
