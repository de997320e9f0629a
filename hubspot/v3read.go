package hubspot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// ReadV3 is the answer to a batch read of v3. Every id that was asked is in Answered
// or in exactly one of Empty, Failed and Unanswered.
//
// Deprecated: HubSpot supports v3 until September 2027. Use AssociationBatch.
type ReadV3 struct {
	Links    []LinkV3
	Answered []int64
	// Cut are those of the Answered with more associations than are in Links. The batch
	// read of v3 has no way to the others: RecordAssociationsV3 has.
	Cut        []int64
	Empty      []int64
	Failed     []ItemError
	Unanswered []int64
}

// ReadAssociationsV3 reads the first associations of up to MaxBatchRead records, from
// one object type to another, by their ids: a row for each type, and not more than 100
// of a record.
//
// Deprecated: HubSpot supports v3 until September 2027. Use ReadAssociations, which has
// the pages behind the first one.
func (c *Client) ReadAssociationsV3(ctx context.Context, from, to string, ids []int64) (*ReadV3, error) {
	if len(ids) == 0 {
		return &ReadV3{}, nil
	}
	if len(ids) > MaxBatchRead {
		return nil, fmt.Errorf("read associations of %d records: HubSpot takes %d in a call", len(ids), MaxBatchRead)
	}
	body := inputsOf[recordRef]{make([]recordRef, len(ids))}
	open := map[int64]bool{}
	for i, id := range ids {
		if open[id] {
			return nil, fmt.Errorf("read associations of record %d: it is asked for twice in one call", id)
		}
		open[id], body.Inputs[i].ID = true, id
	}
	var answer *ReadV3
	err := c.do(ctx, opReadV3, request{places: []string{from, to}, body: body}, func(data []byte) error {
		var err error
		answer, err = c.decodeReadV3(data, maps.Clone(open))
		return err
	})
	return answer, err
}

// resultV3 is the answer to one input of a batch read of v3.
type resultV3 struct {
	From       struct{ ID id }
	To, Paging json.RawMessage
}

// decodeReadV3 holds an answer against what is open. What nobody asked for is passed
// over, and so is a second answer to the same.
func (c *Client) decodeReadV3(data []byte, open map[int64]bool) (*ReadV3, error) {
	var doc struct {
		Results []resultV3
		Errors  []errorItem
	}
	if err := unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Results == nil {
		return nil, errNoResults
	}
	r := &ReadV3{}
	for _, result := range doc.Results {
		id := int64(result.From.ID)
		if !open[id] {
			continue
		}
		delete(open, id)
		if err := r.add(id, result); err != nil {
			r.Failed = append(r.Failed, ItemError{ID: id, Message: "its answer cannot be read: " + err.Error()})
		}
	}
	for _, item := range doc.Errors {
		for _, id := range item.ids() {
			if !open[id] {
				continue
			}
			delete(open, id)
			if item.SubCategory == noAssociations {
				r.Empty = append(r.Empty, id)
			} else {
				r.Failed = append(r.Failed, c.itemError(id, item))
			}
		}
	}
	r.Unanswered = slices.Sorted(maps.Keys(open))
	return r, nil
}

func (r *ReadV3) add(id int64, result resultV3) error {
	if missing(result.To) {
		return errors.New("it has no list of associations")
	}
	links, err := linksV3(id, result.To)
	if err != nil {
		return errors.New("an association lacks its record or its type")
	}
	after, err := cursorOf(result.Paging)
	if err != nil || after != "" {
		r.Cut = append(r.Cut, id)
	}
	r.Links, r.Answered = append(r.Links, links...), append(r.Answered, id)
	return nil
}
