package sim

import (
	"net/http"
	"strconv"
)

const (
	legacyConfigurations = "/crm/v4/associations/definitions/configurations/"
	datedConfigurations  = "/crm/associations/{v}/definitions/configurations/"
)

var configurationRoutes = []route{
	{name: "configurations-all", method: "GET", legacy: legacyConfigurations + "all", dated: datedConfigurations + "all", serve: listAllConfigurations},
	{name: "configurations", method: "GET", legacy: legacyConfigurations + "{from}/{to}", dated: datedConfigurations + "{from}/{to}", serve: listConfigurations},
	{name: "configurations-create", method: "POST", legacy: legacyConfigurations + "{from}/{to}/batch/create", dated: datedConfigurations + "{from}/{to}/batch/create", writes: true, serve: createConfigurations},
	{name: "configurations-update", method: "POST", legacy: legacyConfigurations + "{from}/{to}/batch/update", dated: datedConfigurations + "{from}/{to}/batch/update", writes: true, serve: updateConfigurations},
	{name: "configurations-purge", method: "POST", legacy: legacyConfigurations + "{from}/{to}/batch/purge", dated: datedConfigurations + "{from}/{to}/batch/purge", writes: true, serve: purgeConfigurations},
	{name: "usage-report", method: "POST", legacy: "/crm/v4/associations/usage/high-usage-report/{userId}", dated: "/crm/associations/{v}/usage/high-usage-report/{userId}", serve: reportUsage},
}

// maxConfigured is the highest limit that a user can set (HubSpot's changelog on
// association limits).
const maxConfigured = 10_000

// configuration is what a user has set of an association type: null where
// nothing is set.
type configuration struct {
	Category string  `json:"category"`
	TypeID   int     `json:"typeId"`
	Label    *string `json:"label"`
	Max      *int    `json:"userEnforcedMaxToObjectIds"`
}

func (t *associationType) configuration() configuration {
	row := configuration{Category: t.category, TypeID: t.id}
	if label := t.label; label != "" {
		row.Label = &label
	}
	if most := t.max; most > 0 {
		row.Max = &most
	}
	return row
}

// listAllConfigurations answers with the limits of the portal. Nothing in a row
// names the pair.
func listAllConfigurations(c *call) (answer, error) {
	list := results[configuration]{Results: []configuration{}}
	for _, of := range c.portal.pairsInOrder() {
		for _, t := range of.types {
			if t.max > 0 {
				list.Results = append(list.Results, t.configuration())
			}
		}
	}
	return ok(list), nil
}

// listConfigurations answers with every type of a pair.
func listConfigurations(c *call) (answer, error) {
	list := results[configuration]{Results: []configuration{}}
	for _, t := range c.portal.pair(c.ends()).types {
		list.Results = append(list.Results, t.configuration())
	}
	return ok(list), nil
}

type configurationInput struct {
	Category string       `json:"category"`
	TypeID   *flexibleInt `json:"typeId"`
	Max      *flexibleInt `json:"maxToObjectIds"`
}

func createConfigurations(c *call) (answer, error) { return c.configure(http.StatusCreated) }

func updateConfigurations(c *call) (answer, error) { return c.configure(http.StatusOK) }

// configure sets limits, those that are new and those that are there: live runs
// saw the update make them too. They bind associations that are yet to come.
func (c *call) configure(status int) (answer, error) {
	inputs, err := batchOf[configurationInput](c, maxCreateInputs)
	if err != nil {
		return answer{}, err
	}
	results := []configuration{}
	var problems []*problem
	for _, in := range inputs {
		if in.Category == "" || in.TypeID == nil || in.Max == nil {
			return answer{}, unset("category", "typeId", "maxToObjectIds")
		}
	}
	for _, in := range inputs {
		t, p := c.configured(in)
		if p == nil {
			if p = c.portal.limitable(t, int(*in.Max)); p != nil && c.portal.switches.LimitRange == "batch" {
				return answer{}, whole(p)
			}
		}
		if p != nil {
			problems = append(problems, p)
			continue
		}
		t.setMax(int(*in.Max))
		results = append(results, t.configuration())
	}
	return c.batched(status, results, problems), nil
}

// configured finds the type that an input is about.
func (c *call) configured(in configurationInput) (*associationType, *problem) {
	from, to := c.ends()
	t := c.portal.pair(from, to).find(in.Category, int(*in.TypeID))
	if t == nil {
		name := in.Category + "=" + strconv.Itoa(int(*in.TypeID))
		return nil, item(validationError, invalidType, "%s is no association type from %s to %s", name, from.ID, to.ID).with("INVALID_ASSOCIATION_TYPE_ID", name+" is not a valid association definition id")
	}
	return t, nil
}

// setMax sets a limit, or takes it away with 0. Between records of one type the
// plain association and a label with one text have one limit for both
// directions.
func (t *associationType) setMax(n int) {
	t.max = n
	if t.from == t.to && t.inverse != nil && t.inverse.label == t.label {
		t.inverse.max = n
	}
}

// limitable says why a limit cannot be set: a label's is never above that of the
// pair, which is the plain type's.
func (p *Portal) limitable(t *associationType, n int) *problem {
	least, most := 1, min(maxConfigured, p.recordCap())
	of := p.pair(t.from, t.to)
	if plain := of.plain(); t != plain && plain != nil && plain.max > 0 {
		most = min(most, plain.max)
	}
	if t.plain() {
		for _, label := range of.types {
			if !label.plain() {
				least = max(least, label.max)
			}
		}
	}
	if n < least || n > most {
		return item(validationError, "", "The limit of %s is %d: it must be from %d to %d", t, n, least, most)
	}
	return nil
}

// purgeConfigurations takes limits away, also those that are not set.
func purgeConfigurations(c *call) (answer, error) {
	inputs, err := batchOf[configurationInput](c, maxCreateInputs)
	if err != nil {
		return answer{}, err
	}
	var types []*associationType
	for _, in := range inputs {
		if in.Category == "" || in.TypeID == nil {
			return answer{}, unset("category", "typeId")
		}
		t, p := c.configured(in)
		if p != nil {
			return answer{}, whole(p)
		}
		types = append(types, t)
	}
	for _, t := range types {
		t.setMax(0)
	}
	if c.portal.switches.PurgeStatus == "204" {
		return done(), nil
	}
	return c.removed(), nil
}

// usageReport says that a report on the records near their limits will be
// mailed; the report itself is nothing that the API hands out.
type usageReport struct {
	UserID      int        `json:"userId"`
	UserEmail   string     `json:"userEmail"`
	EnqueueTime reportTime `json:"enqueueTime"`
}

type reportTime struct {
	Value         int64 `json:"value"` // milliseconds since 1970
	DateOnly      bool  `json:"dateOnly"`
	TimeZoneShift int   `json:"timeZoneShift"`
}

// reportUsage answers for any user: a portal here lists owners, not users, so
// that the address is an owner's only where one is that user.
func reportUsage(c *call) (answer, error) {
	id, err := strconv.ParseInt(c.places["userId"], 10, 32)
	if err != nil || id < 1 {
		return answer{}, bad("Invalid user id %q: it must be a number", c.places["userId"])
	}
	email := "user-" + c.places["userId"] + "@example.com"
	for _, o := range c.portal.owners {
		if o.userID() == id && o.email != "" {
			email = o.email
		}
	}
	return ok(usageReport{int(id), email, reportTime{Value: c.now()}}), nil
}
