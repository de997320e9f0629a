package crawl

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// mergedIDs is the property in which a surviving record lists the ids that were
// merged into it, separated by semicolons.
const mergedIDs = "hs_merged_object_ids"

// needed are the properties that the checks need of each object type. They hold
// no names, addresses or phone numbers of people: of an e-mail address HubSpot
// itself gives the domain.
var needed = map[string][]string{
	"contacts":   {"hs_email_domain", "hubspot_owner_id", "lifecyclestage", "associatedcompanyid"},
	"companies":  {"domain", "hubspot_owner_id", "lifecyclestage"},
	"deals":      {"pipeline", "dealstage", "amount", "deal_currency_code", "closedate", "hubspot_owner_id"},
	"tickets":    {"hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"},
	"line_items": {"amount", "hs_line_item_currency_code", "hs_product_id"},
}

// neededElsewhere are asked for of every other object type; HubSpot passes over
// the names that a type does not have.
var neededElsewhere = []string{"hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"}

// ofColumns are the properties that become columns of their own, and so are not
// kept again among a record's properties unless they were asked for by name.
var ofColumns = map[string]bool{
	"hs_email_domain": true, "hubspot_owner_id": true, "lifecyclestage": true, "domain": true, "pipeline": true, "dealstage": true,
	"hs_pipeline": true, "hs_pipeline_stage": true, "amount": true, "deal_currency_code": true, "hs_line_item_currency_code": true,
	"closedate": true, "createdate": true, "lastmodifieddate": true, "hs_lastmodifieddate": true, "hs_object_id": true, mergedIDs: true,
}

// translator turns HubSpot's objects of one type into records.
type translator struct {
	plan       *Plan
	typ        hubspot.ObjectType
	url        string          // of a record, but for its id
	properties []string        // to ask for, sorted
	asked      map[string]bool // by the user, by name
	stages     map[[2]string]graphmodel.Stage
}

func (p *Plan) translator(t hubspot.ObjectType) *translator {
	base, ok := needed[t.Name]
	if !ok {
		base = neededElsewhere
	}
	tr := &translator{plan: p, typ: t, url: fmt.Sprintf("https://%s/contacts/%d/record/%s/", p.Account.UIDomain, p.Account.PortalID, t.ID), asked: map[string]bool{}, stages: map[[2]string]graphmodel.Stage{}}
	for _, name := range p.Scope.Properties[t.Name] {
		tr.asked[name] = true
	}
	tr.properties = append(slices.Clone(base), mergedIDs)
	tr.properties = slices.AppendSeq(tr.properties, maps.Keys(tr.asked))
	slices.Sort(tr.properties)
	tr.properties = slices.Compact(tr.properties)
	for _, s := range p.Stages {
		if s.ObjectType == t.Name {
			tr.stages[[2]string{s.PipelineID, s.StageID}] = s
		}
	}
	return tr
}

func (t *translator) record(o hubspot.Object) graphmodel.Record {
	get := func(names ...string) string {
		for _, name := range names {
			if v := o.Properties[name]; v != "" {
				return v
			}
		}
		return ""
	}
	r := graphmodel.Record{
		Key:       graphmodel.Key{Type: t.typ.Name, ID: o.ID},
		CreatedAt: known(o.CreatedAt), UpdatedAt: known(o.UpdatedAt), Archived: o.Archived,
		PipelineID: get("pipeline", "hs_pipeline"), StageID: get("dealstage", "hs_pipeline_stage"),
		Amount: decimal(get("amount")), CloseDate: moment(get("closedate")),
		Domain: strings.ToLower(get("domain")), LifecycleStage: get("lifecyclestage"),
		EmailDomain: strings.ToLower(cmp.Or(get("hs_email_domain"), t.domain(o.Properties["email"]))),
		Currency:    get("deal_currency_code", "hs_line_item_currency_code"),
		URL:         t.url + strconv.FormatInt(o.ID, 10),
	}
	r.OwnerID = number(get("hubspot_owner_id"))
	if r.Currency == "" && r.Amount != "" {
		r.Currency = t.plan.Account.Currency
	}
	if s, ok := t.stages[[2]string{r.PipelineID, r.StageID}]; ok {
		r.IsClosed, r.IsWon = s.IsClosed, s.IsWon
	}
	r.Name = t.name(get)
	for name, v := range o.Properties {
		if v != "" && (t.asked[name] || !ofColumns[name] && slices.Contains(t.properties, name)) {
			if r.Properties == nil {
				r.Properties = map[string]string{}
			}
			r.Properties[name] = v
		}
	}
	return r
}

// domain is that of an e-mail address, if addresses were asked for by name: only
// then may one be looked at.
func (t *translator) domain(address string) string {
	if !t.asked["email"] {
		return ""
	}
	_, domain, _ := strings.Cut(address, "@")
	return domain
}

// name is what people call a record, of properties that were asked for by name.
func (t *translator) name(get func(...string) string) string {
	var parts []string
	for _, property := range []string{"name", "dealname", "subject", "firstname", "lastname"} {
		if t.asked[property] {
			parts = append(parts, get(property))
		}
	}
	return strings.TrimSpace(strings.Join(parts, " "))
}

// number is nil for a text that is none. Most properties are empty, and an error
// costs an allocation.
func number(s string) *int64 {
	if s == "" {
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

func known(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC().Truncate(time.Microsecond)
	return &t
}

// moment reads a date property: RFC 3339, a bare day, or milliseconds since
// 1970, the forms in which HubSpot's APIs hand dates out.
func moment(s string) *time.Time {
	if s == "" {
		return nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return known(t)
		}
	}
	if ms, err := strconv.ParseInt(s, 10, 64); err == nil {
		return known(time.UnixMilli(ms))
	}
	return nil
}

// decimal passes a number on as text, and drops what DECIMAL(18,4) cannot hold.
func decimal(s string) string {
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	digits := func(s string) bool { return strings.Trim(s, "0123456789") == "" }
	if whole+fraction == "" || len(strings.TrimLeft(whole, "0")) > 14 || !digits(whole) || !digits(fraction) {
		return ""
	}
	return s
}
