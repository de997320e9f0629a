package draw

import (
	"context"
	"database/sql"
	"fmt"
)

// Page is the page of a record on a site that has one for each, or nothing where the name
// of its type cannot stand in an address.
func Page(kind string, id int64) string { return Link(fmt.Sprintf("/record/%s/%d", kind, id)) }

// Local has what stands for a record lead to its page, and what was folded to the page of
// the record that it is linked to, with all of the kind.
func (p *Picture) Local() {
	pages := map[string]string{}
	for i := range p.Nodes {
		n := &p.Nodes[i]
		if page := Page(n.Type, n.Record); n.Record != 0 && page != "" {
			pages[n.ID], n.Link = page, page
		}
	}
	for i := range p.Edges {
		e := &p.Edges[i]
		page := pages[e.From]
		if page == "" {
			continue
		}
		e.Link = page
		for j := range p.Nodes {
			n := &p.Nodes[j]
			if all := Link(page + "/" + n.Type); n.ID == e.To && n.Folded > 0 && all != "" {
				e.Link, n.Link = all, all
			}
		}
	}
}

// Lookup is the record that somebody means by TYPE:ID: under the id of today, with the type
// by any name that it has. It is ErrNoRecord where there is none.
func Lookup(ctx context.Context, db *sql.DB, name string) (Key, error) { return find(ctx, db, name) }
