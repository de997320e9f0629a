package hubspot

import (
	"context"
	"errors"
	"fmt"
)

// ArchiveInput asks to remove all associations of one record with others: each of
// their types, in both directions.
type ArchiveInput struct {
	From int64
	To   []int64 // at least one
}

// ArchiveBatch is the answer to a batch that removes: what HubSpot refuses. That
// there was nothing to remove is no error.
type ArchiveBatch struct {
	Failed []ItemError
}

// ArchiveAssociations removes all associations of up to MaxBatchArchive pairs of
// records, from one object type to another, by their ids. The context must come
// from AllowRemovals. Where the outcome is not known the error is ErrUnclear;
// nothing is repeated then, and the caller has to read what is there.
func (c *Client) ArchiveAssociations(ctx context.Context, from, to string, inputs []ArchiveInput) (*ArchiveBatch, error) {
	type archiveInput struct {
		From recordRef   `json:"from"`
		To   []recordRef `json:"to"`
	}
	body := inputsOf[archiveInput]{make([]archiveInput, len(inputs))}
	pairs := 0
	for i, in := range inputs {
		if len(in.To) == 0 {
			return nil, fmt.Errorf("archive the associations of %d: no records at the other end are given", in.From)
		}
		body.Inputs[i].From = recordRef{in.From}
		for _, id := range in.To {
			if err := checkEnds(from, to, in.From, id); err != nil {
				return nil, fmt.Errorf("archive %d to %d: %w", in.From, id, err)
			}
			body.Inputs[i].To = append(body.Inputs[i].To, recordRef{id})
		}
		pairs += len(in.To)
	}
	if err := checkSize("archive", pairs, MaxBatchArchive); err != nil {
		return nil, err
	}
	return c.archive(ctx, opArchiveLinks, from, to, len(inputs), body)
}

// ArchiveLabels removes association types of up to MaxBatchArchive pairs of
// records, and their inverses; those that are not named stay. It does as
// ArchiveAssociations does otherwise. Where the plain type of a pair is removed,
// HubSpot removes all.
func (c *Client) ArchiveLabels(ctx context.Context, from, to string, inputs []CreateInput) (*ArchiveBatch, error) {
	if err := checkSize("archive labels of", len(inputs), MaxBatchArchive); err != nil {
		return nil, err
	}
	body, err := typedInputs("archive labels of", from, to, inputs)
	if err != nil {
		return nil, err
	}
	return c.archive(ctx, opArchiveLabels, from, to, len(inputs), body)
}

// archive sends a batch of n inputs that removes.
func (c *Client) archive(ctx context.Context, op operation, from, to string, n int, body any) (*ArchiveBatch, error) {
	batch := &ArchiveBatch{}
	if n == 0 {
		return batch, nil
	}
	err := c.do(ctx, op, request{places: []string{from, to}, body: body, bare: true}, func(data []byte) error {
		var err error
		batch.Failed, err = c.decodeDone(data)
		return err
	})
	if err != nil {
		return nil, err
	}
	return batch, nil
}

// decodeDone reads what the date-based versions answer where v4 says nothing: a
// batch, whose status alone says that it was done.
func (c *Client) decodeDone(data []byte) ([]ItemError, error) {
	var doc struct {
		Status looseText
		Errors []errorItem
	}
	if err := unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Status == "" && doc.Errors == nil {
		return nil, errUnderWay
	}
	if err := doc.Status.underWay(); err != nil {
		return nil, err
	}
	return c.itemErrors(doc.Errors), nil
}

var errUnderWay = errors.New("it is no batch that is complete")

// underWay says of the status of a batch that writes that not all of it may be done: the
// specification has PENDING, PROCESSING and CANCELED beside COMPLETE. Not all answers have one.
func (status looseText) underWay() error {
	if status != "" && status != "COMPLETE" {
		return errUnderWay
	}
	return nil
}
