package sim

import (
	"fmt"
	"slices"

	"hubgraph/hubspot"
)

// wanted is an association that a request wants, looked at before anything is
// written.
type wanted struct {
	from, to *record
	types    []*associationType
	refused  *problem // nil: it can be written
}

// review looks at all inputs of a write. A type that does not fit refuses the
// whole batch and a record that does not fit refuses its input, as far as the
// portal's facts do not say otherwise; nothing is written then.
func (c *call) review(inputs []createInput) ([]wanted, error) {
	from, to := c.ends()
	list := make([]wanted, len(inputs))
	var refusal *problem
	room := newRoom(c.portal)
	for i, in := range inputs {
		if p := in.incomplete(); p != nil {
			return nil, p
		}
		p, all := c.look(&list[i], in, from, to)
		if p == nil {
			p, all = room.take(list[i]), c.portal.switches.LimitError != "item"
		}
		list[i].refused = p
		if p != nil && all {
			refusal = refusal.also(p)
		}
	}
	if refusal != nil {
		return nil, whole(refusal)
	}
	return list, nil
}

// incomplete refuses an input that lacks what every input must have.
func (in createInput) incomplete() *problem {
	switch {
	case in.From == nil || in.To == nil:
		return unset("from", "to")
	case in.From.ID.text == "" || in.To.ID.text == "":
		return unset("id")
	case len(in.Types) == 0:
		return bad("At least one association type must be given for each input: [types] is empty")
	}
	return unknownCategory(in.Types)
}

// unknownCategory refuses a category that HubSpot does not have.
func unknownCategory(types []writeType) *problem {
	known := []string{hubspot.HubSpotDefined, hubspot.UserDefined, hubspot.IntegratorDefined, hubspot.Work}
	for _, w := range types {
		if !slices.Contains(known, w.Category) {
			return bad("Invalid input JSON on line 1: associationCategory is %q, and must be one of %v", w.Category, known)
		}
	}
	return nil
}

// look finds what an input names; all is true of a problem that refuses the
// whole batch.
func (c *call) look(w *wanted, in createInput, from, to *objectType) (p *problem, all bool) {
	switches := c.portal.switches
	for _, named := range in.Types {
		t := c.portal.pair(from, to).find(named.Category, int(named.TypeID))
		if t == nil {
			return c.portal.unfit(from, to, in, named), switches.BadType == "batch"
		}
		w.types = append(w.types, t)
	}
	for _, e := range []*end{in.From, in.To} {
		if !e.ID.ok {
			return notNumeric(e.ID.text), switches.BadID == "batch"
		}
	}
	w.from, w.to = from.live(in.From.ID.n), to.live(in.To.ID.n)
	all = switches.MissingRecord == "batch" || switches.MissingRecord == "dated-batch" && c.dated
	switch {
	case w.from == nil && all:
		return invalid().object(from, in.From.ID), true
	case w.from == nil:
		return recordMissing(fromNotFound, from, in.From.ID), false
	case w.to == nil && all:
		return invalid().object(to, in.To.ID), true
	case w.to == nil:
		return recordMissing(toNotFound, to, in.To.ID), false
	case w.from == w.to:
		return item(validationError, "", "%s %d cannot be associated to itself", from.upper(), w.from.id), false
	}
	return nil, false
}

// unfit says why a type is not one of a pair. Of a type of another pair, HubSpot
// reads the ids as that pair's types, and complains about those.
func (p *Portal) unfit(from, to *objectType, in createInput, named writeType) *problem {
	id := int(named.TypeID)
	name := fmt.Sprintf("%s=%d", named.Category, id)
	back := p.pair(to, from).find(named.Category, id)
	if back != nil && p.switches.WrongDirection == "named" {
		return item(validationError, invalidType, "invalid from object type %s for the association type %s: expected %s", from.ID, name, to.ID).with("INVALID_ASSOCIATION_TYPE_ID", name)
	}
	refused := invalid()
	for _, of := range p.pairsInOrder() {
		if of.find(named.Category, id) == nil {
			continue
		}
		if of.from.live(in.From.ID.n) == nil {
			refused.object(of.from, in.From.ID)
		}
		if of.to.live(in.To.ID.n) == nil {
			refused.object(of.to, in.To.ID)
		}
		break
	}
	if refused.Context == nil { // no pair has the type, or both ids happen to be records of its types
		refused.with("associationSpec", name).with("INVALID_ASSOCIATION_TYPE_ID", name+" is not a valid association definition id")
	}
	return refused
}

// invalid is what HubSpot says of a batch with an association that it cannot
// make; the context says which.
func invalid() *problem {
	return item(validationError, "", "One or more associations are invalid")
}

// object names a record in the context of a problem.
func (p *problem) object(t *objectType, id identifier) *problem {
	return p.with("INVALID_OBJECT_IDS", fmt.Sprintf("%s=%s is not valid", t.upper(), id.text)).with("objectId", id.text).with("objectType", t.ID)
}

// also adds a problem of the same kind to what refuses a whole batch: its
// context, where that is not there yet.
func (p *problem) also(o *problem) *problem {
	if p == nil {
		return o
	}
	if p.Message == o.Message {
		for _, key := range sortedKeys(o.Context) {
			for _, value := range o.Context[key] {
				if !slices.Contains(p.Context[key], value) {
					p.with(key, value)
				}
			}
		}
	}
	return p
}

// pairsInOrder lists the pairs that have association types.
func (p *Portal) pairsInOrder() []*pair {
	var list []*pair
	for _, from := range p.types {
		for _, to := range p.types {
			if of := p.pairs[[2]*objectType{from, to}]; of != nil && len(of.types) > 0 {
				list = append(list, of)
			}
		}
	}
	return list
}

func recordMissing(sub string, t *objectType, id identifier) *problem {
	return item(objectNotFound, sub, "%s with id %s does not exist", t.upper(), id.text).with("objectType", t.ID).with("id", id.text)
}
