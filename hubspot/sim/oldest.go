package sim

import (
	"net/http"
	"slices"
	"strconv"

	"hubgraph/hubspot"
)

// oldestRoutes are the associations of v1, of 2018 to 2020, which know HubSpot's
// own types only, by the id alone.
var oldestRoutes = []route{
	{name: "v1-associate", method: "PUT", legacy: "/crm-associations/v1/associations", writes: true, serve: putV1},
	{name: "v1-associate-batch", method: "PUT", legacy: "/crm-associations/v1/associations/create-batch", writes: true, serve: putV1Batch},
	{name: "v1-delete", method: "PUT", legacy: "/crm-associations/v1/associations/delete", writes: true, serve: deleteV1},
	{name: "v1-delete-batch", method: "PUT", legacy: "/crm-associations/v1/associations/delete-batch", writes: true, serve: deleteV1Batch},
	{name: "v1-list", method: "GET", legacy: "/crm-associations/v1/associations/{recordId}/HUBSPOT_DEFINED/{definitionId}", serve: listV1},
}

// v1Page is the standard page and the largest one.
const v1Page = 100

type v1Input struct {
	From       *identifier  `json:"fromObjectId"`
	To         *identifier  `json:"toObjectId"`
	Category   string       `json:"category"`
	Definition *flexibleInt `json:"definitionId"`
}

// v1Problem is the error document of v1: its errors are sentences.
type v1Problem struct {
	Status  string   `json:"status"`
	Message string   `json:"message"`
	Errors  []string `json:"errors,omitempty"`
}

func v1Refusal(message string, errors ...string) answer {
	return answer{status: http.StatusBadRequest, body: v1Problem{"error", message, errors}}
}

func putV1(c *call) (answer, error) { return c.oneV1(c.portal.writeAllV1) }

func putV1Batch(c *call) (answer, error) { return c.manyV1(c.portal.writeAllV1) }

func deleteV1(c *call) (answer, error) { return c.oneV1(c.portal.unlabelAllV1) }

func deleteV1Batch(c *call) (answer, error) { return c.manyV1(c.portal.unlabelAllV1) }

// writeAllV1 writes all associations, or none where there is no room for one.
func (p *Portal) writeAllV1(all []wanted) (problems []string) {
	room := newRoom(p)
	for _, w := range all {
		if full := room.take(w); full != nil {
			problems = append(problems, full.Message)
		}
	}
	if len(problems) > 0 {
		return problems
	}
	for _, w := range all {
		p.writeAll(w.from, w.to, w.types)
	}
	return nil
}

func (p *Portal) unlabelAllV1(all []wanted) []string {
	for _, w := range all {
		unlabel(w.from, w.to, w.types[0])
	}
	return nil
}

func (c *call) oneV1(do func([]wanted) []string) (answer, error) {
	var in v1Input
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	return c.doV1([]v1Input{in}, do)
}

func (c *call) manyV1(do func([]wanted) []string) (answer, error) {
	var list []v1Input
	if err := c.decode(&list); err != nil {
		return answer{}, err
	}
	if c.inputs = len(list); c.inputs > maxCreateInputs {
		return answer{}, bad("The maximum number of inputs supported in a batch request is %d, and there are %d", maxCreateInputs, c.inputs)
	}
	return c.doV1(list, do)
}

// doV1 looks at all inputs, and then does them all or none.
func (c *call) doV1(list []v1Input, do func([]wanted) []string) (answer, error) {
	var all []wanted
	var problems []string
	for _, in := range list {
		if in.From == nil || in.To == nil || in.Definition == nil {
			return v1Refusal("fromObjectId, toObjectId, category and definitionId must be given"), nil
		}
		t := c.portal.hubspotType(int(*in.Definition))
		if t == nil || in.Category != hubspot.HubSpotDefined {
			problems = append(problems, in.Category+"="+strconv.Itoa(int(*in.Definition))+" is not a valid association definition id")
			continue
		}
		if p := c.scope(t.from, t.to); p != nil {
			return answer{}, p
		}
		w, wrong := t.wantedV1(in)
		problems = append(problems, wrong...)
		all = append(all, w)
	}
	if len(problems) == 0 {
		problems = do(all)
	}
	if len(problems) > 0 {
		return v1Refusal("One or more associations are invalid", problems...), nil
	}
	return done(), nil
}

// hubspotType finds one of HubSpot's own types by its id, which no two have.
func (p *Portal) hubspotType(id int) *associationType {
	for _, of := range p.pairsInOrder() {
		if t := of.find(hubspot.HubSpotDefined, id); t != nil {
			return t
		}
	}
	return nil
}

// wantedV1 finds the records of an input.
func (t *associationType) wantedV1(in v1Input) (w wanted, problems []string) {
	w = wanted{from: t.from.live(in.From.n), to: t.to.live(in.To.n), types: []*associationType{t}}
	if w.from == nil || !in.From.ok {
		problems = append(problems, t.from.upper()+"="+in.From.text+" is not valid")
	}
	if w.to == nil || !in.To.ok {
		problems = append(problems, t.to.upper()+"="+in.To.text+" is not valid")
	}
	if w.from != nil && w.from == w.to {
		problems = append(problems, t.from.upper()+"="+in.From.text+" cannot be associated to itself")
	}
	return w, problems
}

type v1List struct {
	Results []int64 `json:"results"`
	HasMore bool    `json:"hasMore"`
	Offset  int64   `json:"offset"`
}

// listV1 answers with the ids of the records that a record has one type towards.
func listV1(c *call) (answer, error) {
	id, err := c.id("recordId")
	if err != nil {
		return answer{}, err
	}
	size, err := c.limit(v1Page, v1Page)
	if err != nil {
		return answer{}, err
	}
	definition, err := strconv.Atoi(c.places["definitionId"])
	t := c.portal.hubspotType(definition)
	if err != nil || t == nil {
		return v1Refusal("One or more associations are invalid", "HUBSPOT_DEFINED="+c.places["definitionId"]+" is not a valid association definition id"), nil
	}
	if p := c.scope(t.from, t.to); p != nil {
		return answer{}, p
	}
	var offset int64
	if text := c.query("offset"); text != "" {
		if offset, err = strconv.ParseInt(text, 10, 64); err != nil {
			return answer{}, bad("Invalid offset %q: it must be a number", text)
		}
	}
	list := v1List{Results: []int64{}}
	r := c.portal.associated(t.from, id)
	if r == nil {
		return ok(list), nil
	}
	links := slices.DeleteFunc(slices.Clone(towards(c.links(r), t.to)), func(l link) bool { return l.typ != t || l.to.id <= offset })
	list.HasMore = len(links) > size
	for _, l := range links[:min(size, len(links))] {
		list.Results = append(list.Results, l.to.id)
		list.Offset = l.to.id
	}
	return ok(list), nil
}
