package hubspot

import (
	"context"
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
type Created = Pair

// Pair is a record and another one, in this direction.
type Pair struct{ From, To int64 }

// CreateAssociations creates up to MaxBatchCreate associations from one object
// type to another, by their ids. The context must come from AllowCreates. Where
// the outcome is not known the error is ErrUnclear; nothing is repeated then, and
// the caller has to read what is there.
func (c *Client) CreateAssociations(ctx context.Context, from, to string, inputs []CreateInput) (*CreateBatch, error) {
	if len(inputs) == 0 {
		return &CreateBatch{}, nil
	}
	if err := checkSize("create", len(inputs), MaxBatchCreate); err != nil {
		return nil, err
	}
	body, err := typedInputs("create", from, to, inputs)
	if err != nil {
		return nil, err
	}
	var batch *CreateBatch
	err = c.do(ctx, opCreateLinks, request{places: []string{from, to}, body: body}, func(data []byte) error {
		var err error
		batch, err = c.decodeCreated(data)
		return err
	})
	return batch, err
}

func (c *Client) decodeCreated(data []byte) (*CreateBatch, error) {
	var doc struct {
		Status  looseText
		Results []struct{ FromObjectID, ToObjectID id }
		Errors  []errorItem
	}
	if err := unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Results == nil && doc.Errors == nil {
		return nil, errNoResults
	}
	if err := doc.Status.underWay(); err != nil {
		return nil, err
	}
	batch := &CreateBatch{Failed: c.itemErrors(doc.Errors)}
	for _, row := range doc.Results {
		batch.Created = append(batch.Created, Created{int64(row.FromObjectID), int64(row.ToObjectID)})
	}
	return batch, nil
}
