package sim

import (
	"fmt"
	"net/url"
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

// inline tells the associations with the object types that the query names.
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
		rows := &inlineLinks{}
		if len(links) > maxInline {
			links = links[:maxInline]
			rows.Paging = c.nextInline(r, to, cursor(links[maxInline-1].to))
		}
		for _, l := range links {
			rows.Results = append(rows.Results, inlineLink{fmt.Sprint(l.to.id), l.typ.inlineName()})
		}
		all[c.portal.inlineKey(to)] = rows
	}
	return all
}

// nextInline names where the other associations of a record are: at the endpoint
// for those of one record.
func (c *call) nextInline(r *record, to *objectType, after string) *paging {
	p := &paging{}
	p.Next.After = after
	p.Next.Link = fmt.Sprintf("https://api.hubapi.com/crm/v3/objects/%s/%d/associations/%s?after=%s", r.typ.Name, r.id, to.Name, url.QueryEscape(after))
	return p
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
