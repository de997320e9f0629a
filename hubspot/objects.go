package hubspot

import (
	"context"
	"fmt"
	"iter"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// ObjectQuery says which records to list.
type ObjectQuery struct {
	Properties []string
	Archived   bool   // the archived ones, instead of the live ones
	After      string // go on behind this cursor
}

// ObjectPage is a page of a list.
type ObjectPage struct {
	Objects []Object
	Unnamed int    // rows that name no record
	After   string // cursor of the next page; empty on the last
}

// Objects lists the records of a type, by its id, in pages of MaxListPage. It
// ends with an error that is ErrMalformed where the cursors lead nowhere, or a
// page has a next one without a cursor: what that page holds comes with the error.
func (c *Client) Objects(ctx context.Context, typ string, q ObjectQuery) iter.Seq2[ObjectPage, error] {
	return func(yield func(ObjectPage, error) bool) {
		way := newTrail(q.After)
		for {
			page, err := c.objectPage(ctx, typ, q)
			if err == nil && page.After != "" {
				err = way.step(page.After, ids(page.Objects))
			}
			if !yield(page, err) || err != nil || page.After == "" {
				return
			}
			q.After = page.After
		}
	}
}

func ids(objects []Object) iter.Seq[int64] {
	return func(yield func(int64) bool) {
		for _, o := range objects {
			if !yield(o.ID) {
				return
			}
		}
	}
}

func (c *Client) objectPage(ctx context.Context, typ string, q ObjectQuery) (ObjectPage, error) {
	query := url.Values{"limit": {strconv.Itoa(MaxListPage)}, "archived": {strconv.FormatBool(q.Archived)}}
	if len(q.Properties) > 0 {
		query.Set("properties", strings.Join(q.Properties, ","))
	}
	if q.After != "" {
		query.Set("after", q.After)
	}
	var page ObjectPage
	err := c.do(ctx, opListObjects, request{places: []string{typ}, query: query}, func(data []byte) error {
		a, err := decodeObjects(data)
		if err != nil {
			return err
		}
		page = ObjectPage{a.objects, a.unnamed, a.after}
		if a.cut {
			return errNoCursor
		}
		return nil
	})
	return page, err
}

// ObjectRead names records to read.
type ObjectRead struct {
	IDs        []int64 // at most MaxBatchObjects
	Properties []string
	Archived   bool // among the archived ones, instead of the live ones
}

// ObjectBatch is the answer to an ObjectRead. Every id that was asked is the id
// of one of Objects, a key of Into, or in one of Absent, Failed and Unanswered.
type ObjectBatch struct {
	Objects []Object
	Absent  []int64 // there is no such record, as HubSpot says itself
	Failed  []ItemError
	// Into has the ids that were merged away, and the record of Objects that was
	// answered in the place of each.
	Into map[int64]int64
	// Unanswered are the ids that HubSpot says nothing about, which proves nothing:
	// what it lacks it names.
	Unanswered []int64
	Unnamed    int // rows that name no record
	// Refused is why HubSpot gives no record of this type by id: whose ids are among
	// Failed. nil mostly.
	Refused error
}

// objectNotFound is the category of the error item by which HubSpot says that
// ids of an objects batch read are those of no record.
const objectNotFound = "OBJECT_NOT_FOUND"

// mergedIDs is the property in which a record lists the ids that were merged into
// it, separated by semicolons.
const mergedIDs = "hs_merged_object_ids"

// MergedIDs lists the records that HubSpot says were merged into o, where its
// property hs_merged_object_ids was asked for.
func (o Object) MergedIDs() []int64 {
	var ids []int64
	for part := range strings.SplitSeq(o.Properties[mergedIDs], ";") {
		if id, err := strconv.ParseInt(strings.TrimSpace(part), 10, 64); err == nil && id != o.ID {
			ids = append(ids, id)
		}
	}
	return ids
}

// ReadObjects reads records by id, in one call. A Reader asks again for those that
// are not answered.
func (c *Client) ReadObjects(ctx context.Context, typ string, r ObjectRead) (ObjectBatch, error) {
	return c.readObjects(ctx, typ, r, 0)
}

// readObjects is ReadObjects with so many attempts; 0 means as many as the client
// makes.
func (c *Client) readObjects(ctx context.Context, typ string, r ObjectRead, attempts int) (ObjectBatch, error) {
	ids := slices.Compact(slices.Sorted(slices.Values(r.IDs)))
	if len(ids) == 0 {
		return ObjectBatch{}, nil
	}
	if len(ids) > MaxBatchObjects {
		return ObjectBatch{}, fmt.Errorf("read %d records of %s: HubSpot takes %d in a call", len(ids), typ, MaxBatchObjects)
	}
	type input struct {
		ID int64 `json:"id,string"`
	}
	body := struct {
		Inputs     []input  `json:"inputs"`
		Properties []string `json:"properties"`
	}{make([]input, len(ids)), append([]string{}, r.Properties...)}
	for i, n := range ids {
		body.Inputs[i].ID = n
	}
	var batch ObjectBatch
	query := url.Values{"archived": {strconv.FormatBool(r.Archived)}}
	err := c.do(ctx, opReadObjects, request{places: []string{typ}, query: query, body: body, most: attempts}, func(data []byte) error {
		a, err := decodeObjects(data)
		if err == nil {
			batch = c.accountObjects(ids, a.objects, a.errors)
			batch.Unnamed = a.unnamed
		}
		return err
	})
	return batch, err
}

// accountObjects holds an answer against what was asked. An id of which there are
// both a record and an error is not answered. One that is silent was merged into the
// record that claims it, or that is answered when it is asked for alone.
func (c *Client) accountObjects(ids []int64, found []Object, items []errorItem) ObjectBatch {
	b := ObjectBatch{Into: map[int64]int64{}}
	open := make(map[int64]bool, len(ids))
	for _, n := range ids {
		open[n] = true
	}
	said := map[int64]errorItem{}
	for _, item := range items {
		for _, n := range item.ids() {
			if open[n] {
				said[n] = item
			}
		}
	}
	for _, o := range found {
		if _, both := said[o.ID]; both {
			delete(open, o.ID)
			delete(said, o.ID)
			b.Failed = append(b.Failed, ItemError{ID: o.ID, Message: "it has both an answer and an error"})
			continue
		}
		b.Objects = append(b.Objects, o)
		delete(open, o.ID)
	}
	for _, o := range b.Objects {
		for _, old := range o.MergedIDs() {
			if _, named := said[old]; open[old] && !named {
				b.Into[old] = o.ID
				delete(open, old)
			}
		}
	}
	for _, n := range ids {
		item, named := said[n]
		switch {
		case !open[n]:
		case named && item.Category == objectNotFound:
			b.Absent = append(b.Absent, n)
		case named:
			b.Failed = append(b.Failed, c.itemError(n, item))
		case len(ids) == 1 && len(b.Objects) == 1:
			b.Into[n] = b.Objects[0].ID
		default:
			b.Unanswered = append(b.Unanswered, n)
		}
	}
	return b
}
