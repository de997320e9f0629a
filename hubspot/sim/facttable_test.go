package sim_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"hubgraph/hubspot/sim"
)

// factTest shows what a fact changes: what a client of the dated versions sees
// by each of its values.
type factTest struct {
	portal string
	see    func(bench) string
	want   map[string]string
}

const readContact = "@associations/contacts/companies/batch/read"

var factTests = map[string]factTest{
	"label-write": {office + `contacts 101 -> companies 201 "Board"`, func(b bench) string {
		b.call("POST", contactCompany, inputs(input(101, 201, "USER_DEFINED:4")))
		return b.rowsFrom("contacts", "101", "companies") + "; " + b.rowsFrom("companies", "201", "contacts")
	}, map[string]string{
		"replace": "contacts 101 companies 201 279, contacts 101 companies 201 USER_DEFINED:4; companies 201 contacts 101 280, companies 201 contacts 101 USER_DEFINED:3",
		"add": "contacts 101 companies 201 279, contacts 101 companies 201 USER_DEFINED:4, contacts 101 companies 201 USER_DEFINED:5; " +
			"companies 201 contacts 101 280, companies 201 contacts 101 USER_DEFINED:3, companies 201 contacts 101 USER_DEFINED:6",
	}},
	"plain-write": {office + `contacts 101 -> companies 201 "Board"`, func(b bench) string {
		b.call("POST", contactCompany, inputs(input(101, 201, "279")))
		return b.rowsFrom("contacts", "101", "companies")
	}, map[string]string{"keep": "contacts 101 companies 201 279, contacts 101 companies 201 USER_DEFINED:5", "replace": "contacts 101 companies 201 279"}},
	"auto-primary": {office, func(b bench) string {
		b.call("POST", "@associations/companies/contacts/batch/create", inputs(input(201, 101, "280"), input(202, 101, "280")))
		return b.rowsFrom("contacts", "101", "companies")
	}, map[string]string{
		"off": "contacts 101 companies 201 279, contacts 101 companies 202 279",
		"on":  "contacts 101 companies 201 1, contacts 101 companies 201 279, contacts 101 companies 202 279"}},
	"create-status": {office, func(b bench) string {
		body := inputs(input(101, 201, "279"))
		return brief(b.call("POST", contactCompany, body)) + " v4 " + brief(b.v4("POST", contactCompany, body))
	}, map[string]string{"201": "201 v4 201", "200": "200 v4 201"}},
	"put-status": {office, func(b bench) string {
		return brief(b.call("PUT", "@links/contacts/101/associations/companies/201", `[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]`))
	}, map[string]string{"201": "201", "200": "200"}},
	"v3-create-status": {office, func(b bench) string {
		return brief(b.call("POST", "/crm/v3/associations/contacts/companies/batch/create", `{"inputs":[{"from":{"id":"101"},"to":{"id":"201"},"type":"279"}]}`))
	}, map[string]string{"200": "200", "201": "201"}},
	"default-result": {office, func(b bench) string {
		got := decode[struct{ Results []any }](b.api, b.call("PUT", "@links/contacts/101/associations/default/companies/201", ""), 200)
		return fmt.Sprint(len(got.Results))
	}, map[string]string{"both": "2", "one": "1"}},
	"default-body": {office, func(b bench) string {
		const path = "@links/contacts/101/associations/default/companies/201"
		return brief(b.call("PUT", path, "{}")) + " v4 " + brief(b.v4("PUT", path, "{}"))
	}, map[string]string{"ignored": "200 v4 200", "refused": "400 | No request body was expected v4 200"}},
	"bad-id": {office, func(b bench) string {
		created := brief(b.call("POST", contactCompany, inputs(input(101, 201, "279"), input("x", 201, "279"))))
		return created + "; " + brief(b.call("POST", readContact, `{"inputs":[{"id":"101"},{"id":"x"}]}`)) + "; " + b.rowsFrom("contacts", "101", "companies")
	}, map[string]string{
		"item": `207 | crm.associations.INVALID_IDENTIFIER Invalid object ID "x": object IDs are numbers | 1; ` +
			`207 | crm.associations.INVALID_IDENTIFIER Invalid object ID "x": object IDs are numbers | 1; contacts 101 companies 201 279`,
		"batch": `400 | crm.associations.INVALID_IDENTIFIER Invalid object ID "x": object IDs are numbers; 400 | crm.associations.INVALID_IDENTIFIER Invalid object ID "x": object IDs are numbers; `}},
	"bad-type": {office, func(b bench) string {
		return brief(b.call("POST", contactCompany, inputs(input(101, 201, "279"), input(101, 202, "USER_DEFINED:99")))) + "; " + b.rowsFrom("contacts", "101", "companies")
	}, map[string]string{"batch": "400 | One or more associations are invalid; ", "item": "207 | One or more associations are invalid | 1; contacts 101 companies 201 279"}},
	"wrong-direction": {office, func(b bench) string {
		return brief(b.call("POST", contactCompany, inputs(input(101, 201, "280"))))
	}, map[string]string{
		"named":   "400 | crm.associations.INVALID_ASSOCIATION_TYPE invalid from object type 0-1 for the association type HUBSPOT_DEFINED=280: expected 0-2",
		"unnamed": "400 | One or more associations are invalid"}},
	"missing-record": {office, func(b bench) string {
		body := inputs(input(999, 201, "279"), input(101, 201, "279"))
		return brief(b.v4("POST", contactCompany, body)) + "; " + brief(b.call("POST", contactCompany, body))
	}, map[string]string{
		"item": "207 | crm.associations.FROM_OBJECT_NOT_FOUND CONTACT with id 999 does not exist | 1; " +
			"207 | crm.associations.FROM_OBJECT_NOT_FOUND CONTACT with id 999 does not exist | 1",
		"batch":       "400 | One or more associations are invalid; 400 | One or more associations are invalid",
		"dated-batch": "207 | crm.associations.FROM_OBJECT_NOT_FOUND CONTACT with id 999 does not exist | 1; 400 | One or more associations are invalid"}},
	"record-cap": {crowd(1000) + "contacts 5", func(b bench) string {
		s := decode[schemaAnswer](b.api, b.call("GET", "@schemas/contacts", ""), 200)
		i := slices.IndexFunc(s.Associations, func(a schemaAssociation) bool { return a.ID == "279" })
		return fmt.Sprint(s.Associations[i].MaxToObjectIDs, " ", brief(b.call("POST", contactCompany, inputs(input(5, 1, "279")))))
	}, map[string]string{"50000": "50000 201", "500000": "500000 201", "250000": "250000 201", "10000": "10000 201",
		"1000": "1000 400 | COMPANY 1 already has the maximum of 1000 associations with CONTACT"}},
	"label-cap": {"", func(b bench) string {
		status := 0
		for i := range 11 {
			status = b.call("POST", "@associations/contacts/tickets/labels", fmt.Sprintf(`{"name":"l%d","label":"L%d"}`, i, i)).status
		}
		return fmt.Sprint(status)
	}, map[string]string{"50": "200", "10": "437"}},
	"limit-error": {office + "limit contacts companies plain 1", func(b bench) string {
		return brief(b.call("POST", contactCompany, inputs(input(101, 201, "279"), input(101, 202, "279")))) + "; " + b.rowsFrom("contacts", "101", "companies")
	}, map[string]string{
		"unnamed": "400 | CONTACT 101 already has the maximum of 1 associations with COMPANY; ",
		"named":   "400 | ASSOCIATIONS_LIMIT_EXCEEDED CONTACT 101 already has the maximum of 1 associations with COMPANY; ",
		"item":    "207 | CONTACT 101 already has the maximum of 1 associations with COMPANY | 1; contacts 101 companies 201 279"}},
	"limit-range": {office, func(b bench) string {
		return brief(b.call("POST", "@associations/definitions/configurations/contacts/companies/batch/create",
			`{"inputs":[{"category":"HUBSPOT_DEFINED","typeId":279,"maxToObjectIds":10001},{"category":"HUBSPOT_DEFINED","typeId":1,"maxToObjectIds":1}]}`))
	}, map[string]string{
		"item":  "207 | The limit of HUBSPOT_DEFINED:279 is 10001: it must be from 1 to 10000 | 1",
		"batch": "400 | The limit of HUBSPOT_DEFINED:279 is 10001: it must be from 1 to 10000"}},
	"ids": {office + "contacts 101 -> companies 201", func(b bench) string {
		var seen []string
		body := inputs(input(101, 201, "279"))
		for _, got := range []reply{
			b.call("GET", "@links/contacts/101/associations/companies", ""), b.v4("GET", "@links/contacts/101/associations/companies", ""),
			b.call("POST", readContact, `{"inputs":[{"id":"101"}]}`), b.call("POST", contactCompany, body), b.v4("POST", contactCompany, body),
		} {
			_, rest, _ := strings.Cut(string(got.body), `"toObjectId":`)
			seen = append(seen, rest[:strings.IndexAny(rest, ",}")])
		}
		return strings.Join(seen, " ")
	}, map[string]string{"number": "201 201 201 201 201", "string": `"201" "201" "201" "201" "201"`, "dated-string": `"201" 201 "201" "201" 201`}},
	"page-size": {crowd(501), func(b bench) string {
		page := decode[readPage](b.api, b.call("POST", "@associations/companies/contacts/batch/read", `{"inputs":[{"id":"1"}]}`), 200)
		return fmt.Sprint(len(page.Results[0].To), " ", page.Results[0].Paging != nil, " ", len(b.rowsBetween("companies", []string{"1"}, "contacts")))
	}, map[string]string{"500": "500 true 501", "100": "100 true 501"}},
	"errors": {office, func(b bench) string {
		got := decode[readPage](b.api, b.call("POST", readContact, `{"inputs":[{"id":"101"},{"id":"102"},{"id":"103"}]}`), 207)
		return fmt.Sprint(len(got.Errors), " of ", got.NumErrors)
	}, map[string]string{"whole": "3 of 3", "trimmed": "1 of 3"}},
	"duplicate-input": {office + "contacts 101 -> companies 201", func(b bench) string {
		return fmt.Sprint(len(decode[readPage](b.api, b.call("POST", readContact, `{"inputs":[{"id":"101"},{"id":"101"}]}`), 200).Results))
	}, map[string]string{"once": "1", "each": "2"}},
	"missing-from": {office, func(b bench) string {
		return brief(b.call("POST", readContact, `{"inputs":[{"id":"999"}]}`))
	}, map[string]string{
		"empty":   "207 | crm.associations.NO_ASSOCIATIONS_FOUND No company is associated with contact 999. | 1",
		"missing": "207 | crm.associations.FROM_OBJECT_NOT_FOUND CONTACT with id 999 does not exist | 1"}},
	"missing-single": {office, func(b bench) string {
		return brief(b.call("GET", "@links/contacts/999/associations/companies", ""))
	}, map[string]string{"404": "404 | CONTACT with id 999 does not exist", "empty": "200"}},
	"cursor": {office + "contacts 101 -> companies 201\ncontacts 101 -> companies 202", func(b bench) string {
		const path = "@links/contacts/101/associations/companies?limit=1"
		page := decode[struct {
			Paging struct{ Next struct{ After string } }
		}](b.api, b.call("GET", path, ""), 200)
		after := page.Paging.Next.After
		return brief(b.call("GET", path+"&after="+after, ""))[:3] + " " + brief(b.call("GET", path+"&after="+url.QueryEscape(after), ""))[:3]
	}, map[string]string{"any": "200 200", "decoded": "200 400"}},
	"read-lag": {office, func(b bench) string {
		b.call("POST", contactCompany, inputs(input(101, 201, "279")))
		early := b.rowsFrom("contacts", "101", "companies") + brief(b.call("GET", "@links/contacts/101/associations/companies", ""))
		b.pass(1999 * time.Millisecond)
		middle := b.rowsFrom("companies", "201", "contacts")
		b.pass(time.Millisecond)
		return early + "; " + middle + "; " + b.rowsFrom("contacts", "101", "companies")
	}, map[string]string{
		"none": "contacts 101 companies 201 279200; companies 201 contacts 101 280; contacts 101 companies 201 279",
		"2s":   "200; ; contacts 101 companies 201 279"}},
	"version-first": {office, func(b bench) string {
		return brief(b.call("GET", "/crm/associations/v4/contacts/companies/labels", "")) + " " + brief(b.call("GET", "/crm/associations/v4/definitions/configurations/all", ""))
	}, map[string]string{"yes": "200 200", "no": "404 | resource not found 404 | resource not found"}},
	"merge": {office + "contacts 5000000102 -> companies 201", func(b bench) string {
		got := decode[struct{ ID string }](b.api, b.call("POST", "@objects/contacts/merge", `{"primaryObjectId":"101","objectIdToMerge":"5000000102"}`), 200)
		return got.ID + ": " + b.rowsFrom("contacts", got.ID, "companies")
	}, map[string]string{"new-id": "20000000001: contacts 20000000001 companies 201 279", "primary": "101: contacts 101 companies 201 279"}},
	"archived-links": {office + "contacts 101 -> companies 201\narchive contacts 101", func(b bench) string {
		return b.rowsFrom("companies", "201", "contacts") + "; " + b.rowsFrom("contacts", "101", "companies")
	}, map[string]string{"hidden": "; ", "kept": "companies 201 contacts 101 280; contacts 101 companies 201 279"}},
	"parent-label": {"", func(b bench) string {
		list := decode[struct {
			Results []struct {
				TypeID int `json:"typeId"`
				Label  *string
			}
		}](b.api, b.call("GET", "@associations/companies/companies/labels", ""), 200)
		for _, row := range list.Results {
			if row.Label != nil && *row.Label == "Parent Company" {
				return fmt.Sprint(row.TypeID)
			}
		}
		return "none"
	}, map[string]string{"14": "14", "13": "13"}},
	"lead-deal": {"leads 1\ndeals 2", func(b bench) string {
		b.call("POST", "@associations/leads/deals/batch/create", inputs(input(1, 2, "582")))
		return b.rowsFrom("leads", "1", "deals") + "; " + b.rowsFrom("deals", "2", "leads")
	}, map[string]string{
		"both":    "leads 1 deals 2 1037, leads 1 deals 2 582; deals 2 leads 1 1038, deals 2 leads 1 583",
		"one-way": "leads 1 deals 2 1037, leads 1 deals 2 582; "}},
	"unlisted-inverse": {"leads 1\ncontacts 2", func(b bench) string {
		b.call("POST", "@associations/leads/contacts/batch/create", inputs(input(1, 2, "578")))
		return b.rowsFrom("contacts", "2", "leads")
	}, map[string]string{"none": "contacts 2 leads 1 609", "neighbor": "contacts 2 leads 1 579, contacts 2 leads 1 609"}},
	"same-object-label": {"", func(b bench) string {
		list := decode[struct{ Results []any }](b.api, b.call("POST", "@associations/contacts/contacts/labels", `{"name":"peer","label":"Peer"}`), 200)
		return fmt.Sprint(len(list.Results))
	}, map[string]string{"one": "1", "two": "2"}},
	"taken-name": {office, func(b bench) string {
		return brief(b.call("POST", "@associations/contacts/tickets/labels", `{"name":"Advisor","label":"Advisor"}`))[:3]
	}, map[string]string{"400": "400", "409": "409"}},
	"definition-lag": {office, func(b bench) string {
		const path = "@associations/contacts/tickets/labels"
		made := brief(b.call("POST", path, `{"name":"reporter","label":"Reporter"}`))
		list := func() string {
			listed := strings.Contains(string(b.call("GET", path, "").body), "Reporter")
			inSchema := strings.Contains(string(b.call("GET", "@schemas/contacts", "").body), "reporter")
			return fmt.Sprintf("%v %v", listed, inSchema)
		}
		first := list()
		b.pass(5 * time.Second)
		second := list()
		b.pass(55 * time.Second)
		third := list()
		b.call("DELETE", path+"/46", "")
		usage := func() string {
			got := b.call("GET", "@limits/associations/labels?fromObjectTypeId=0-1&toObjectTypeId=0-5", "")
			return fmt.Sprint(len(decode[struct{ Results []any }](b.api, got, 200).Results))
		}
		counted := usage()
		b.pass(40 * time.Second)
		counted += usage()
		again := brief(b.call("POST", path, `{"name":"reporter","label":"Reporter"}`))[:3]
		b.pass(260 * time.Second)
		return strings.Join([]string{made, first, second, third, counted, again, brief(b.call("POST", path, `{"name":"reporter","label":"Reporter"}`))[:3]}, "; ")
	}, map[string]string{
		"none": "200; true true; true true; true true; 00; 200; 400", // the second name is taken by the first
		"seen": "200; false false; true false; true true; 10; 400; 200"}},
	"purge-status": {office, func(b bench) string {
		const path = "@associations/definitions/configurations/contacts/companies/batch/purge"
		return brief(b.call("POST", path, inputs())) + " v4 " + brief(b.v4("POST", path, inputs()))
	}, map[string]string{"200": "200 v4 204", "204": "204 v4 204"}},
	"association-rate": {office, func(b bench) string {
		b.server.Allow(sim.Allowance{Rate: sim.Rate{Requests: 1, Interval: time.Minute}, Daily: 100})
		read := func() int { return b.call("POST", readContact, `{"inputs":[{"id":"101"}]}`).status }
		return fmt.Sprint(read(), read(), b.call("GET", "@objects/contacts", "").status)
	}, map[string]string{"counted": "207 429 429", "exempt": "207 207 200"}},
}
