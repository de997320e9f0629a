package hubspot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
)

// DefaultBatch is the answer to default associations: what HubSpot says that it
// has created, and what it refuses.
type DefaultBatch struct {
	// Created has a row for each direction, mostly: of the way back, From and To are
	// those of the other object type. Each has one type, without its label.
	Created []Link
	Failed  []ItemError
}

// CreateDefaultAssociations creates the plain association of up to MaxBatchCreate
// pairs of records, from one object type to another, by their ids. HubSpot does
// that for pairs of its own object types only; with a custom object, name the type
// in CreateAssociations, as whose errors and rights those here are.
func (c *Client) CreateDefaultAssociations(ctx context.Context, from, to string, pairs []Pair) (*DefaultBatch, error) {
	if len(pairs) == 0 {
		return &DefaultBatch{}, nil
	}
	if err := checkSize("create", len(pairs), MaxBatchCreate); err != nil {
		return nil, err
	}
	type defaultInput struct {
		From recordRef `json:"from"`
		To   recordRef `json:"to"`
	}
	body := inputsOf[defaultInput]{make([]defaultInput, len(pairs))}
	for i, p := range pairs {
		if err := checkEnds(from, to, p.From, p.To); err != nil {
			return nil, fmt.Errorf("create %d to %d: %w", p.From, p.To, err)
		}
		body.Inputs[i] = defaultInput{recordRef{p.From}, recordRef{p.To}}
	}
	return c.createDefaults(ctx, opCreateDefaults, request{places: []string{from, to}, body: body})
}

// PutDefaultAssociation creates the plain association of two records, as
// CreateDefaultAssociations does.
func (c *Client) PutDefaultAssociation(ctx context.Context, from, to string, pair Pair) (*DefaultBatch, error) {
	if err := checkEnds(from, to, pair.From, pair.To); err != nil {
		return nil, fmt.Errorf("create %d to %d: %w", pair.From, pair.To, err)
	}
	return c.createDefaults(ctx, opPutDefault, request{places: []string{from, idText(pair.From), to, idText(pair.To)}})
}

func (c *Client) createDefaults(ctx context.Context, op operation, r request) (*DefaultBatch, error) {
	var batch *DefaultBatch
	err := c.do(ctx, op, r, func(data []byte) error {
		var err error
		batch, err = c.decodeDefaults(data)
		return err
	})
	return batch, err
}

func (c *Client) decodeDefaults(data []byte) (*DefaultBatch, error) {
	var doc struct {
		Status  looseText
		Results []struct {
			From, To struct{ ID id }
			Spec     struct {
				Category looseText       `json:"associationCategory"`
				TypeID   json.RawMessage `json:"associationTypeId"`
			} `json:"associationSpec"`
		}
		Errors []errorItem
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
	batch := &DefaultBatch{Failed: c.itemErrors(doc.Errors)}
	for _, row := range doc.Results {
		typeID, ok := typeIDOf(row.Spec.TypeID)
		if !ok || row.Spec.Category == "" || row.From.ID == 0 || row.To.ID == 0 {
			return nil, errors.New("a result lacks a record or its association type")
		}
		types := []LinkType{{Category: string(row.Spec.Category), ID: typeID}}
		batch.Created = append(batch.Created, Link{int64(row.From.ID), int64(row.To.ID), types})
	}
	return batch, nil
}
