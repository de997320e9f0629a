package hubspot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
)

// RecordAssociations lists the associations of one record with those of another
// object type, by their ids, in pages of MaxSinglePage; without any, in one empty
// page. A record that is not there is ErrNotFound. It ends with an error that is
// ErrMalformed where the cursors lead nowhere. Of many records ReadAssociations
// takes 1,000 in a call.
func (c *Client) RecordAssociations(ctx context.Context, from, to string, id int64) iter.Seq2[[]Link, error] {
	return func(yield func([]Link, error) bool) {
		way := newTrail("")
		for after := ""; ; {
			page, next, err := c.recordPage(ctx, from, to, id, after)
			if err == nil && next != "" {
				err = way.step(next, ends(page))
			}
			if !yield(page, err) || err != nil || next == "" {
				return
			}
			after = next
		}
	}
}

func (c *Client) recordPage(ctx context.Context, from, to string, id int64, after string) (links []Link, next string, err error) {
	query := url.Values{"limit": {strconv.Itoa(MaxSinglePage)}}
	if after != "" {
		query.Set("after", plainCursor(after))
	}
	r := request{places: []string{from, idText(id), to}, query: query}
	err = c.do(ctx, opListLinks, r, func(data []byte) error {
		links, next, err = decodeRecordPage(data, id, &c.types)
		return err
	})
	return links, next, err
}

func decodeRecordPage(data []byte, id int64, types *typeSets) ([]Link, string, error) {
	var doc struct{ Results, Paging json.RawMessage }
	if err := unmarshal(data, &doc); err != nil {
		return nil, "", err
	}
	if missing(doc.Results) {
		return nil, "", errNoResults
	}
	var a linksAnswer
	if err := a.addLinks(id, doc.Results, types); err != nil {
		return nil, "", err
	}
	next, err := cursorOf(doc.Paging)
	return a.links, next, err
}

// plainCursor is a cursor as a query takes it: HubSpot hands them out encoded for
// an address, and the query is encoded once more.
func plainCursor(after string) string {
	if plain, err := url.PathUnescape(after); err == nil {
		return plain
	}
	return after
}

func idText(id int64) string { return strconv.FormatInt(id, 10) }

// PutAssociation creates association types from one record to another, as
// CreateAssociations does in a batch. HubSpot may take them as the whole set of the
// pair.
func (c *Client) PutAssociation(ctx context.Context, from, to string, in CreateInput) error {
	types, err := typeRefs(in.Types)
	if err == nil {
		err = checkEnds(from, to, in.From, in.To)
	}
	if err != nil {
		return fmt.Errorf("create %d to %d: %w", in.From, in.To, err)
	}
	r := request{places: []string{from, idText(in.From), to, idText(in.To)}, body: types}
	return c.do(ctx, opPutLink, r, func(data []byte) error { return decodePut(data, Pair{in.From, in.To}) })
}

// decodePut reads the answer to a PUT, which names the pair.
func decodePut(data []byte, asked Pair) error {
	var doc struct{ FromObjectID, ToObjectID id }
	if err := unmarshal(data, &doc); err != nil {
		return err
	}
	if (Pair{int64(doc.FromObjectID), int64(doc.ToObjectID)}) != asked {
		return errors.New("it does not name the pair that was asked for")
	}
	return nil
}

// DeleteAssociation removes all associations of two records: each of their types,
// in both directions. That there were none is no error. The context must come from
// AllowRemovals; where the outcome is not known the error is ErrUnclear.
func (c *Client) DeleteAssociation(ctx context.Context, from, to string, pair Pair) error {
	if err := checkEnds(from, to, pair.From, pair.To); err != nil {
		return fmt.Errorf("delete %d to %d: %w", pair.From, pair.To, err)
	}
	r := request{places: []string{from, idText(pair.From), to, idText(pair.To)}, bare: true}
	return c.do(ctx, opDeleteLink, r, notBare)
}

// notBare is for what is only ever answered with 204.
func notBare([]byte) error { return errors.New("a success of this is a 204") }
