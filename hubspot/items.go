package hubspot

import (
	"encoding/json"
	"slices"
	"strconv"
)

// errorItem is a part of a batch that HubSpot refuses. Each field may be missing.
type errorItem struct {
	Category    looseText
	SubCategory looseText
	Message     looseText
	Context     namedIDs
}

// UnmarshalJSON takes anything: what is no item says nothing, and of no record.
func (e *errorItem) UnmarshalJSON(text []byte) error {
	type fields errorItem
	var f fields
	if json.Unmarshal(text, &f) == nil {
		*e = errorItem(f)
	}
	e.spare()
	return nil
}

// spare lets go of the message of an item that says of a record that it has no
// associations: nobody needs it.
func (e *errorItem) spare() {
	if e.SubCategory == noAssociations {
		e.Message = ""
	}
}

// itemsOf reads the error items of an answer: none where they are no list.
func itemsOf(list json.RawMessage) (items []errorItem) {
	if json.Unmarshal(list, &items) != nil {
		return nil
	}
	return items
}

// ids are the records that an error item names.
func (e errorItem) ids() []int64 { return e.Context }

// namedIDs are the records that the context of an error item names, by the keys
// that HubSpot uses.
type namedIDs []int64

// idKeys are those keys.
var idKeys = []string{"fromObjectId", "id", "ids", "objectId"}

// UnmarshalJSON takes a context.
func (n *namedIDs) UnmarshalJSON(text []byte) error {
	var context contextTexts
	if err := context.UnmarshalJSON(text); err != nil {
		return err
	}
	*n = nil
	for _, key := range idKeys {
		for _, text := range context[key] {
			if id, err := strconv.ParseInt(text, 10, 64); err == nil {
				*n = append(*n, id)
			}
		}
	}
	return nil
}

// itemError is an error item as it is shown, for one of the records it names.
func (c *Client) itemError(id int64, e errorItem) ItemError {
	return ItemError{id, c.clean(string(e.Category)), c.clean(string(e.SubCategory)), c.clean(string(e.Message))}
}

// itemErrors are error items as they are shown: one for each record that an item
// names, and one of the record 0 where it names none.
func (c *Client) itemErrors(items []errorItem) (list []ItemError) {
	for _, item := range items {
		ids := slices.Compact(slices.Sorted(slices.Values(item.ids())))
		if len(ids) == 0 {
			ids = []int64{0}
		}
		for _, id := range ids {
			list = append(list, c.itemError(id, item))
		}
	}
	return list
}

// contextTexts are the texts by which an error explains itself: lists of strings
// in HubSpot's specification, from which its answers differ.
type contextTexts map[string][]string

// UnmarshalJSON takes lists and single values, of strings and of numbers.
func (c *contextTexts) UnmarshalJSON(text []byte) error {
	var doc map[string]json.RawMessage
	if json.Unmarshal(text, &doc) != nil {
		return nil // a context that says nothing
	}
	*c = contextTexts{}
	for key, value := range doc {
		var list []json.RawMessage
		if json.Unmarshal(value, &list) != nil {
			list = []json.RawMessage{value}
		}
		for _, item := range list {
			var one string
			if json.Unmarshal(item, &one) != nil {
				one = string(item) // a number
			}
			(*c)[key] = append((*c)[key], one)
		}
	}
	return nil
}
