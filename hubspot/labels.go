package hubspot

import (
	"context"
	"encoding/json"
)

// Label is an association type of an ordered pair of object types. The plain
// one has no text.
type Label struct {
	Category string
	TypeID   int
	Label    string
}

// LabelList is what a portal says of the association types of a pair.
type LabelList struct {
	Labels     []Label // each category and id once; not nil
	Unreadable int     // rows that lack their category or their id
	Dropped    []Label // rows that differ from that of Labels with their category and id
	// Inverses are rows that name their object types, and name those of the way back:
	// they are the inverses of Labels, and no types of this direction. Mostly HubSpot
	// lists none.
	Inverses []Label
}

// Labels reads the association types from one object type to another, by their
// ids. They are of this direction only. Of definitions that come twice and
// differ, one with a text stands, and of several texts the first in their order.
func (c *Client) Labels(ctx context.Context, from, to string) (LabelList, error) {
	var list LabelList
	err := c.do(ctx, opLabels, request{places: []string{from, to}}, func(data []byte) error {
		var err error
		list, err = decodeLabels(data, from, to)
		return err
	})
	return list, err
}

func decodeLabels(data []byte, from, to string) (LabelList, error) {
	rows, err := results[json.RawMessage](data)
	if err != nil {
		return LabelList{}, err
	}
	list := LabelList{Labels: make([]Label, 0, len(rows))}
	known := map[Label]int{} // without its text -> its place, from 1
	for _, text := range rows {
		row, ok := labelOf(text)
		switch {
		case !ok:
			list.Unreadable++
		case row.from == to && row.to == from && from != to:
			list.Inverses = append(list.Inverses, row.Label)
		default:
			list.add(row.Label, known)
		}
	}
	return list, nil
}

// add takes in a type of the pair, which may be there already.
func (list *LabelList) add(l Label, known map[Label]int) {
	key := Label{Category: l.Category, TypeID: l.TypeID}
	if known[key] == 0 {
		list.Labels = append(list.Labels, l)
		known[key] = len(list.Labels)
		return
	}
	kept := &list.Labels[known[key]-1]
	if l.Label != "" && (kept.Label == "" || l.Label < kept.Label) {
		*kept, l = l, *kept
	}
	if l != *kept {
		list.Dropped = append(list.Dropped, l)
	}
}

// labelRow is an association type with the object types that its row names; they
// are empty in most answers.
type labelRow struct {
	Label
	from, to string
}

// labelOf reads an association type as HubSpot lists it. It reports false where
// the row lacks its category or its id.
func labelOf(text []byte) (labelRow, bool) {
	var doc struct {
		Category looseText
		TypeID   json.RawMessage `json:"typeId"`
		Label    json.RawMessage // null for the plain association
		From     looseText       `json:"fromObjectTypeId"`
		To       looseText       `json:"toObjectTypeId"`
	}
	err := json.Unmarshal(text, &doc)
	n, ok := typeIDOf(doc.TypeID)
	label, _ := textOf(doc.Label)
	return labelRow{Label{string(doc.Category), int(n), label}, string(doc.From), string(doc.To)}, err == nil && ok && doc.Category != ""
}
