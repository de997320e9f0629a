package sim

var dissociationRoutes = []route{
	{name: "associations-archive", method: "POST", legacy: "/crm/v4/associations/{from}/{to}/batch/archive", dated: "/crm/associations/{v}/{from}/{to}/batch/archive", writes: true, edits: true, serve: archiveAssociations},
	{name: "associations-unlabel", method: "POST", legacy: "/crm/v4/associations/{from}/{to}/batch/labels/archive", dated: "/crm/associations/{v}/{from}/{to}/batch/labels/archive", writes: true, edits: true, serve: archiveLabels},
}

type archiveInput struct {
	From *end   `json:"from"`
	To   *[]end `json:"to"`
}

// archiveAssociations removes every association of a record with some others.
// What is not there need not be removed.
func archiveAssociations(c *call) (answer, error) {
	from, to := c.ends()
	inputs, err := batchOf[archiveInput](c, maxCreateInputs)
	if err != nil {
		return answer{}, err
	}
	for _, in := range inputs {
		if in.From == nil || in.To == nil {
			return answer{}, unset("from", "to")
		}
		for _, e := range append([]end{*in.From}, *in.To...) {
			if !e.ID.ok {
				return answer{}, whole(notNumeric(e.ID.text))
			}
		}
	}
	for _, in := range inputs {
		a := from.live(in.From.ID.n)
		for _, e := range *in.To {
			if b := to.live(e.ID.n); a != nil && b != nil {
				dissociate(a, b)
			}
		}
	}
	return c.removed(), nil
}

// archiveLabels removes association types between records. A type is known by
// its category and its id together.
func archiveLabels(c *call) (answer, error) {
	from, to := c.ends()
	inputs, err := batchOf[createInput](c, maxCreateInputs)
	if err != nil {
		return answer{}, err
	}
	var refusal *problem
	for _, in := range inputs {
		if p := in.incomplete(); p != nil {
			return answer{}, p
		}
		for _, named := range in.Types {
			if c.portal.pair(from, to).find(named.Category, int(named.TypeID)) == nil {
				refusal = refusal.also(c.portal.unfit(from, to, in, named))
			}
		}
		for _, e := range []*end{in.From, in.To} {
			if !e.ID.ok {
				refusal = refusal.also(notNumeric(e.ID.text))
			}
		}
	}
	if refusal != nil {
		return answer{}, whole(refusal)
	}
	for _, in := range inputs {
		a, b := from.live(in.From.ID.n), to.live(in.To.ID.n)
		if a == nil || b == nil {
			continue
		}
		for _, named := range in.Types {
			unlabel(a, b, c.portal.pair(from, to).find(named.Category, int(named.TypeID)))
		}
	}
	return c.removed(), nil
}

// removed answers a batch that removes: v4 says nothing, the dated versions
// answer with an empty batch.
func (c *call) removed() answer {
	if c.dated {
		return c.batched(200, []struct{}{}, nil)
	}
	return done()
}
