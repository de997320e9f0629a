package sim

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Caps of HubSpot's endpoints (documentation of each).
const (
	maxReadInputs   = 1000
	maxCreateInputs = 2000
	maxSinglePage   = 500
)

var associationRoutes = []route{
	{name: "associations-read", method: "POST", legacy: "/crm/v4/associations/{from}/{to}/batch/read", dated: "/crm/associations/{v}/{from}/{to}/batch/read", serve: readAssociations},
	{name: "associations-list", method: "GET", legacy: "/crm/v4/objects/{from}/{fromId}/associations/{to}", dated: "/crm/objects/{v}/{from}/{fromId}/associations/{to}", serve: listAssociations},
}

type readInput struct {
	ID    *identifier `json:"id"`
	After string      `json:"after"`
}

// readAssociations answers a batch read: one page for each input.
func readAssociations(c *call) (answer, error) {
	from, to := c.ends()
	inputs, plain := plainInputs(c.body)
	if c.inputs = len(inputs); !plain || len(inputs) > maxReadInputs {
		var err error
		if inputs, err = batchOf[readInput](c, maxReadInputs); err != nil {
			return answer{}, err
		}
	}
	for _, in := range inputs {
		if in.ID == nil {
			return answer{}, unset("id")
		}
		if !in.ID.ok && c.portal.switches.BadID == "batch" {
			return answer{}, whole(notNumeric(in.ID.text))
		}
	}
	w := c.linkWriter(to)
	defer c.server.writers.Put(w)
	w.once = !slices.IsSortedFunc(inputs, func(a, b readInput) int { return cmp.Or(cmp.Compare(a.ID.n, b.ID.n), -1) }) &&
		c.portal.switches.DuplicateInput == "once"
	for _, in := range inputs {
		if err := w.input(from, in); err != nil {
			return answer{}, err
		}
	}
	return w.answer(), nil
}

// listAssociations answers with one page of the associations of one record.
// There is no error where there are none.
func listAssociations(c *call) (answer, error) {
	size, err := c.limit(maxSinglePage, maxSinglePage)
	if err != nil {
		return answer{}, err
	}
	links, err := c.associations()
	if err != nil {
		return answer{}, err
	}
	links, next := pageOf(links, size)
	w := &linkWriter{call: c, to: c.typ("to")}
	b := append(w.targets([]byte(`{"results":[`), links), ']')
	if next != "" {
		b = append(append(b, `,"paging":`...), bytes.TrimSpace(marshal(c.nextLinks(next)))...)
	}
	return answer{status: http.StatusOK, raw: append(b, '}')}, nil
}

// associations are those of the record that the path names, behind the cursor of
// the query.
func (c *call) associations() ([]link, error) {
	from, to := c.ends()
	id, err := c.id("fromId")
	if err != nil {
		return nil, err
	}
	after := c.query("after")
	if strings.Contains(after, "%") && c.portal.switches.Cursor == "decoded" {
		return nil, invalidCursor(after)
	}
	r := c.portal.associated(from, id)
	switch {
	case r != nil:
		return behind(towards(c.links(r), to), after)
	case c.portal.switches.MissingSingle == "404":
		return nil, missing("%s with id %d does not exist", from.upper(), id).with("id", c.places["fromId"])
	}
	return nil, nil
}

// nextLinks names the next page by a cursor, which stands in the link as it is.
func (c *call) nextLinks(cursor string) *paging {
	decoded, err := url.QueryUnescape(cursor)
	if err != nil {
		panic("sim: a cursor is percent-encoded: " + err.Error())
	}
	p := c.next(decoded)
	p.Next.After = cursor
	return p
}

// linkTo is the address of a page of one record's associations: in the family of
// the request, of which the older one has rows by name.
func (c *call) linkTo(from *objectType, id int64, to *objectType, cursor string) string {
	objects := "/crm/v3/objects/"
	if c.dated {
		objects = "/crm/objects/" + c.version + "/"
	}
	return fmt.Sprintf("https://api.hubapi.com%s%s/%d/associations/%s?after=%s", objects, from.ID, id, to.ID, cursor)
}

// associated finds a record whose associations can be read; a merged-away id
// leads to its survivor.
func (p *Portal) associated(t *objectType, id int64) *record {
	if r := t.live(id); r != nil || p.switches.ArchivedLinks == "hidden" {
		return r
	}
	return t.records[id]
}

// whole turns an error of an item into one of the request.
func whole(p *problem) *problem {
	p.status = http.StatusBadRequest
	return p
}

// grouped cuts links into those with one record each.
func grouped(links []link) [][]link { return appendGroups(make([][]link, 0, len(links)), links) }

func appendGroups(groups [][]link, links []link) [][]link {
	for len(links) > 0 {
		n := 1
		for n < len(links) && links[n].to == links[0].to {
			n++
		}
		groups = append(groups, links[:n])
		links = links[n:]
	}
	return groups
}

// turn rotates results, so that they come in another order than their inputs.
func turn[E any](list []E, n int) {
	if len(list) > 1 {
		at := 1 + n%(len(list)-1)
		copy(list, slices.Concat(list[at:], list[:at]))
	}
}
