package sim_test

import (
	"strings"
	"time"
)

// noon is the time of the tests that have a clock of their own.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// troubled is the portal that faults are tried on.
const troubled = `
object p_vans 2-1001
contacts 1 email=ada@example.com updated=2026-01-02
contacts 2 email=bo@example.com updated=2026-01-02
contacts 3 email=cy@example.com updated=2026-01-02
companies 11
companies 12
companies 13
contacts 1 -> companies 11
contacts 1 -> companies 12
contacts 1 -> companies 13
contacts 2 -> companies 11
`

// The requests that faults are tried on, by the operation.
var troubledRequests = map[string][3]string{
	"list":                {"GET", "@objects/contacts?limit=2&properties=email", ""},
	"list-after":          {"GET", "@objects/contacts?limit=2&after=2", ""},
	"associations-read":   {"POST", "@associations/contacts/companies/batch/read", `{"inputs":[{"id":"1"},{"id":"2"},{"id":"3"}]}`},
	"associations-create": {"POST", "@associations/contacts/companies/batch/create", `{"inputs":[{"from":{"id":"3"},"to":{"id":"13"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]}]}`},
	"labels":              {"GET", "@associations/contacts/companies/labels", ""},
	"schema":              {"GET", "@schemas/contacts", ""},
	"schemas":             {"GET", "@schemas", ""},
	"usage":               {"GET", "@account-info/api-usage/daily/private-apps", ""},
	"token":               {"POST", "/oauth/v1/token", ""},
}

// seen is what a plain HTTP client sees of an answer.
type seen struct {
	Err    string // of the request, or of reading the body
	Status int
	Header string // one of the headers, as "Name: value"
	Body   string // part of it, correlation ids left out
	Bytes  int    // of the body, where it is not shown
}

// faultCases show what each kind of fault does.
var faultCases = []struct {
	fault, param, request string
	want                  seen
}{
	{"429", "", "list", seen{Status: 429, Header: "Retry-After: ", Body: `"policyName":"TEN_SECONDLY_ROLLING","groupName":"publicapi:private_app-api-calls-ten-secondly:7654321:1234567"`}},
	{"429", "30", "list", seen{Status: 429, Header: "Retry-After: 30", Body: `"errorType":"RATE_LIMIT"`}},
	{"429", "-5", "list", seen{Status: 429, Header: "Retry-After: -5"}},
	{"429", "abc", "list", seen{Status: 429, Header: "Retry-After: abc"}},
	{"429", "1000000000", "list", seen{Status: 429, Header: "Retry-After: 1000000000"}},
	{"429", "+30s", "list", seen{Status: 429, Header: "Retry-After: Wed, 04 Mar 2026 12:00:30 GMT"}},
	{"429", "-1h", "list", seen{Status: 429, Header: "Retry-After: Wed, 04 Mar 2026 11:00:00 GMT"}},
	{"429-secondly", "", "list", seen{Status: 429, Body: `"errorType":"RATE_LIMIT","policyName":"SECONDLY"`}},
	{"429-nameless", "", "list", seen{Status: 429, Body: `"errorType":"RATE_LIMIT","groupName":"publicapi:private_app-api-calls-secondly:7654321:1234567"`}},
	{"429-daily", "", "list", seen{Status: 429, Body: `"policyName":"DAILY"`}},
	{"400", "", "list", seen{Status: 400, Body: `"category":"VALIDATION_ERROR"`}},
	{"401", "", "list", seen{Status: 401, Body: `"category":"EXPIRED_AUTHENTICATION"`}},
	{"401-invalid", "", "list", seen{Status: 401, Body: `"category":"INVALID_AUTHENTICATION"`}},
	{"403", "", "list", seen{Status: 403, Body: `"requiredGranularScopes":["crm.objects.contacts.read"]`}},
	{"403", "", "associations-create", seen{Status: 403, Body: `"requiredGranularScopes":["crm.objects.contacts.write"]`}},
	{"409", "", "associations-create", seen{Status: 409, Body: `"category":"CONFLICT"`}},
	{"423", "", "list", seen{Status: 423, Body: `"category":"LOCKED"`}},
	{"477", "", "list", seen{Status: 477, Header: "Retry-After: 1"}},
	{"477", "86400", "list", seen{Status: 477, Header: "Retry-After: 86400"}},
	{"500", "", "list", seen{Status: 500, Body: `"category":"INTERNAL_ERROR"`}},
	{"502", "", "list", seen{Status: 502, Header: "Content-Type: text/html; charset=UTF-8", Body: "<title>502</title>"}},
	{"503", "7", "list", seen{Status: 503, Header: "Retry-After: 7"}},
	{"504", "", "list", seen{Status: 504, Body: `"message":"Request timed out"`}},
	{"521", "", "list", seen{Status: 521, Body: "<title>521</title>"}},
	{"522", "", "list", seen{Status: 522, Body: "<title>522</title>"}},
	{"523", "", "list", seen{Status: 523, Body: "<title>523</title>"}},
	{"524", "", "list", seen{Status: 524, Body: "<title>524</title>"}},
	{"524", "", "list", seen{Status: 524, Header: "X-Hubspot-Correlation-Id: "}},
	{"525", "", "list", seen{Status: 525, Body: "<title>525</title>"}},
	{"526", "", "list", seen{Status: 526, Body: "<title>526</title>"}},
	{"status", "408", "list", seen{Status: 408, Body: `"message":"Request Timeout"`}},
	{"html", "", "list", seen{Status: 200, Header: "Content-Type: text/html; charset=UTF-8", Body: "<title>200</title>"}},
	{"empty", "", "list", seen{Status: 200, Header: "Content-Length: 0"}},
	{"no-content", "", "list", seen{Status: 204, Header: "Content-Type: "}},
	{"redirect", "308 http://other.invalid", "list", seen{Status: 308, Header: "Location: http://other.invalid/crm/v3/objects/contacts?limit=2&properties=email"}},
	{"cursor-rejected", "", "list-after", seen{Status: 400, Body: `"message":"Invalid cursor"`}},
	{"bad-hub", "", "token", seen{Status: 400, Body: `"status":"BAD_HUB"`}},
	{"bad-refresh", "", "token", seen{Status: 400, Body: `"status":"BAD_REFRESH_TOKEN"`}},

	{"reset", "", "list", seen{Err: "connection reset by peer"}},
	{"reset-after", "", "associations-create", seen{Err: "connection reset by peer"}},
	{"reset-header", "", "list", seen{Err: "unexpected EOF"}},
	{"cut", "", "list", seen{Err: "unexpected EOF", Status: 200, Body: `{"results":[`}},
	{"cut", "5", "list", seen{Err: "unexpected EOF", Status: 200, Bytes: 5}},
	{"slow", "1ms", "list", seen{Status: 200, Body: `"id":"2"`}},
	{"huge", "100000", "list", seen{Status: 200, Bytes: 100000 + len(`{"results":[]}`)}},
	{"long-value", "70000", "list", seen{Status: 200, Body: strings.Repeat("x", 70000)}},
	{"many-results", "1000", "list", seen{Status: 200, Bytes: 33 + 1000*97}},
	{"content-type", "text/plain", "list", seen{Status: 200, Header: "Content-Type: text/plain", Body: `"id":"1"`}},
	{"daily-remaining", "0", "list", seen{Status: 200, Header: "X-Hubspot-Ratelimit-Daily-Remaining: 0", Body: `"id":"1"`}},
	{"no-rate-headers", "", "list", seen{Status: 200, Header: "X-Hubspot-Ratelimit-Max: ", Body: `"id":"1"`}},

	{"not-json", "14", "list", seen{Status: 200, Header: "Content-Length: 14", Body: `{"results":[{"`}},
	{"garbage", "", "list", seen{Status: 200, Body: "}\n}]garbage"}},
	{"two-documents", "", "list", seen{Status: 200, Body: "}\n{"}},
	{"bom", "", "list", seen{Status: 200, Body: "\uFEFF{"}},
	{"invalid-utf8", "", "list", seen{Status: 200, Body: "{\"\xff\xfe\":1,\"results\""}},
	{"nan", "", "list", seen{Status: 200, Body: `{"total":NaN,`}},
	{"exponent", "", "list", seen{Status: 200, Body: `{"total":1e999999,`}},
	{"duplicate-keys", "", "list", seen{Status: 200, Body: `{"results":[],"results":[{`}},
	{"deep", "70000", "list", seen{Status: 200, Body: strings.Repeat("[", 70000) + strings.Repeat("]", 70000)}},

	{"empty-page", "", "list-after", seen{Status: 200, Body: `{"paging":{"next":{"after":"2","link":"?after=2"}},"results":[]}`}},
	{"empty-page", "", "list", seen{Status: 200, Body: `{"paging":{"next":{"after":"0","link":"?after=0"}},"results":[]}`}},
	{"empty-last", "", "list-after", seen{Status: 200, Body: `{"paging":{"next":{"after":"3",`}},
	{"old-rows", "", "list-after", seen{Status: 200, Body: `{"paging":{"next":{"after":"new-1",`}},
	{"link", "", "list", seen{Status: 200, Body: `"link":"http://other.invalid/"`}},
	{"null-results", "", "list", seen{Status: 200, Body: `"results":null`}},
	{"no-results", "", "list", seen{Status: 200, Body: `{"paging":{"next":{"after":"2","link":"https://api.hubapi.com/crm/v3/objects/contacts?after=2&limit=2&properties=email"}}}`}},
	{"no-results", "", "associations-read", seen{Status: 207, Body: `"numErrors":1,"startedAt"`}},
	{"results-object", "", "list", seen{Status: 200, Body: `"results":{}`}},
	{"unheard-of-keys", "", "list", seen{Status: 200, Body: `"links":{},"paging"`}},
	{"unheard-of-keys", "", "list", seen{Status: 200, Body: `"unheardOfNull":null,"updatedAt":"2026-01-02T00:00:00.000Z"}],"unheardOf":{"id":"1","results":[null]}`}},
	{"unheard-of-keys", "", "associations-read", seen{Status: 207, Body: `"label":null,"typeId":279,"unheardOf":{`}},
	{"schema-bare", "", "schema", seen{Status: 200, Body: `"associations":[],`}},
	{"schema-bare", "", "schemas", seen{Status: 200, Body: `"associations":[],`}},
	{"schema-ids", "", "schema", seen{Status: 200, Body: `"id":"CONTACT_TO_COMPANY",`}},
	{"label-bare", "", "labels", seen{Status: 200, Body: `{"results":[{"label":"Primary","typeId":1},{"category":"HUBSPOT_DEFINED",`}},
	{"label-bare", "279", "labels", seen{Status: 200, Body: `"typeId":1},{"label":null,"typeId":279},{"category"`}},
	{"definition-twice", "Zwei", "labels", seen{Status: 200, Body: `"typeId":931},{"category":"HUBSPOT_DEFINED","label":"Zwei","typeId":1}]`}},
	{"definition-twice", "", "schemas", seen{Status: 200, Body: `"labels":{"plural":"Twice",`}},
	{"duplicate-rows", "", "labels", seen{Status: 200, Body: `"typeId":931},{"category":"HUBSPOT_DEFINED","label":"Primary","typeId":1}`}},
	{"clock", "", "list", seen{Status: 200, Header: "Date: Wed, 04 Mar 2026 13:00:00 GMT", Body: `"id":"1"`}},
	{"clock", "-90s", "list", seen{Status: 200, Header: "Date: Wed, 04 Mar 2026 11:58:30 GMT", Body: `"id":"1"`}},
	{"ids", "", "list", seen{Status: 200, Body: `"id":1,`}},
	{"ids", "", "associations-read", seen{Status: 207, Body: `"toObjectId":"11"`}},
	{"usage-forgets", "", "usage", seen{Status: 200, Body: `"currentUsage":0`}},

	{"item", "LOCKED", "associations-read", seen{Status: 207, Body: `"category":"LOCKED"`}},
	{"bare-error", "", "associations-read", seen{Status: 207, Body: `"errors":[{"category":"OBJECT_NOT_FOUND","message":"No company is associated with contact 3.","status":"error"}]`}},
	{"num-errors", "36", "associations-read", seen{Status: 207, Body: `"numErrors":36`}},
	{"status-200", "", "associations-read", seen{Status: 200, Body: `"numErrors":1`}},
	{"stranger", "", "associations-create", seen{Status: 201, Body: `"fromObjectId":"987654321987"`}},
	{"stranger", "", "associations-read", seen{Status: 207, Body: `"from":{"id":"987654321987"}`}},
	{"delay", "1ms", "list", seen{Status: 200, Body: `"id":"1"`}},
	{"change", "archive contacts 1", "list", seen{Status: 200, Body: `{"results":[{"id":"2"`}},
}
