package hubspot

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strconv"
)

// AssociationV1 is an association of one of HubSpot's own types, as v1 knows it: the
// type id says between which object types.
//
// Deprecated: HubSpot supports v1 until September 2027. Use CreateInput.
type AssociationV1 struct {
	From, To int64
	TypeID   int32 // v1 calls it definition id; of the category HUBSPOT_DEFINED
}

// associationV1 is an association as v1 takes it.
type associationV1 struct {
	From     int64  `json:"fromObjectId"`
	To       int64  `json:"toObjectId"`
	Category string `json:"category"`
	TypeID   int32  `json:"definitionId"`
}

// body refuses what cannot be associated.
func (a AssociationV1) body() (associationV1, error) {
	err := checkEnds("", "?", a.From, a.To)
	switch {
	case err == nil && a.TypeID < 1:
		err = fmt.Errorf("%d is no association type id: give one above 0", a.TypeID)
	case err == nil && a.From == a.To && withinOneType(a.TypeID):
		err = checkEnds("", "", a.From, a.To)
	}
	if err != nil {
		err = fmt.Errorf("create %d to %d: %w", a.From, a.To, err)
	}
	return associationV1{a.From, a.To, HubSpotDefined, a.TypeID}, err
}

// withinOneType reports whether one of HubSpot's own types is between records of
// one object type.
func withinOneType(typeID int32) bool {
	return slices.ContainsFunc(DocumentedTypes(), func(d DocumentedType) bool { return d.TypeID == int(typeID) && d.From == d.To })
}

// PutAssociationV1 creates an association by v1, which answers nothing about it. The
// rights and errors are those of CreateAssociations.
//
// Deprecated: HubSpot supports v1 until September 2027. Use PutAssociation.
func (c *Client) PutAssociationV1(ctx context.Context, a AssociationV1) error {
	body, err := a.body()
	if err != nil {
		return err
	}
	return c.do(ctx, opPutV1, request{body: body, bare: true}, notBare)
}

// PutAssociationsV1 creates up to MaxBatchCreate associations by v1: all of them, or
// none. The rights and errors are those of CreateAssociations.
//
// Deprecated: HubSpot supports v1 until September 2027. Use CreateAssociations.
func (c *Client) PutAssociationsV1(ctx context.Context, list []AssociationV1) error {
	if len(list) == 0 {
		return nil
	}
	if err := checkSize("create", len(list), MaxBatchCreate); err != nil {
		return err
	}
	body := make([]associationV1, len(list))
	for i, a := range list {
		var err error
		if body[i], err = a.body(); err != nil {
			return err
		}
	}
	return c.do(ctx, opPutBatchV1, request{body: body, bare: true}, notBare)
}

// maxPageV1 is how many records one page of v1 gives at most (documentation of the
// endpoint).
const maxPageV1 = 100

// RecordAssociationsV1 lists the records that a record is associated with by one of
// HubSpot's own types, in pages. It ends with an error that is ErrMalformed where the
// offsets lead nowhere.
//
// Deprecated: HubSpot supports v1 until September 2027. Use RecordAssociations.
func (c *Client) RecordAssociationsV1(ctx context.Context, id int64, typeID int32) iter.Seq2[[]int64, error] {
	return func(yield func([]int64, error) bool) {
		way := newTrail("")
		for offset := ""; ; {
			page, next, err := c.recordPageV1(ctx, id, typeID, offset)
			if err == nil && next != "" {
				err = way.step(next, slices.Values(page))
			}
			if !yield(page, err) || err != nil || next == "" {
				return
			}
			offset = next
		}
	}
}

func (c *Client) recordPageV1(ctx context.Context, id int64, typeID int32, offset string) (page []int64, next string, err error) {
	query := url.Values{"limit": {strconv.Itoa(maxPageV1)}}
	if offset != "" {
		query.Set("offset", offset)
	}
	r := request{places: []string{idText(id), idText(int64(typeID))}, query: query}
	err = c.do(ctx, opListV1, r, func(data []byte) error {
		page, next, err = decodeRecordPageV1(data)
		return err
	})
	return page, next, err
}

func decodeRecordPageV1(data []byte) (page []int64, next string, err error) {
	var doc struct {
		Results []id
		HasMore bool
		Offset  *id
	}
	if err := unmarshal(data, &doc); err != nil {
		return nil, "", err
	}
	switch {
	case doc.Results == nil:
		return nil, "", errNoResults
	case doc.HasMore && doc.Offset == nil:
		return nil, "", errNoCursor
	case slices.Contains(doc.Results, 0):
		return nil, "", errors.New("a record id is 0")
	}
	page = make([]int64, len(doc.Results))
	for i, n := range doc.Results {
		page[i] = int64(n)
	}
	if doc.HasMore {
		next = idText(int64(*doc.Offset))
	}
	return page, next, nil
}
