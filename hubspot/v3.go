package hubspot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/url"
)

// LinkV3 is one association type from one record to another, as v3 knows it: by its
// name. The names mislead where a pair of object types has a primary type:
// contact_to_company is that of the primary company, and the plain type is
// contact_to_company_unlabeled.
//
// Deprecated: HubSpot supports v3 until September 2027. Use Link and CreateInput.
type LinkV3 struct {
	From, To int64
	Type     string
}

// TypeV3 is an association type with the name that v3 has for it.
//
// Deprecated: HubSpot supports v3 until September 2027. Use Label.
type TypeV3 struct {
	TypeID int32
	Name   string
}

// TypesV3 lists the association types from one object type to another, by their ids,
// with their names in v3.
//
// Deprecated: HubSpot supports v3 until September 2027. Use Labels.
func (c *Client) TypesV3(ctx context.Context, from, to string) ([]TypeV3, error) {
	var types []TypeV3
	err := c.do(ctx, opTypesV3, request{places: []string{from, to}}, func(data []byte) error {
		var err error
		types, err = decodeTypesV3(data)
		return err
	})
	return types, err
}

func decodeTypesV3(data []byte) ([]TypeV3, error) {
	rows, err := results[struct {
		ID   json.RawMessage
		Name string
	}](data)
	types := make([]TypeV3, len(rows))
	for i, row := range rows {
		n, ok := typeIDOf(row.ID)
		if !ok || row.Name == "" {
			return nil, errors.New("an association type lacks its id or its name")
		}
		types[i] = TypeV3{n, row.Name}
	}
	return types, err
}

// RecordAssociationsV3 lists the associations of one record with those of another
// object type, by their ids, in pages, with a row for each type. It ends with an error
// that is ErrMalformed where the cursors lead nowhere.
//
// Deprecated: HubSpot supports v3 until September 2027. Use RecordAssociations.
func (c *Client) RecordAssociationsV3(ctx context.Context, from, to string, id int64) iter.Seq2[[]LinkV3, error] {
	return func(yield func([]LinkV3, error) bool) {
		way := newTrail("")
		for after := ""; ; {
			page, next, err := c.recordPageV3(ctx, from, to, id, after)
			if err == nil && next != "" {
				err = way.step(next, endsV3(page))
			}
			if !yield(page, err) || err != nil || next == "" {
				return
			}
			after = next
		}
	}
}

func (c *Client) recordPageV3(ctx context.Context, from, to string, id int64, after string) (page []LinkV3, next string, err error) {
	query := url.Values{} // its pages have 100 rows
	if after != "" {
		query.Set("after", plainCursor(after))
	}
	r := request{places: []string{from, idText(id), to}, query: query}
	err = c.do(ctx, opListV3, r, func(data []byte) error {
		page, next, err = decodeRecordPageV3(data, id)
		return err
	})
	return page, next, err
}

func decodeRecordPageV3(data []byte, from int64) ([]LinkV3, string, error) {
	var doc struct{ Results, Paging json.RawMessage }
	if err := unmarshal(data, &doc); err != nil {
		return nil, "", err
	}
	if missing(doc.Results) {
		return nil, "", errNoResults
	}
	links, err := linksV3(from, doc.Results)
	if err != nil {
		return nil, "", err
	}
	next, err := cursorOf(doc.Paging)
	return links, next, err
}

// linksV3 reads the rows of one record.
func linksV3(from int64, list json.RawMessage) ([]LinkV3, error) {
	var rows []struct {
		ID   id
		Type looseText
	}
	if err := json.Unmarshal(list, &rows); err != nil {
		return nil, err
	}
	links := make([]LinkV3, len(rows))
	for i, row := range rows {
		if row.ID == 0 || row.Type == "" {
			return nil, errors.New("an association lacks its record or its type")
		}
		links[i] = LinkV3{from, int64(row.ID), string(row.Type)}
	}
	return links, nil
}

func endsV3(links []LinkV3) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for _, l := range links {
			if !yield(l.To) {
				return
			}
		}
	}
}

// inputV3 is an association as v3 takes it.
type inputV3 struct {
	From recordRef `json:"from"`
	To   recordRef `json:"to"`
	Type string    `json:"type"`
}

// inputsV3 is the body of a batch of v3 that writes.
func inputsV3(verb, from, to string, links []LinkV3) (body inputsOf[inputV3], err error) {
	if err := checkSize(verb, len(links), MaxBatchV3); err != nil {
		return body, err
	}
	body.Inputs = make([]inputV3, len(links))
	for i, l := range links {
		err := checkEnds(from, to, l.From, l.To)
		if err == nil && l.Type == "" {
			err = errors.New("no association type is given")
		}
		if err != nil {
			return body, fmt.Errorf("%s %d to %d: %w", verb, l.From, l.To, err)
		}
		body.Inputs[i] = inputV3{recordRef{l.From}, recordRef{l.To}, l.Type}
	}
	return body, nil
}

// BatchV3 is the answer to a batch of creates of v3.
//
// Deprecated: HubSpot supports v3 until September 2027. Use CreateBatch.
type BatchV3 struct {
	Created []LinkV3 // a row for each direction: of the way back, From and To are those of the other object type
	Failed  []ItemError
}

// CreateAssociationsV3 creates up to MaxBatchV3 associations by v3, each of one type.
// The rights and errors are those of CreateAssociations.
//
// Deprecated: HubSpot supports v3 until September 2027. Use CreateAssociations.
func (c *Client) CreateAssociationsV3(ctx context.Context, from, to string, links []LinkV3) (*BatchV3, error) {
	if len(links) == 0 {
		return &BatchV3{}, nil
	}
	body, err := inputsV3("create", from, to, links)
	if err != nil {
		return nil, err
	}
	var batch *BatchV3
	err = c.do(ctx, opCreateV3, request{places: []string{from, to}, body: body}, func(data []byte) error {
		var err error
		batch, err = c.decodeCreatedV3(data)
		return err
	})
	return batch, err
}

func (c *Client) decodeCreatedV3(data []byte) (*BatchV3, error) {
	var doc struct {
		Status  looseText
		Results []struct {
			From, To struct{ ID id }
			Type     looseText
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
	batch := &BatchV3{Failed: c.itemErrors(doc.Errors)}
	for _, row := range doc.Results {
		if row.From.ID == 0 || row.To.ID == 0 {
			return nil, errors.New("a result lacks a record")
		}
		batch.Created = append(batch.Created, LinkV3{int64(row.From.ID), int64(row.To.ID), string(row.Type)})
	}
	return batch, nil
}

// ArchiveAssociationsV3 removes up to MaxBatchV3 associations by v3, each of one type,
// and their inverses. Of the plain type it removes all, as ArchiveLabels does. Rights
// and errors are those of ArchiveAssociations.
//
// Deprecated: HubSpot supports v3 until September 2027. Use ArchiveLabels.
func (c *Client) ArchiveAssociationsV3(ctx context.Context, from, to string, links []LinkV3) (*ArchiveBatch, error) {
	body, err := inputsV3("archive", from, to, links)
	if err != nil {
		return nil, err
	}
	return c.archive(ctx, opArchiveV3, from, to, len(links), body)
}
