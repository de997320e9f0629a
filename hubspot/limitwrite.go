package hubspot

import (
	"context"
	"fmt"
)

// LimitBatch is the answer to a batch of limits: those that HubSpot says are set,
// and what it refuses.
type LimitBatch struct {
	Set    []Limit
	Failed []ItemError // of no record: their messages name the association type
}

// typeKey names an association type where limits are written, limitInput with the
// limit.
type (
	typeKey struct {
		Category string `json:"category"`
		TypeID   int32  `json:"typeId"`
	}
	limitInput struct {
		typeKey
		Max int `json:"maxToObjectIds"`
	}
)

// CreateLimits sets limits of association types from one object type to another,
// by their ids, that have none yet: from 1 to MaxLimit, and of a label not above
// that of the plain type. What is there already stays. The context must come from
// AllowDefinitions. Where the outcome is not known the error is ErrUnclear;
// PairLimits shows it.
func (c *Client) CreateLimits(ctx context.Context, from, to string, limits []Limit) (*LimitBatch, error) {
	return c.setLimits(ctx, opCreateLimits, from, to, limits)
}

// UpdateLimits changes limits that are set, as CreateLimits sets them.
func (c *Client) UpdateLimits(ctx context.Context, from, to string, limits []Limit) (*LimitBatch, error) {
	return c.setLimits(ctx, opUpdateLimits, from, to, limits)
}

func (c *Client) setLimits(ctx context.Context, op operation, from, to string, limits []Limit) (*LimitBatch, error) {
	if len(limits) == 0 {
		return &LimitBatch{}, nil
	}
	body := inputsOf[limitInput]{make([]limitInput, len(limits))}
	for i, l := range limits {
		key, err := typeKeyOf(l.Category, l.TypeID)
		if err != nil {
			return nil, fmt.Errorf("set a limit: %w", err)
		}
		if l.Max < 1 || l.Max > MaxLimit {
			return nil, fmt.Errorf("set the limit of %s %d: %d is not from 1 to %d", l.Category, l.TypeID, l.Max, MaxLimit)
		}
		body.Inputs[i] = limitInput{key, l.Max}
	}
	var batch *LimitBatch
	err := c.do(ctx, op, request{places: []string{from, to}, body: body}, func(data []byte) error {
		var err error
		batch, err = c.decodeLimitBatch(data)
		return err
	})
	return batch, err
}

func typeKeyOf(category string, typeID int32) (typeKey, error) {
	refs, err := typeRefs([]LinkType{{Category: category, ID: typeID}})
	if err != nil {
		return typeKey{}, err
	}
	return typeKey(refs[0]), nil
}

func (c *Client) decodeLimitBatch(data []byte) (*LimitBatch, error) {
	var doc struct {
		Status  looseText
		Results []limitRow
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
	set, err := limitsOf(doc.Results)
	return &LimitBatch{set, c.itemErrors(doc.Errors)}, err
}

// PurgeLimits takes the limits of association types away. A missing one is no
// error. Rights and errors are those of CreateLimits.
func (c *Client) PurgeLimits(ctx context.Context, from, to string, types []LinkType) (*ArchiveBatch, error) {
	body := inputsOf[typeKey]{make([]typeKey, len(types))}
	for i, t := range types {
		key, err := typeKeyOf(t.Category, t.ID)
		if err != nil {
			return nil, fmt.Errorf("take a limit away: %w", err)
		}
		body.Inputs[i] = key
	}
	return c.archive(ctx, opPurgeLimits, from, to, len(types), body)
}
