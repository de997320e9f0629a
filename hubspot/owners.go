package hubspot

import (
	"context"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
)

// MaxOwnerPage is how many owners one call gives at most (specification of the
// endpoint).
const MaxOwnerPage = 500

// Owner is a user, or a queue of tickets, to whom records belong.
type Owner struct {
	ID       int64  // as an owner, which is what hubspot_owner_id holds
	Name     string // first and last name; empty where HubSpot has neither
	Archived bool   // the user was removed, and may still own records
}

// Owners reads the owners of the portal: those that are there, or those that were
// removed. Of their addresses nothing is kept. It ends with an error that is
// ErrMalformed where the cursors lead nowhere.
func (c *Client) Owners(ctx context.Context, archived bool) ([]Owner, error) {
	var all []Owner
	way := newTrail("")
	for after := ""; ; {
		page, next, err := c.ownerPage(ctx, archived, after)
		if err == nil && next != "" {
			err = way.step(next, func(yield func(int64) bool) {
				for _, o := range page {
					if !yield(o.ID) {
						return
					}
				}
			})
		}
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if next == "" {
			return all, nil
		}
		after = next
	}
}

func (c *Client) ownerPage(ctx context.Context, archived bool, after string) (owners []Owner, next string, err error) {
	query := url.Values{"limit": {strconv.Itoa(MaxOwnerPage)}, "archived": {strconv.FormatBool(archived)}}
	if after != "" {
		query.Set("after", after)
	}
	err = c.do(ctx, opOwners, request{query: query}, func(data []byte) error {
		var doc struct {
			Results []struct {
				ID                  id
				FirstName, LastName looseText
			}
			Paging json.RawMessage
		}
		if err := unmarshal(data, &doc); err != nil {
			return err
		}
		if doc.Results == nil {
			return errNoResults
		}
		owners = make([]Owner, len(doc.Results))
		for i, o := range doc.Results {
			name := strings.TrimSpace(string(o.FirstName)) + " " + strings.TrimSpace(string(o.LastName))
			owners[i] = Owner{int64(o.ID), strings.TrimSpace(name), archived}
		}
		next, err = cursorOf(doc.Paging)
		return err
	})
	return owners, next, err
}
