package sim

import (
	"cmp"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// language is a text with every statement of the portal language.
const language = `
portal 7654321 type=SANDBOX timezone=Europe/Berlin currency=EUR domain=app-eu1.hubspot.com
fact merge=primary archived-links=kept unlisted-inverse=neighbor
owner 42 email=ada@example.com first=Ada last="Love lace"
object p_cars 2-1001 singular=Car plural=Cars display=name required=name,hs_pipeline description="on wheels"
pipeline deals default "Sales"
property deals score "Score" type=number
stage deals default won "Closed won" isClosed=true probability=1.0
label contacts 21 "Advisor" companies 22 "Advises" name=advice
label contacts "Colleague" contacts
label contacts WORK:9 "Boss" contacts WORK:8 "Serf"
label deals p_cars
label p_cars p_cars
limit contacts companies plain 5
contacts 101 email=bo@example.com created=2026-01-31T09:00:00Z updated=2026-02-01 note="a \"quoted\" # text"
contacts 102 archived
contacts 103 merged=101
contacts 104 absent
contacts 105
companies 201
companies 202
deals 301
p_cars 401
leads 501
contacts 101 -> companies 201 primary "Advisor"
contacts 101 ->> companies 202 1 279
contacts 101 -> contacts 105 WORK:9
companies 201 -> companies 202 13
deals 301 -> p_cars 401
leads 501 -> contacts 101 578
rename contacts companies "Advisor" "Counsel"
undefine contacts contacts "Colleague"
unlink contacts 101 companies 201 "Counsel"
cut contacts 101 companies 202 1
archive companies 202
merge contacts 101 105
`

// FuzzParse reads any text as a portal. A text that is accepted comes back from
// String, and an error says where it is.
func FuzzParse(f *testing.F) {
	f.Add(language)
	for line := range strings.Lines(language) {
		f.Add("object p_cars 2-1001\ncontacts 101\ncompanies 201\ncontacts 101 -> companies 201 primary\n" + line)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Parse("file", text)
		if err != nil {
			var wrong *ParseError
			if !errors.As(err, &wrong) || wrong.File != "file" || wrong.Line < 1 || wrong.Line > strings.Count(text, "\n")+1 || wrong.Text == "" {
				t.Fatalf("the error %#v does not say where it is", err)
			}
			return
		}
		wantSame(t, p)
	})
}

// wantSame checks that the text of a portal is one of the same portal.
func wantSame(t failing, p *Portal) {
	t.Helper()
	first := p.String()
	again, err := Parse("again", first)
	if err != nil {
		t.Fatalf("the portal's own text is refused: %v, in\n%s", err, first)
	}
	if second := again.String(); second != first {
		t.Fatalf("the portal has the text\n%s\nand, read again, the text\n%s", first, second)
	}
}

// places fills the places of a route's path.
var places = strings.NewReplacer("{v}", "2026-09", "{type}", "contacts", "{from}", "contacts", "{to}", "companies", "{id}", "101", "{fromId}", "101", "{toId}", "201",
	"{typeId}", "21", "{userId}", "42", "{associationType}", "279", "{associationId}", "21", "{recordId}", "101", "{definitionId}", "279")

// bodies are those of writes that work, of every kind.
var bodies = []string{
	``, `{}`, `[]`, `null`, `{"inputs":[{"id":"101"},{"id":201,"after":"MC0yLTE%3D"}]}`,
	`{"inputs":[{"from":{"id":"101"},"to":{"id":"201"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":279}]}]}`,
	`{"inputs":[{"from":{"id":"101"},"to":[{"id":"201"}]}]}`,
	`[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}]`,
	`{"name":"boss","label":"Boss","inverseLabel":"Serf","associationTypeId":21}`,
	`{"inputs":[{"category":"USER_DEFINED","typeId":21,"maxToObjectIds":3}]}`,
	`{"inputs":[{"from":{"id":"101"},"to":{"id":"201"},"type":"contact_to_company"}]}`,
	`{"fromObjectId":101,"toObjectId":201,"category":"HUBSPOT_DEFINED","definitionId":279}`,
	`[{"fromObjectId":101,"toObjectId":201,"category":"HUBSPOT_DEFINED","definitionId":279}]`,
	`{"name":"boat","labels":{"singular":"Boat","plural":"Boats"},"primaryDisplayProperty":"hs_object_id","associatedObjects":["0-1"],"properties":[{"name":"hull","label":"Hull","type":"string","fieldType":"text"}]}`,
	`{"fromObjectTypeId":"2-1001","toObjectTypeId":"0-5","name":"x"}`,
	`{"properties":{"email":"a@b.c"},"associations":[{"to":{"id":"201"},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":1}]}]}`,
	`{"inputs":[{"id":"101","properties":{"email":null}}]}`,
	`{"primaryObjectId":"101","objectIdToMerge":"105"}`,
	`{"filterGroups":[{"filters":[{"propertyName":"email","operator":"EQ","value":"x"}]}],"sorts":["name"],"limit":5,"after":"1"}`,
}

// FuzzRequest sends any request. Nothing panics, what is refused is refused in
// HubSpot's shape, and what is written leaves a portal that has a text.
func FuzzRequest(f *testing.F) {
	for _, group := range routeGroups() {
		for _, r := range group {
			path := places.Replace(cmp.Or(r.legacy, r.dated))
			f.Add(r.method, path+"?limit=2&after=1&associations=companies&properties=name", "")
			f.Add(r.method, places.Replace(r.dated), "[")
			for _, body := range bodies {
				if r.method != http.MethodGet {
					f.Add(r.method, path, body)
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, method, address, body string) { sendAny(t, method, address, body) })
}

// failing is what tests and rapid's checks have in common.
type failing interface {
	Helper()
	Fatalf(format string, args ...any)
}

// sendAny sends a request to a portal of its own, and looks at what comes of it.
func sendAny(t failing, method, address, body string) {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "/_sim/") {
		return
	}
	p, err := Parse("language", language)
	if err != nil {
		t.Fatalf("%v", err)
	}
	r := httptest.NewRequest("GET", "/", strings.NewReader(body))
	r.Method, r.URL = method, u
	r.Header.Set("Authorization", "Bearer test")
	w := httptest.NewRecorder()
	NewServer(p, Options{}).ServeHTTP(w, r)
	switch {
	case w.Code < 200 || w.Code > 599:
		t.Fatalf("%s %s: status %d", method, address, w.Code)
	case w.Code >= 400:
		wantRefusal(t, w)
	case method != http.MethodGet:
		wantSame(t, p)
	}
}

// wantRefusal checks that an answer is HubSpot's error document.
func wantRefusal(t failing, w *httptest.ResponseRecorder) {
	t.Helper()
	var doc struct{ Status, Message string }
	if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil || doc.Status == "" || doc.Message == "" {
		t.Fatalf("status %d: %v; want HubSpot's error document, got %s", w.Code, err, w.Body)
	}
	if got := w.Header().Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		t.Fatalf("status %d has the content type %q", w.Code, got)
	}
}
