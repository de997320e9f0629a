package hubspot

import (
	"context"
	"fmt"
	"slices"
)

// CreateInput asks for association types from one record to another. HubSpot
// may take the types as the whole set of the pair.
type CreateInput struct {
	From, To int64
	Types    []LinkType // their labels are not sent
}

// CreateBatch is the answer to a batch of creates: what HubSpot says that it has
// created, and what it refuses.
type CreateBatch struct {
	Created []Created
	Failed  []ItemError
}

// Created is a pair of records that HubSpot says it has associated.
type Created struct{ From, To int64 }

// createEnd, createType and createInput are the body of a batch create.
type (
	createEnd struct {
		ID int64 `json:"id,string"`
	}
	createType struct {
		Category string `json:"associationCategory"`
		TypeID   int32  `json:"associationTypeId"`
	}
	createInput struct {
		From  createEnd    `json:"from"`
		To    createEnd    `json:"to"`
		Types []createType `json:"types"`
	}
)

// CreateAssociations creates up to MaxBatchCreate associations from one object
// type to another, by their ids. The context must come from AllowWrites. Where
// the outcome is not known the error is ErrUnclear; nothing is repeated then, and
// the caller has to read what is there.
func (c *Client) CreateAssociations(ctx context.Context, from, to string, inputs []CreateInput) (*CreateBatch, error) {
	if len(inputs) > MaxBatchCreate {
		return nil, fmt.Errorf("create %d associations: HubSpot takes %d in a call", len(inputs), MaxBatchCreate)
	}
	if len(inputs) == 0 {
		return &CreateBatch{}, nil
	}
	body := struct {
		Inputs []createInput `json:"inputs"`
	}{make([]createInput, len(inputs))}
	for i, in := range inputs {
		if len(in.Types) == 0 { // HubSpot answers 2xx to this, and links nothing
			return nil, fmt.Errorf("create %d to %d: no association types are given", in.From, in.To)
		}
		body.Inputs[i] = createInput{From: createEnd{in.From}, To: createEnd{in.To}}
		for _, t := range in.Types {
			body.Inputs[i].Types = append(body.Inputs[i].Types, createType{t.Category, t.ID})
		}
	}
	var batch *CreateBatch
	err := c.do(ctx, opCreateLinks, request{types: []string{from, to}, body: body}, func(data []byte) error {
		var err error
		batch, err = c.decodeCreated(data)
		return err
	})
	return batch, err
}

func (c *Client) decodeCreated(data []byte) (*CreateBatch, error) {
	var doc struct {
		Results []struct{ FromObjectID, ToObjectID id }
		Errors  []errorItem
	}
	if err := unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Results == nil && doc.Errors == nil {
		return nil, errNoResults
	}
	batch := &CreateBatch{}
	for _, row := range doc.Results {
		batch.Created = append(batch.Created, Created{int64(row.FromObjectID), int64(row.ToObjectID)})
	}
	for _, item := range doc.Errors {
		ids := slices.Compact(slices.Sorted(slices.Values(item.ids())))
		if len(ids) == 0 {
			ids = []int64{0} // it names no record
		}
		for _, n := range ids {
			batch.Failed = append(batch.Failed, c.itemError(n, item))
		}
	}
	return batch, nil
}
