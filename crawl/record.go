package crawl

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// mergedIDs is the property in which a surviving record lists the ids that were
// merged into it, separated by semicolons.
const mergedIDs = "hs_merged_object_ids"

// idProperty is the property that is a record's id.
const idProperty = "hs_object_id"

// columns are the properties that become columns of objects, of each object type, beside
// those of nameProperties. They hold no names, addresses or phone numbers of people: of an
// e-mail address HubSpot itself gives the domain.
var columns = map[string][]string{
	"contacts":   {"hs_email_domain", "hubspot_owner_id", "lifecyclestage"},
	"companies":  {"domain", "hubspot_owner_id", "lifecyclestage"},
	"deals":      {"pipeline", "dealstage", "amount", "deal_currency_code", "closedate", "hubspot_owner_id", "hs_is_closed", "hs_is_closed_won"},
	"tickets":    {"hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"},
	"line_items": {"amount", "hs_line_item_currency_code"},
}

// columnsElsewhere are asked for of every other object type; HubSpot passes over
// the names that a type does not have.
var columnsElsewhere = []string{"hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"}

// ofColumns are the properties that become columns of their own, and so are not
// kept again among a record's properties unless they were asked for by name.
var ofColumns = map[string]bool{
	"hs_email_domain": true, "hubspot_owner_id": true, "lifecyclestage": true, "domain": true, "pipeline": true, "dealstage": true,
	"hs_pipeline": true, "hs_pipeline_stage": true, "amount": true, "deal_currency_code": true, "hs_line_item_currency_code": true,
	"closedate": true, "hs_is_closed": true, "hs_is_closed_won": true, "createdate": true, "hs_createdate": true,
	"lastmodifieddate": true, "hs_lastmodifieddate": true, idProperty: true, mergedIDs: true,
}

// translator turns HubSpot's objects of one type into records.
type translator struct {
	plan       *Plan
	typ        hubspot.ObjectType
	url        string          // of a record, but for its id
	properties []string        // to ask for, sorted, each once; there may be many
	asked      map[string]bool // by the user, by name
	kept       map[string]bool // among a record's properties
	names      []string        // the properties that hold a record's name, the best first
	stages     map[[2]string]graphmodel.Stage
}

func (p *Plan) translator(t hubspot.ObjectType) *translator {
	base, ok := columns[t.Name]
	if !ok {
		base = columnsElsewhere
	}
	base = slices.Concat(base, p.Scope.Needed[t.Name])
	tr := &translator{plan: p, typ: t, url: fmt.Sprintf("https://%s/contacts/%d/record/%s/", p.Account.UIDomain, p.Account.PortalID, t.ID),
		asked: map[string]bool{}, kept: map[string]bool{}, names: p.nameProperties(t), stages: map[[2]string]graphmodel.Stage{}}
	for _, name := range p.Scope.Properties[t.ID] {
		tr.asked[name], tr.kept[name] = true, true
	}
	for _, name := range base {
		if !ofColumns[name] {
			tr.kept[name] = true
		}
	}
	tr.properties = append(slices.Concat(base, tr.names), mergedIDs)
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

// record translates a record. Values that are not what they should be are unknown:
// their texts are kept among the record's properties, and unreadable is their
// number.
func (t *translator) record(o hubspot.Object) (r graphmodel.Record, unreadable int) {
	v := &values{properties: o.Properties, unreadable: maps.Clone(o.Unreadable)}
	r = graphmodel.Record{
		Key:       graphmodel.Key{Type: t.typ.Name, ID: o.ID},
		CreatedAt: v.known("createdAt", o.CreatedAt), UpdatedAt: v.known("updatedAt", o.UpdatedAt), Archived: o.Archived,
		PipelineID: v.text("pipeline", "hs_pipeline"), StageID: v.text("dealstage", "hs_pipeline_stage"),
		OwnerID: optional(read(v, number, "hubspot_owner_id")), CloseDate: optional(read(v, moment, "closedate")),
		Domain: strings.ToLower(v.text("domain")), LifecycleStage: v.text("lifecyclestage"),
		EmailDomain: strings.ToLower(cmp.Or(v.text("hs_email_domain"), t.domain(o.Properties["email"]))),
		Currency:    strings.ToUpper(strings.TrimSpace(v.text("deal_currency_code", "hs_line_item_currency_code"))),
		URL:         t.url + strconv.FormatInt(o.ID, 10),
	}
	r.Amount, _ = read(v, decimal, "amount")
	if r.Currency == "" && strings.TrimSpace(o.Properties["amount"]) != "" {
		// HubSpot takes the amount of a deal or line item without a currency to be in
		// the company's.
		r.Currency = t.plan.Account.Currency
	}
	if r.CreatedAt == nil {
		r.CreatedAt = optional(read(v, moment, "createdate", "hs_createdate"))
	}
	if r.UpdatedAt == nil {
		r.UpdatedAt = optional(read(v, moment, "lastmodifieddate", "hs_lastmodifieddate"))
	}
	t.decide(&r, v)
	r.Name = t.name(v)
	for name, value := range o.Properties {
		if value != "" && t.kept[name] {
			keep(&r, name, value)
		}
	}
	for name, value := range v.unreadable {
		if slices.Contains(ofRow, name) || slices.Contains(t.properties, name) { // nothing that was not asked for
			keep(&r, name, value)
		}
	}
	return r, len(v.unreadable)
}

// decide says whether a record is closed, and won. What its stage says now goes before
// what the record says: HubSpot works hs_is_closed and hs_is_closed_won out when a deal
// changes, so that they may be of what its stage meant before. Where no stage says it
// (the stage or its pipeline was deleted, or the pipelines could not be read), the
// deal's own properties do. Tickets have no such properties: of one in a stage that is
// gone nothing is known.
func (t *translator) decide(r *graphmodel.Record, v *values) {
	s := t.stages[[2]string{r.PipelineID, r.StageID}]
	r.IsClosed, r.IsWon = s.IsClosed, s.IsWon
	if r.IsClosed == nil {
		r.IsClosed = optional(read(v, truth, "hs_is_closed"))
	} else if !*r.IsClosed {
		return // whatever the deal says, it is not won
	}
	if r.IsWon == nil {
		r.IsWon = optional(read(v, truth, "hs_is_closed_won"))
	}
}

// ofRow are the fields of a row beside its properties that may be unreadable.
var ofRow = []string{"createdAt", "updatedAt", "archivedAt", "archived"}

func keep(r *graphmodel.Record, name, value string) {
	if r.Properties == nil {
		r.Properties = map[string]string{}
	}
	r.Properties[name] = value
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
