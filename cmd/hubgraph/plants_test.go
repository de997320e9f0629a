package main

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// plant is something wrong that is added to a portal, or something that only looks so.
type plant struct {
	portal, night string   // lines of the portal language: at first, and overnight
	want          []string // what is found then, by check and identity
	faults        []string // lines of a file of faults, in the last night
}

// field is where plants grow: its records have ids that no generated one has.
type field struct {
	*rand.Rand
	last int64
}

// firstPlanted is the lowest id of a planted record.
const firstPlanted = 90_000_000_000

// plants are what is planted for each check, with what looks like it and is not. {1} to {9}
// stand for the ids of new records.
func (f *field) plants() map[string]plant {
	all := map[string]plant{
		"crawl_coverage_incomplete": {portal: `
			p_sprouts {1} -> contacts {1}
			contacts {1} -> companies {1} primary`,
			faults: []string{"POST /crm/*/associations/2-9002/0-1/batch/read 403", "POST /crm/associations/*/2-9002/0-1/batch/read 403"},
			want:   []string{"crawl_coverage_incomplete associations p_sprouts contacts"}},
		"crawl_fanout_truncated": {portal: `
			companies {1}
			contacts {2} -> companies {1} primary
			contacts {3} -> companies {1} primary
			contacts {4} -> companies {1} primary
			contacts {5} ->> companies {1} 279 primary`,
			want: []string{"crawl_fanout_truncated companies {1} contacts", "inverse_pair_missing companies {1} contacts {5}"}},
		"crawl_skew": {portal: `
			p_plants {1} -> contacts {2}
			contacts {2} ->> p_plants {3} USER_DEFINED:102
			p_plants {3}`,
			want: []string{"crawl_skew contacts p_plants", "inverse_pair_missing contacts {2} p_plants {3}", "contact_without_company contacts {2}"}},
		"contact_without_company": {portal: `
			contacts {1} email=bo@nowhere.example
			contacts {2}
			companies {3} ->> contacts {2} 280`,
			want: []string{"contact_without_company contacts {1}", "inverse_pair_missing companies {3} contacts {2}", "primary_missing contacts {2}"}},
		"company_without_contact": {portal: `
			companies {1}
			companies {2} created=-100h
			companies {3}
			deals {3} -> companies {3} primary`,
			want: []string{"company_without_contact companies {1}", "deal_without_contact deals {3}"}},
		"ticket_without_requester": {portal: `
			tickets {1} hs_pipeline=0 hs_pipeline_stage=2
			tickets {2} hs_pipeline=0 hs_pipeline_stage=4
			tickets {3} created=-1h`,
			want: []string{"ticket_without_requester tickets {1}"}},
		"lead_without_contact": {portal: `
			leads {1}
			leads {2} -> contacts {2}
			contacts {2} -> companies {2} primary`,
			want: []string{"lead_without_contact leads {1}"}},
		"line_item_without_parent": {portal: `
			line_items {1}
			line_items {2} -> orders {2}
			line_items {3} -> carts {3}
			line_items {4} -> quotes {4}`,
			want: []string{"line_item_without_parent line_items {1}"}},
		"isolated_record": {portal: `
			p_plants {1}
			p_plants {2} -> contacts {2}
			contacts {2} -> companies {2} primary`,
			want: []string{"isolated_record p_plants {1}"}},
		"edge_endpoint_archived": {portal: `
			companies {1} archived
			contacts {2} -> companies {3} primary
			contacts {2} ->> companies {1} 279`,
			want: []string{"edge_endpoint_archived contacts {2} companies {1} HUBSPOT_DEFINED 279"}},
		"edge_endpoint_merged": {portal: `
			contacts {2} -> companies {1} primary
			companies {3} merged={1}
			contacts {2} ->> companies {3} 279`,
			want: []string{"edge_endpoint_merged contacts {2} companies {1} HUBSPOT_DEFINED 279"}},
		"edge_type_undefined": {portal: `
			p_weeds {1} -> contacts {2}
			contacts {2} -> companies {2} primary`,
			faults: []string{"associations-read type-strange p_weeds:{1}"},
			want:   []string{"edge_type_undefined p_weeds contacts UNHEARD_OF 111", "edge_label_changed p_weeds {1} contacts {2}", "inverse_label_missing contacts {2} p_weeds {1} USER_DEFINED 112"}},
		"label_text_inconsistent": {portal: `
			p_herbs {1} -> contacts {2}
			contacts {2} -> companies {2} primary`,
			faults: []string{"associations-read type-label-number p_herbs:{1}"},
			want:   []string{"label_text_inconsistent p_herbs contacts USER_DEFINED 121"}},
		"inverse_definition_unresolved": {portal: `
			label p_plants 151 "Grown by" companies 152 "Grows"
			p_plants {1} -> companies {2} "Grown by"
			contacts {3} -> companies {2} primary`,
			want: []string{"inverse_definition_unresolved companies p_plants USER_DEFINED 152", "inverse_definition_unresolved p_plants companies USER_DEFINED 151"}},
		"asymmetric_label_both_ways": {portal: `
			companies {1} -> companies {2} 13
			companies {2} ->> companies {1} 13
			companies {3} -> companies {4} 13
			contacts {1} -> companies {1} primary
			contacts {2} -> companies {2} primary
			contacts {3} -> companies {3} primary
			contacts {4} -> companies {4} primary`,
			want: []string{"asymmetric_label_both_ways companies {1} companies {2} HUBSPOT_DEFINED 13", "inverse_label_missing companies {2} companies {1} HUBSPOT_DEFINED 13",
				"company_hierarchy_cycle companies:{1},companies:{2}"}},
		"label_unused": {portal: `label p_plants 161 "Eaten by" deals 161 "Eaten by"`,
			night: `label p_plants 163 "Bought by" deals 163 "Bought by"`,
			want: []string{"label_unused deals p_plants USER_DEFINED 161", "label_unused p_plants deals USER_DEFINED 161",
				"association_definition_changed deals p_plants USER_DEFINED 163", "association_definition_changed p_plants deals USER_DEFINED 163"}},
		"label_near_duplicate": {portal: `
			label p_plants 171 "Caretaker" tickets 172 "Caretaker"
			label p_plants 173 "Care taker" tickets 174 "Care taker"
			label p_plants 175 "Gardener" tickets 176 "Gardener"
			p_plants {1} -> tickets {2} "Caretaker" "Care taker" "Gardener"
			tickets {2} -> companies {3} primary
			contacts {3} -> companies {3} primary`,
			want: []string{"label_near_duplicate p_plants tickets USER_DEFINED 173", "label_near_duplicate tickets p_plants USER_DEFINED 174"}},
		"label_conflict": {portal: `
			contacts {1} -> companies {2} "Planter" "Former planter" primary
			contacts {3} -> companies {2} "Planter" primary`,
			want: []string{"label_conflict companies {2} contacts {1}"}},
		"required_label_missing": {portal: `
			contacts {1} -> companies {1} primary
			deals {1} pipeline=beds dealstage=green amount=5000 deal_currency_code=EUR
			deals {1} -> contacts {1}
			deals {1} -> companies {1} primary
			deals {2} pipeline=beds dealstage=green amount=5001 deal_currency_code=EUR
			deals {2} -> contacts {1} "Buyer of plants"
			deals {2} -> companies {1} primary
			deals {3} pipeline=beds dealstage=seed amount=5002 deal_currency_code=EUR
			deals {3} -> contacts {1}
			deals {3} -> companies {1} primary`,
			want: []string{"required_label_missing deals {1} buyer"}},
		"primary_moved": {portal: `
			contacts {1} -> companies {1} primary
			contacts {2} -> companies {2} primary
			contacts {3} -> companies {1} primary
			companies {3} -> companies {1} 13`,
			night: `
			contacts {1} -> companies {2} primary
			contacts {2} -> companies {3}`,
			want: []string{"primary_moved contacts {1}"}},
		"mass_disassociation": {portal: each(8, "contacts {n} -> companies {1} primary\np_mosses {9} -> contacts {n}"),
			night: each(4, "unlink p_mosses {9} contacts {n}"),
			want: []string{"mass_disassociation p_mosses contacts USER_DEFINED 123", "edge_removed contacts {1} p_mosses {9}", "edge_removed contacts {2} p_mosses {9}",
				"edge_removed contacts {3} p_mosses {9}", "edge_removed contacts {4} p_mosses {9}"}},
		"primary_multiple": {portal: `
			contacts {1} -> companies {1} primary
			contacts {1} -> companies {2}
			contacts {1} ->> companies {2} 1
			companies {2} ->> contacts {1} 2`,
			want: []string{"primary_multiple contacts {1}"}},
		"primary_property_disagrees": {portal: `
			contacts {1} associatedcompanyid={2}
			contacts {1} -> companies {1} primary
			contacts {2} -> companies {2} primary`,
			want: []string{"primary_property_disagrees contacts {1}"}},
		"over_configured_limit": {portal: `
			contacts {1} -> companies {1} primary
			contacts {2} -> companies {1} primary
			contacts {3} -> companies {1} primary
			p_plants {1} -> contacts {1} "Watered by"
			p_plants {1} -> contacts {2} "Watered by"
			p_plants {1} -> contacts {3} "Watered by"
			p_plants {2} -> contacts {1} "Watered by"
			p_plants {2} -> contacts {2} "Watered by"`,
			want: []string{"over_configured_limit p_plants {1} contacts USER_DEFINED 181"}},
		"near_association_limit": {portal: `
			p_plants {1} -> leads {1}
			p_plants {1} -> leads {2}
			p_plants {1} -> leads {3}
			p_plants {1} -> leads {4}
			p_plants {1} -> leads {5}
			p_plants {1} -> leads {6}
			p_plants {1} -> leads {7}
			p_plants {1} -> leads {8}
			contacts {9} -> companies {9} primary` + each(8, "leads {n} -> contacts {9}"),
			want: []string{"near_association_limit p_plants {1} leads USER_DEFINED 191"}},
		"count_property_disagrees": {portal: `
			companies {1} num_associated_contacts=7
			contacts {1} -> companies {1} primary
			contacts {2} -> companies {2} primary`,
			want: []string{"count_property_disagrees companies {1}"}},
		"ticket_contact_company_open": {portal: `
			contacts {1} -> companies {1} primary
			tickets {1} hs_pipeline=0 hs_pipeline_stage=1
			tickets {1} -> contacts {1}
			tickets {2} hs_pipeline=0 hs_pipeline_stage=1
			tickets {2} -> contacts {1}
			tickets {2} -> companies {1} primary`,
			want: []string{"ticket_contact_company_open tickets {1}"}},
		"deal_company_stranger": {portal: `
			contacts {1} -> companies {1} primary
			contacts {2} -> companies {2} primary
			deals {1} -> contacts {1}
			deals {1} -> companies {2} primary
			deals {2} -> contacts {2}
			deals {2} -> companies {2} primary`,
			want: []string{"deal_company_stranger deals {1}", "deal_contact_company_open deals {1}"}},
		"self_association": {portal: `
			contacts {1} -> companies {1} primary
			contacts {2} merged={1}
			contacts {1} ->> contacts {2} 449`,
			want: []string{"self_association contacts {1}"}},
		"duplicate_company_split": {portal: `
			companies {1} domain=plant{1}.example
			companies {2} domain=plant{1}.example
			companies {3} domain=root{1}.example
			companies {4} domain=root{1}.example
			companies {3} -> companies {4} 13
			contacts {1} -> companies {1} primary
			contacts {2} -> companies {2} primary
			contacts {3} -> companies {3} primary
			contacts {4} -> companies {4} primary`,
			want: []string{"duplicate_company_split companies:{1},companies:{2}"}},
		"twin_deals": {portal: `
			contacts {1} -> companies {1} primary
			deals {1} amount=77 deal_currency_code=EUR created=2026-01-02
			deals {1} -> contacts {1}
			deals {1} -> companies {1} primary
			deals {2} amount=77 deal_currency_code=EUR created=2026-01-09
			deals {2} -> contacts {1}
			deals {2} -> companies {1} primary
			deals {3} amount=77 deal_currency_code=EUR created=2026-03-09
			deals {3} -> contacts {1}
			deals {3} -> companies {1} primary`,
			want: []string{"twin_deals deals {2}"}},
		"company_multiple_parents": {portal: `
			companies {1} -> companies {2} 14
			companies {3} ->> companies {1} 450 13
			companies {1} ->> companies {3} 450 14
			contacts {1} -> companies {1} primary
			contacts {2} -> companies {2} primary`,
			want: []string{"company_multiple_parents companies {1}"}},
		"company_hierarchy_cycle": {portal: `
			companies {1} -> companies {2} 14
			companies {2} -> companies {3} 14
			companies {3} -> companies {1} 14
			companies {4} -> companies {1} 14` + each(4, "contacts {n} -> companies {n} primary"),
			want: []string{"company_hierarchy_cycle companies:{1},companies:{2},companies:{3}"}},
		"company_hierarchy_deep": {portal: `
			companies {1} -> companies {2} 13
			companies {2} -> companies {3} 13
			companies {3} -> companies {4} 13
			companies {4} -> companies {5} 13
			companies {5} -> companies {6} 13
			companies {6} -> companies {7} 13` + each(7, "contacts {n} -> companies {n} primary"),
			want: []string{"company_hierarchy_deep companies {7}"}},
		"closed_won_without_line_items": {portal: `
			contacts {1} -> companies {1} primary
			deals {1} pipeline=beds dealstage=sold amount=5 deal_currency_code=EUR closedate=2099-01-01T00:00:00Z
			deals {1} -> contacts {1} "Buyer of plants"
			deals {1} -> companies {1} primary
			deals {2} pipeline=beds dealstage=sold amount=5 deal_currency_code=EUR closedate=2099-01-01T00:00:00Z
			deals {2} -> contacts {1} "Buyer of plants"
			deals {2} -> companies {1} primary
			line_items {1} amount=5 hs_line_item_currency_code=EUR
			deals {2} -> line_items {1}
			deals {3} pipeline=beds dealstage=sold amount=5 deal_currency_code=EUR closedate=2020-01-01T00:00:00Z
			deals {3} -> contacts {1} "Buyer of plants"
			deals {3} -> companies {1} primary
			line_items {2} amount=5 hs_line_item_currency_code=EUR
			deals {3} -> line_items {2}`,
			want: []string{"closed_won_without_line_items deals {1}"}},
		"closed_won_amount_vs_line_items": {portal: `
			contacts {1} -> companies {1} primary
			deals {1} pipeline=beds dealstage=sold amount=500 deal_currency_code=EUR closedate=2020-01-01T00:00:00Z
			deals {1} -> contacts {1} "Buyer of plants"
			deals {1} -> companies {1} primary
			line_items {1} amount=400 hs_line_item_currency_code=EUR
			deals {1} -> line_items {1}
			deals {2} pipeline=beds dealstage=sold amount=500 deal_currency_code=EUR closedate=2020-01-01T00:00:00Z
			deals {2} -> contacts {1} "Buyer of plants"
			deals {2} -> companies {1} primary
			line_items {2} amount=500 hs_line_item_currency_code=EUR
			deals {2} -> line_items {2}`,
			want: []string{"closed_won_amount_vs_line_items deals {1}"}},
		"qualified_lead_without_deal": {portal: `
			contacts {1} -> companies {1} primary
			leads {1} hs_pipeline_stage=qualified-stage-id
			leads {1} -> contacts {1}
			leads {2} hs_pipeline_stage=qualified-stage-id created=-30h
			leads {2} -> contacts {1}`,
			want: []string{"qualified_lead_without_deal leads {1}"}},
		"customer_without_won_deal": {portal: `
			companies {1} lifecyclestage=customer
			contacts {1} -> companies {1} primary
			companies {2} lifecyclestage=customer
			contacts {2} -> companies {3} primary
			companies {2} -> companies {3} 13
			deals {2} pipeline=beds dealstage=sold amount=5000 deal_currency_code=EUR closedate=2020-01-01T00:00:00Z
			deals {2} -> contacts {2} "Buyer of plants"
			deals {2} -> companies {3} primary`,
			want: []string{"customer_without_won_deal companies {1}"}},
		"activity_unattached": {portal: `
			calls {1} created=-48h
			calls {2} created=-48h
			calls {2} -> companies {2}
			contacts {2} -> companies {2} primary
			notes {3} created=2020-01-01`,
			want: []string{"activity_unattached calls {1}"}},
		"activity_missing_from_deal": {portal: `
			contacts {1} -> companies {1} primary
			deals {1} -> contacts {1}
			deals {1} -> companies {1} primary
			notes {1} created=-48h
			notes {1} -> contacts {1}
			notes {2} created=-48h
			notes {2} -> contacts {1}
			notes {2} -> deals {1}`,
			want: []string{"activity_missing_from_deal notes {1}"}},
		"hub_record": {portal: `
			p_trees {2} -> contacts {1}
			p_trees {2} -> contacts {2}
			p_shrubs {2} -> contacts {3}
			p_shrubs {2} -> contacts {4}
			p_shrubs {2} -> contacts {5}` + each(9, "contacts {n} -> companies {1} primary\np_trees {1} -> contacts {n}\np_shrubs {1} -> contacts {n}"),
			want: []string{"hub_record p_trees {1}"}},
	}
	for _, check := range slices.Sorted(maps.Keys(all)) {
		all[check] = all[check].numbered(f)
	}
	return all
}

// numbered is the plant with the ids of new records.
func (p plant) numbered(f *field) plant {
	var pairs []string
	for i := range 9 {
		pairs = append(pairs, fmt.Sprintf("{%d}", i+1), f.id())
	}
	ids := strings.NewReplacer(pairs...)
	p.portal, p.night = ids.Replace(p.portal), ids.Replace(p.night)
	for _, list := range []*[]string{&p.want, &p.faults} {
		*list = strings.Split(ids.Replace(strings.Join(*list, "\n")), "\n")
	}
	return p
}

// each is a line for each of the first n records.
func each(n int, line string) (lines string) {
	for i := range n {
		lines += "\n" + strings.ReplaceAll(line, "{n}", fmt.Sprintf("{%d}", i+1))
	}
	return lines
}

// past is something that goes wrong in the last of some nights, beside what goes on as ever.
type past struct {
	portal string
	nights [9]string // lines of the portal language: overnight; none before the first
	want   []string  // what is found in the last night, by check and identity
}

// pasts are what is planted for the checks that compare a night with all before it. They
// judge from the seventh on.
func (f *field) pasts() map[string]past {
	company, contacts := f.id(), f.ids(90)
	rate := past{portal: lines(contacts[:80], "contacts {n} -> companies "+company+" primary") + lines(contacts[80:81], "contacts {n}")}
	rate.nights[8] = lines(contacts[81:84], "contacts {n} created=2020-01-01")
	rate.want = []string{"orphan_rate_regression contact_without_company"}
	for _, id := range contacts[80:84] {
		rate.want = append(rate.want, "contact_without_company contacts "+id)
	}
	// Every other night three tickets have nobody. In the last there are four, which is
	// within what is usual.
	tickets := f.ids(27)
	rate.portal += lines(tickets[:20], "tickets {n} -> companies "+company+" primary") + lines(tickets[20:23], "tickets {n}")
	for i := 1; i < 8; i++ {
		rate.nights[i] = lines(tickets[20:23], []string{"unlink tickets {n} companies " + company, "tickets {n} -> companies " + company + " primary"}[i%2])
	}
	rate.nights[8] += lines(tickets[23:], "tickets {n} created=2020-01-01")
	for _, id := range tickets[23:] {
		rate.want = append(rate.want, "ticket_without_requester tickets "+id)
	}

	// One association more every night, and then ten. Of the other type there are nine more
	// every other night, and then ten.
	plant, sprout := f.id(), f.id()
	volume := past{portal: lines(contacts[:20], "p_plants "+plant+" -> contacts {n}") + lines(contacts[:30], "p_sprouts "+sprout+" -> contacts {n}"),
		want: []string{"association_volume_anomaly contacts p_plants USER_DEFINED 102", "association_volume_anomaly p_plants contacts USER_DEFINED 101"}}
	plants, sprouts := 20, 30
	for i, more := range [9][2]int{{0, 0}, {1, 9}, {1, 0}, {1, 9}, {1, 0}, {1, 9}, {1, 0}, {1, 9}, {10, 10}} {
		volume.nights[i] = lines(contacts[plants:plants+more[0]], "p_plants "+plant+" -> contacts {n}") +
			lines(contacts[sprouts:sprouts+more[1]], "p_sprouts "+sprout+" -> contacts {n}")
		plants, sprouts = plants+more[0], sprouts+more[1]
	}
	return map[string]past{"orphan_rate_regression": rate, "association_volume_anomaly": volume}
}

// id is the id of a new record.
func (f *field) id() string {
	f.last += 1 + f.Int64N(9)
	return fmt.Sprint(firstPlanted + f.last)
}

// ids are those of n new records.
func (f *field) ids(n int) (ids []string) {
	for range n {
		ids = append(ids, f.id())
	}
	return ids
}

// lines are a line for each of some ids.
func lines(ids []string, line string) (all string) {
	for _, id := range ids {
		all += strings.ReplaceAll(line, "{n}", id) + "\n"
	}
	return all
}
