package sim

import "strings"

const (
	legacyLimits = "/crm/v3/limits/"
	datedLimits  = "/crm/limits/{v}/"
)

var limitRoutes = []route{
	{name: "limits-labels", method: "GET", legacy: legacyLimits + "associations/labels", dated: datedLimits + "associations/labels", serve: limitLabels},
	{name: "limits-from", method: "GET", legacy: legacyLimits + "associations/records/from", dated: datedLimits + "associations/records/from", serve: limitFrom},
	{name: "limits-to", method: "GET", legacy: legacyLimits + "associations/records/{from}/to", dated: datedLimits + "associations/records/{from}/to", serve: limitTo},
	{name: "limits-pair", method: "GET", legacy: legacyLimits + "associations/records/{from}/{to}", dated: datedLimits + "associations/records/{from}/{to}", serve: limitPair},
	{name: "limits-calculated", method: "GET", legacy: legacyLimits + "calculated-properties", dated: datedLimits + "calculated-properties", serve: limitCalculated},
	{name: "limits-objects", method: "GET", legacy: legacyLimits + "custom-object-types", dated: datedLimits + "custom-object-types", serve: limitObjects},
	{name: "limits-properties", method: "GET", legacy: legacyLimits + "custom-properties", dated: datedLimits + "custom-properties", serve: limitProperties},
	{name: "limits-pipelines", method: "GET", legacy: legacyLimits + "pipelines", dated: datedLimits + "pipelines", serve: limitPipelines},
	{name: "limits-records", method: "GET", legacy: legacyLimits + "records", dated: datedLimits + "records", serve: limitRecords},
}

// What an account may have at most. The figures are those of an Enterprise test
// account; HubSpot's depend on the subscription.
const (
	maxCalculated       = 200
	maxCustomObjects    = 20
	maxProperties       = 10_000
	maxPropertiesOfType = 1_000
	maxPipelines        = 100
	maxRecords          = 15_000_000
	maxCustomRecords    = 1_500_000
)

type typeRow struct {
	ObjectTypeID  string `json:"objectTypeId"`
	SingularLabel string `json:"singularLabel"`
	PluralLabel   string `json:"pluralLabel"`
}

func (t *objectType) limitRow() typeRow { return typeRow{t.ID, t.labels[0], t.labels[1]} }

// usage is how much of a limit is used.
type usage struct {
	Limit      int     `json:"limit"`
	Usage      int     `json:"usage"`
	Percentage float64 `json:"percentage"`
}

func usageOf(n, limit int) usage { return usage{limit, n, percentage(n, limit)} }

func percentage(n, limit int) float64 { return float64(n) * 100 / float64(limit) }

type typeUsage struct {
	typeRow
	usage
}

// overall is how much of a limit all object types use together.
type overall struct {
	OverallLimit      int     `json:"overallLimit"`
	OverallUsage      int     `json:"overallUsage"`
	OverallPercentage float64 `json:"overallPercentage"`
	ByObjectType      any     `json:"byObjectType"`
}

func overallOf(n, limit int, rows any) overall { return overall{limit, n, percentage(n, limit), rows} }

type labelUsage struct {
	From typeRow `json:"fromObjectType"`
	To   typeRow `json:"toObjectType"`
	usage
	All []string `json:"allLabels"`
}

// limitLabels lists each direction of a pair that has labels, with how many it has.
func limitLabels(c *call) (answer, error) {
	list := results[labelUsage]{Results: []labelUsage{}}
	for _, of := range c.portal.pairsInOrder() {
		from, to := c.query("fromObjectTypeId"), c.query("toObjectTypeId")
		if from != "" && c.portal.typeOf(from) != of.from || to != "" && c.portal.typeOf(to) != of.to {
			continue
		}
		row := labelUsage{From: of.from.limitRow(), To: of.to.limitRow()}
		for _, t := range of.labels() {
			row.All = append(row.All, t.label)
		}
		n := len(row.All)
		for _, d := range c.portal.deleted { // counted for a while yet
			if between := d.from == of.from && d.to == of.to || d.from == of.to && d.to == of.from; between && c.lags(d.at, countLag) {
				n++
			}
		}
		if row.usage = usageOf(n, c.portal.labelCap()); n > 0 {
			list.Results = append(list.Results, row)
		}
	}
	return ok(list), nil
}

func limitCalculated(*call) (answer, error) {
	return ok(overallOf(0, maxCalculated, []typeUsage{})), nil // properties here are never calculated
}

func limitObjects(c *call) (answer, error) {
	n := 0
	for _, t := range c.portal.types {
		if t.Custom() {
			n++
		}
	}
	return ok(usageOf(n, maxCustomObjects)), nil
}

func limitProperties(c *call) (answer, error) {
	rows, all := []typeUsage{}, 0
	for _, t := range c.portal.types {
		if n := t.ownProperties(); n > 0 {
			rows = append(rows, typeUsage{t.limitRow(), usageOf(n, maxPropertiesOfType)})
			all += n
		}
	}
	return ok(overallOf(all, maxProperties, rows)), nil
}

// ownProperties counts the properties that a user has made.
func (t *objectType) ownProperties() int {
	n := 0
	for _, name := range t.properties {
		if !isStandard(t, name) {
			n++
		}
	}
	return n
}

func isStandard(t *objectType, property string) bool {
	for _, name := range standardProperties[t.Name] {
		if name == property {
			return true
		}
	}
	return strings.HasPrefix(property, "hs_") || property == "hubspot_owner_id" || property == "name"
}

// shared is a limit that custom objects share, and that HubSpot's own types have
// each for itself.
type shared struct {
	Custom  overall     `json:"customObjectTypes"`
	HubSpot []typeUsage `json:"hubspotDefinedObjectTypes"`
}

type typeCount struct {
	typeRow
	Usage int `json:"usage"`
}

func (c *call) shared(limit, customLimit int, count func(*objectType) int) shared {
	s := shared{HubSpot: []typeUsage{}}
	rows, all := []typeCount{}, 0
	for _, t := range c.portal.types {
		n := count(t)
		switch {
		case t.Custom():
			rows = append(rows, typeCount{t.limitRow(), n})
			all += n
		case n > 0:
			s.HubSpot = append(s.HubSpot, typeUsage{t.limitRow(), usageOf(n, limit)})
		}
	}
	s.Custom = overallOf(all, customLimit, rows)
	return s
}

func limitPipelines(c *call) (answer, error) {
	return ok(c.shared(maxPipelines, maxPipelines, func(t *objectType) int { return len(t.pipelines) })), nil
}

func limitRecords(c *call) (answer, error) {
	return ok(c.shared(maxRecords, maxCustomRecords, func(t *objectType) int {
		n := 0
		for _, r := range t.sorted {
			if r.life == live {
				n++
			}
		}
		return n
	})), nil
}
