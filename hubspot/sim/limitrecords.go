package sim

// nearShare is the share of a limit, in percent, from which HubSpot warns of it.
const nearShare = 80

// maxSamples is the number of records that are named of those near a limit.
const maxSamples = 10

// nearRow is an object type with records near or at a limit.
type nearRow struct {
	typeRow
	Near bool `json:"hasRecordsNearLimit"`
	At   bool `json:"hasRecordsAtLimit"`
}

// pairLimits are the records of a pair that are near or at its limit.
type pairLimits struct {
	Limit       int          `json:"limit"`
	Near        int          `json:"totalRecordsNearLimit"`
	At          int          `json:"totalRecordsAtLimit"`
	NearSamples []nearSample `json:"nearLimitFromRecordSamples"`
	AtSamples   []atSample   `json:"atLimitFromRecordSamples"`
}

type atSample struct {
	ObjectID int64  `json:"objectId"`
	Label    string `json:"label"`
}

type nearSample struct {
	atSample
	Usage      int     `json:"usage"`
	Percentage float64 `json:"percentage"`
}

// pairLimits looks at every record of one end of a pair.
func (p *Portal) pairLimits(of *pair) pairLimits {
	l := pairLimits{Limit: p.recordCap(), NearSamples: []nearSample{}, AtSamples: []atSample{}}
	if plain := of.plain(); plain != nil && plain.max > 0 {
		l.Limit = min(l.Limit, plain.max)
	}
	for _, r := range of.from.sorted {
		n := r.neighbors(of.to)
		sample := atSample{r.id, r.get(of.from.shown.primary)}
		switch {
		case n >= l.Limit:
			if l.At++; len(l.AtSamples) < maxSamples {
				l.AtSamples = append(l.AtSamples, sample)
			}
		case n*100 >= l.Limit*nearShare:
			if l.Near++; len(l.NearSamples) < maxSamples {
				l.NearSamples = append(l.NearSamples, nearSample{sample, n, percentage(n, l.Limit)})
			}
		}
	}
	return l
}

// nearRows lists the object types at one end of the pairs that have records near
// or at their limit.
func (c *call) nearRows(admit func(*pair) *objectType) answer {
	list := results[nearRow]{Results: []nearRow{}}
	at := map[*objectType]int{}
	for _, of := range c.portal.pairsInOrder() {
		t := admit(of)
		if t == nil {
			continue
		}
		l := c.portal.pairLimits(of)
		if l.Near+l.At == 0 {
			continue
		}
		i, known := at[t]
		if !known {
			i = len(list.Results)
			at[t] = i
			list.Results = append(list.Results, nearRow{typeRow: t.limitRow()})
		}
		list.Results[i].Near = list.Results[i].Near || l.Near > 0
		list.Results[i].At = list.Results[i].At || l.At > 0
	}
	return ok(list)
}

func limitFrom(c *call) (answer, error) {
	return c.nearRows(func(of *pair) *objectType { return of.from }), nil
}

func limitTo(c *call) (answer, error) {
	from := c.typ("from")
	return c.nearRows(func(of *pair) *objectType {
		if of.from != from {
			return nil
		}
		return of.to
	}), nil
}

func limitPair(c *call) (answer, error) { return ok(c.portal.pairLimits(c.portal.pair(c.ends()))), nil }
