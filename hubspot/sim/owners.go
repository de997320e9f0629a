package sim

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

var ownerRoutes = []route{
	{name: "owners", method: "GET", legacy: "/crm/v3/owners", dated: "/crm/owners/{v}", serve: listOwners},
	{name: "owner", method: "GET", legacy: "/crm/v3/owners/{id}", dated: "/crm/owners/{v}/{id}", serve: getOwner},
}

// Pages of owners (specification of the endpoint).
const (
	standardOwnerPage = 100
	maxOwnerPage      = 500
)

type ownerRow struct {
	ID        string `json:"id"`
	Email     string `json:"email"`
	Type      string `json:"type"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	UserID    *int64 `json:"userId"` // null for one who was removed
	Including int64  `json:"userIdIncludingInactive"`
	CreatedAt string `json:"createdAt"`
	UpdatedAt string `json:"updatedAt"`
	Archived  bool   `json:"archived"`
}

func (o owner) row() ownerRow {
	made, user := timestamp(schemaTime.UnixMilli()), o.userID()
	row := ownerRow{ID: strconv.FormatInt(o.id, 10), Email: o.email, Type: "PERSON", FirstName: o.first, LastName: o.last, UserID: &user, Including: user,
		CreatedAt: made, UpdatedAt: made, Archived: o.archived}
	if o.archived {
		row.UserID = nil
	}
	return row
}

// userID is the id of an owner as a user, which is another than as an owner.
func (o owner) userID() int64 { return 1_000_000 + o.id }

type ownerList struct {
	Results []ownerRow `json:"results"`
	Paging  *paging    `json:"paging,omitempty"`
}

// listOwners answers with a page of the owners in the order of their ids: of those
// that are there, or of those that were removed.
func listOwners(c *call) (answer, error) {
	if err := c.mayReadOwners(); err != nil {
		return answer{}, err
	}
	size, err := c.limit(standardOwnerPage, maxOwnerPage)
	if err != nil {
		return answer{}, err
	}
	last := int64(0)
	if after := c.query("after"); after != "" {
		if last, err = strconv.ParseInt(after, 10, 64); err != nil {
			return answer{}, bad("Invalid input: after %q cannot be deserialized", after)
		}
	}
	owners := slices.DeleteFunc(slices.Clone(c.portal.owners), func(o owner) bool {
		return o.id <= last || c.flag("archived") != o.archived || c.query("email") != "" && !strings.EqualFold(o.email, c.query("email"))
	})
	slices.SortFunc(owners, func(a, b owner) int { return cmp.Compare(a.id, b.id) })
	list := ownerList{Results: []ownerRow{}}
	for i, o := range owners {
		if i == size {
			list.Paging = c.next(strconv.FormatInt(owners[i-1].id, 10))
			break
		}
		list.Results = append(list.Results, o.row())
	}
	return ok(list), nil
}

// getOwner answers with one owner, by the id as an owner or as a user.
func getOwner(c *call) (answer, error) {
	if err := c.mayReadOwners(); err != nil {
		return answer{}, err
	}
	id, err := c.id("id")
	if err != nil {
		return answer{}, err
	}
	for _, o := range c.portal.owners {
		if own := c.query("idProperty") != "userId"; (own && o.id == id || !own && o.userID() == id) && c.flag("archived") == o.archived {
			return ok(o.row()), nil
		}
	}
	return answer{}, missing("resource not found").with("id", c.places["id"])
}
