package sim

import (
	"net/http"

	"hubgraph/hubspot"
)

// defaultResult is one direction of a default association that was made.
type defaultResult struct {
	From textEnd   `json:"from"`
	To   textEnd   `json:"to"`
	Spec typeNamed `json:"associationSpec"`
}

// textEnd is an end of an association in an answer.
type textEnd struct {
	ID string `json:"id"`
}

// typeNamed is an association type in an answer to a write.
type typeNamed struct {
	Category string `json:"associationCategory"`
	TypeID   int    `json:"associationTypeId"`
}

// standard finds the plain type of a pair that HubSpot defines: the only one
// that has a default association.
func (of *pair) standard() (*associationType, error) {
	t := of.plain()
	if t == nil || t.category != hubspot.HubSpotDefined {
		return nil, bad("There is no default association type from %s to %s", of.from.ID, of.to.ID)
	}
	return t, nil
}

// createDefaults answers a batch of default associations. Its errors stand in
// an answer with status 200: no other is declared.
func createDefaults(c *call) (answer, error) {
	inputs, err := batchOf[createInput](c, maxCreateInputs)
	if err != nil {
		return answer{}, err
	}
	t, err := c.portal.pair(c.ends()).standard()
	if err != nil {
		return answer{}, err
	}
	for i := range inputs {
		inputs[i].Types = t.named()
	}
	wanted, err := c.review(inputs)
	if err != nil {
		return answer{}, err
	}
	results := []defaultResult{}
	var problems []*problem
	for _, w := range wanted {
		if w.refused != nil {
			problems = append(problems, w.refused)
			continue
		}
		results = append(results, c.associateDefault(w)...)
	}
	a := c.batched(http.StatusOK, results, problems)
	a.status = http.StatusOK
	return a, nil
}

// putDefault makes the default association of two records.
func putDefault(c *call) (answer, error) {
	t, err := c.portal.pair(c.ends()).standard()
	if err != nil {
		return answer{}, err
	}
	if len(c.body) > 0 && c.dated && c.portal.switches.DefaultBody == "refused" {
		return answer{}, bad("No request body was expected")
	}
	w, err := c.wanted(t.named())
	if err != nil {
		return answer{}, err
	}
	return c.batched(http.StatusOK, c.associateDefault(w), nil), nil
}

// named is a type as a request names it.
func (t *associationType) named() []writeType {
	return []writeType{{t.category, flexibleInt(t.id)}}
}

// associateDefault makes one default association, and returns its two directions.
func (c *call) associateDefault(w wanted) []defaultResult {
	c.portal.associate(w.from, w.to, w.types)
	t := w.types[0]
	from, to := textEnd{string(appendInt(nil, w.from.id))}, textEnd{string(appendInt(nil, w.to.id))}
	results := []defaultResult{{from, to, typeNamed{t.category, t.id}}}
	if t.inverse != nil && c.portal.switches.DefaultResult == "both" {
		results = append(results, defaultResult{to, from, typeNamed{t.inverse.category, t.inverse.id}})
	}
	return results
}
