package sim

import (
	"fmt"
	"strings"
)

// inlineLinks are associations within a record of a list: HubSpot gives 100 a
// record and object type, one row a type of association, by names only.
type inlineLinks struct {
	Results []inlineLink `json:"results"`
	Paging  *paging      `json:"paging,omitempty"`
}

type inlineLink struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

const maxInline = 100

// inlineTypes are the object types that the query asks the associations with;
// unknown names are passed over.
func (c *call) inlineTypes() []*objectType {
	var types []*objectType
	for _, name := range c.list("associations") {
		if t := c.portal.typeOf(name); t != nil {
			types = append(types, t)
		}
	}
	return types
}

// inlineScope refuses a query for associations with a type that the token may
// not see.
func (c *call) inlineScope() error {
	if refused := c.scope(c.inlineTypes()...); refused != nil {
		return refused
	}
	return nil
}

// inline lists the associations with the object types that the query names.
func (c *call) inline(r *record) map[string]*inlineLinks {
	var all map[string]*inlineLinks
	for _, to := range c.inlineTypes() {
		links := towards(c.links(r), to)
		if len(links) == 0 {
			continue
		}
		if all == nil {
			all = map[string]*inlineLinks{}
		}
		links, next := rowsOf(links, maxInline)
		rows := &inlineLinks{Results: inlineRows(links)}
		if next != "" {
			rows.Paging = &paging{}
			rows.Paging.Next.After, rows.Paging.Next.Link = next, c.linkTo(r.typ, r.id, to, next)
		}
		all[c.portal.inlineKey(to)] = rows
	}
	return all
}

// rowsOf gives at most so many rows, and the cursor of the next page. A cursor
// names a record, so that the rows of one record are not parted.
func rowsOf(links []link, most int) (page []link, next string) {
	if len(links) <= most {
		return links, ""
	}
	n := most
	for n > 1 && links[n-1].to == links[n].to {
		n--
	}
	return links[:n], cursor(links[n-1].to)
}

func inlineRows(links []link) []inlineLink {
	rows := []inlineLink{}
	for _, l := range links {
		rows = append(rows, inlineLink{fmt.Sprint(l.to.id), l.typ.inlineName()})
	}
	return rows
}

// inlineKey is the name under which associations with an object type stand.
func (p *Portal) inlineKey(t *objectType) string {
	if t.Custom() {
		return fmt.Sprintf("p%d_%s", p.account.id, strings.TrimPrefix(t.Name, "p_"))
	}
	return strings.ReplaceAll(t.Name, "_", " ")
}

// inlineName is the name of a type: contact_to_company, or what a user called it.
func (t *associationType) inlineName() string { return strings.ToLower(t.name) }
