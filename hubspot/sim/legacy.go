package sim

import (
	"net/http"
	"strconv"
	"strings"

	"hubgraph/hubspot"
)

// legacyRoutes are the associations of v3, which know types by name. They have
// no dated form.
var legacyRoutes = []route{
	{name: "v3-read", method: "POST", legacy: "/crm/v3/associations/{from}/{to}/batch/read", serve: readV3},
	{name: "v3-create", method: "POST", legacy: "/crm/v3/associations/{from}/{to}/batch/create", writes: true, serve: createV3},
	{name: "v3-archive", method: "POST", legacy: "/crm/v3/associations/{from}/{to}/batch/archive", writes: true, serve: archiveV3},
	{name: "v3-list", method: "GET", legacy: "/crm/v3/objects/{from}/{fromId}/associations/{to}", serve: listV3},
	{name: "v3-types", method: "GET", legacy: "/crm/v3/associations/{from}/{to}/types", serve: listV3Types},
	{name: "v3-put", method: "PUT", legacy: "/crm/v3/objects/{from}/{fromId}/associations/{to}/{toId}/{associationType}", writes: true, serve: putV3},
	{name: "v3-delete", method: "DELETE", legacy: "/crm/v3/objects/{from}/{fromId}/associations/{to}/{toId}/{associationType}", writes: true, serve: deleteV3},
}

// v3Page is the number of rows that v3 gives for one input, or on one page of one
// record. From a batch there is no way to the others: it ignores the cursor that
// it hands out.
const v3Page = 100

type v3Input struct {
	From *end   `json:"from"`
	To   *end   `json:"to"`
	Type string `json:"type"`
}

type v3Result struct {
	From   textEnd   `json:"from"`
	To     []v3Link  `json:"to"`
	Paging *v3Paging `json:"paging,omitempty"`
}

type v3Link struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type v3Paging struct {
	Next struct {
		After string `json:"after"`
	} `json:"next"`
}

// v3Association is one direction of what a create made.
type v3Association struct {
	From textEnd `json:"from"`
	To   textEnd `json:"to"`
	Type string  `json:"type"`
}

// v3Name is the name of a type as v3 writes it. The names of pairs with a
// primary type mislead: contact_to_company is the primary company's.
func (t *associationType) v3Name() string { return strings.ToLower(t.name) }

// v3Type finds a type by its name, in any letter case, or by its id; of two types
// with one id it is HubSpot's own.
func (of *pair) v3Type(name string) *associationType {
	id, err := strconv.Atoi(name)
	if t := of.find(hubspot.HubSpotDefined, id); t != nil && err == nil {
		return t
	}
	for _, t := range of.types {
		if err == nil && t.id == id || strings.EqualFold(t.name, name) {
			return t
		}
	}
	return nil
}

// readV3 answers a batch read of v3: one row for each type of association.
func readV3(c *call) (answer, error) {
	from, to := c.ends()
	inputs, err := batchOf[end](c, maxReadInputs)
	if err != nil {
		return answer{}, err
	}
	results := []v3Result{}
	var problems []*problem
	for _, in := range inputs {
		if !in.ID.ok {
			problems = append(problems, notNumeric(in.ID.text))
			continue
		}
		var links []link
		if r := c.portal.associated(from, in.ID.n); r != nil {
			links = towards(c.links(r), to)
		}
		if len(links) == 0 {
			problems = append(problems, noAssociations(from, to, in.ID.n))
			continue
		}
		results = append(results, v3Page1(in.ID, links))
	}
	return c.batched(http.StatusOK, results, problems), nil
}

// v3Page1 is the only page of an input.
func v3Page1(id identifier, links []link) v3Result {
	result := v3Result{From: textEnd{id.text}}
	for _, l := range links[:min(v3Page, len(links))] {
		result.To = append(result.To, v3Link{strconv.FormatInt(l.to.id, 10), l.typ.v3Name()})
	}
	if len(links) > v3Page {
		result.Paging = &v3Paging{}
		result.Paging.Next.After = cursor(links[v3Page-1].to)
	}
	return result
}

// listV3 answers with a page of the associations of one record: one row for each
// type, as within a record of a list, whose link leads here.
func listV3(c *call) (answer, error) {
	size, err := c.limit(v3Page, maxSinglePage)
	if err != nil {
		return answer{}, err
	}
	links, err := c.associations()
	if err != nil {
		return answer{}, err
	}
	links, next := rowsOf(links, size)
	list := inlineLinks{Results: inlineRows(links)}
	if next != "" {
		list.Paging = c.nextLinks(next)
	}
	return ok(list), nil
}

// createV3 answers a batch create of v3, with a row for each direction.
func createV3(c *call) (answer, error) {
	wanted, err := c.wantedV3()
	if err != nil {
		return answer{}, err
	}
	results := []v3Association{}
	var problems []*problem
	for _, w := range wanted {
		if w.refused == nil {
			w.refused = c.portal.room(w)
		}
		if w.refused != nil {
			problems = append(problems, w.refused)
			continue
		}
		c.portal.writeAll(w.from, w.to, w.types)
		results = append(results, w.v3()...)
	}
	status := http.StatusOK
	if c.portal.switches.V3CreateStatus == "201" {
		status = http.StatusCreated
	}
	return c.batched(status, results, problems), nil
}

// v3 returns both directions of an association.
func (w wanted) v3() []v3Association {
	t := w.types[0]
	from, to := textEnd{strconv.FormatInt(w.from.id, 10)}, textEnd{strconv.FormatInt(w.to.id, 10)}
	rows := []v3Association{{from, to, t.v3Name()}}
	if t.inverse != nil {
		rows = append(rows, v3Association{to, from, t.inverse.v3Name()})
	}
	return rows
}

// wantedV3 looks at the inputs of a batch. In v3 every problem is one input's.
func (c *call) wantedV3() ([]wanted, error) {
	inputs, err := batchOf[v3Input](c, maxCreateInputs)
	if err != nil {
		return nil, err
	}
	list := make([]wanted, len(inputs))
	for i, in := range inputs {
		if in.From == nil || in.To == nil || in.Type == "" {
			return nil, unset("from", "to", "type")
		}
		list[i].refused = c.lookV3(&list[i], in)
	}
	return list, nil
}

// lookV3 finds what an input of v3 names.
func (c *call) lookV3(w *wanted, in v3Input) *problem {
	from, to := c.ends()
	t := c.portal.pair(from, to).v3Type(in.Type)
	if t == nil {
		return item(validationError, invalidType, "%s is not a valid association type from %s to %s", in.Type, from.upper(), to.upper()).with("type", in.Type)
	}
	p, _ := c.look(w, createInput{From: in.From, To: in.To, Types: t.named()}, from, to)
	return p
}

// archiveV3 removes types between records.
func archiveV3(c *call) (answer, error) {
	wanted, err := c.wantedV3()
	if err != nil {
		return answer{}, err
	}
	for _, w := range wanted {
		if w.refused != nil && w.refused.Category == validationError {
			return answer{}, whole(w.refused)
		}
	}
	for _, w := range wanted {
		if w.refused == nil {
			unlabel(w.from, w.to, w.types[0])
		}
	}
	return done(), nil
}

// v3TypeRow is an association type as v3 lists it.
type v3TypeRow struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// listV3Types answers with the types of one direction.
func listV3Types(c *call) (answer, error) {
	list := results[v3TypeRow]{Results: []v3TypeRow{}}
	for _, t := range c.portal.pair(c.ends()).types {
		list.Results = append(list.Results, v3TypeRow{strconv.Itoa(t.id), t.v3Name()})
	}
	return ok(list), nil
}

// pathV3 looks at what the path of a single write of v3 names.
func (c *call) pathV3() (w wanted, err error) {
	in, err := c.pathInput(nil)
	if err != nil {
		return w, err
	}
	if p := c.lookV3(&w, v3Input{in.From, in.To, c.places["associationType"]}); p != nil {
		return w, p.alone()
	}
	return w, nil
}

// putV3 associates two records, and answers with the first of them.
func putV3(c *call) (answer, error) {
	w, err := c.pathV3()
	if err != nil {
		return answer{}, err
	}
	if p := c.portal.room(w); p != nil {
		return answer{}, p.alone()
	}
	c.portal.writeAll(w.from, w.to, w.types)
	o := w.from.object(nil)
	rows := &inlineLinks{}
	for _, l := range w.from.towards(w.to.typ)[:min(maxInline, len(w.from.towards(w.to.typ)))] {
		rows.Results = append(rows.Results, inlineLink{strconv.FormatInt(l.to.id, 10), l.typ.v3Name()})
	}
	o.Associations = map[string]*inlineLinks{c.portal.inlineKey(w.to.typ): rows}
	return ok(o), nil
}

// deleteV3 removes one type between two records.
func deleteV3(c *call) (answer, error) {
	w, err := c.pathV3()
	if err != nil {
		return answer{}, err
	}
	unlabel(w.from, w.to, w.types[0])
	return done(), nil
}
