package crawl

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

const wordsPortal = `
portal 77
object p_cars 2-1001 singular=Car plural="Motor Cars"
object p_boats 2-1002
contacts 101 email=ann@mail.example
`

// source connects to a served portal.
func (s served) source(t *testing.T) *Source {
	t.Helper()
	source, err := Connect(t.Context(), s.client)
	if err != nil {
		t.Fatal(err)
	}
	return source
}

// TestWordsForObjectTypes asks for one type after another in many spellings. Only
// words that no table knows cost calls.
func TestWordsForObjectTypes(t *testing.T) {
	t.Parallel()
	bothVersions(t, func(t *testing.T, version string) {
		s := serve(t, version, wordsPortal, sim.Options{})
		for word, want := range map[string]string{
			"contacts": "0-1", "contact": "0-1", "0-1": "0-1", " Contacts ": "0-1", "CONTACT": "0-1", "Line Items": "0-8", "line-item": "0-8", "0-136": "0-136",
			"p_cars": "2-1001", "2-1001": "2-1001", "p77_cars": "2-1001", "P_CARS": "2-1001", " cars": "2-1001", "car": "2-1001", "motor cars": "2-1001", "boats": "2-1002",
		} {
			before := len(s.server.Requests())
			got, err := s.source(t).Resolve(t.Context(), Scope{Types: []string{word, word}})
			if diff := cmp.Diff([]string{want}, got.Types); err != nil || diff != "" {
				t.Errorf("%q: %v\n%s", word, err, diff)
			}
			if calls := len(s.server.Requests()) - before - 1; calls > 2 || strings.HasPrefix(want, "0-") && calls > 0 {
				t.Errorf("%q takes %d calls", word, calls)
			}
		}
		for word, near := range map[string]string{
			"cntacts": `no object type "cntacts": there are contacts, `, "p_car": `"p_car": there are p_cars, `, "0-45": `"0-45": there are `, "1-23": `"1-23"`, "contacs": `"contacs": there are contacts, `,
			"Autos für alle": `"Autos für alle"`, "../../x": `"../../x"`, " ": "no object type is named: there are ", "p78_cars": `"p78_cars"`,
		} {
			if _, err := s.source(t).Resolve(t.Context(), Scope{Types: []string{word}}); !errors.Is(err, ErrType) || !strings.Contains(err.Error(), near) {
				t.Errorf("%q: %v, want %s", word, err, near)
			}
		}
		asked := slices.ContainsFunc(s.server.Requests(), func(r sim.Request) bool { return strings.HasSuffix(r.Path, "/schemas/0-45") })
		if !asked {
			t.Error("the portal was not asked for 0-45")
		}
	})
}

// TestTypesThatOnlyThePortalKnows have no documented id: the portal is asked for them by
// name.
func TestTypesThatOnlyThePortalKnows(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"contracts", " Contract"} {
		s := serve(t, "2026-09", "contracts 1\ncontacts 2", sim.Options{})
		result := s.crawl(t, Scope{Types: []string{word, "contacts"}})
		if got := text(t, result.Snapshot); !strings.Contains(got, "contracts:1\n") || !result.Complete {
			t.Errorf("%q: %s", word, got)
		}
	}
}

// TestWordsDoNotMatter crawls one scope by two spellings: they are one, and each takes
// the calls of a plan by ids.
func TestWordsDoNotMatter(t *testing.T) {
	t.Parallel()
	var hash, text string
	for _, types := range [][]string{{"0-1", "2-1001"}, {" Contact", "p77_cars", "contacts"}, {"CONTACTS", "p_cars"}} {
		s := serve(t, "2026-09", wordsPortal, sim.Options{})
		plan, err := NewPlan(t.Context(), s.client, Scope{Types: types, Properties: map[string][]string{types[0]: {" EMail", "email"}}})
		if err != nil {
			t.Fatal(err)
		}
		if hash == "" {
			hash, text = plan.Scope.Hash(), plan.Scope.text()
		}
		if plan.Scope.Hash() != hash || plan.Scope.text() != text {
			t.Errorf("%q is another scope: %s", types, plan.Scope.text())
		}
		schemas := 0
		for _, r := range s.server.Requests() {
			if r.Operation == "schema" || r.Operation == "schemas" {
				schemas++
			}
		}
		if schemas != 2 {
			t.Errorf("%q takes %d calls for schemas", types, schemas)
		}
	}
}

// TestPropertiesAreThoseOfThePortal has names in other spellings, of another type, and
// of none.
func TestPropertiesAreThoseOfThePortal(t *testing.T) {
	t.Parallel()
	s := serve(t, "2026-09", wordsPortal, sim.Options{})
	got, err := s.source(t).Resolve(t.Context(), Scope{Properties: map[string][]string{"contact": {"Email", " jobtitle ", ""}, "0-1": {"firstname", "email"}, "car": {"NAME"}}})
	if diff := cmp.Diff(map[string][]string{"0-1": {"email", "firstname", "jobtitle"}, "2-1001": {"name"}}, got.Properties); err != nil || diff != "" {
		t.Error(err, diff)
	}
	_, err = s.source(t).Resolve(t.Context(), Scope{Properties: map[string][]string{"contacts": {"emial", "email", "jobtittle"}}})
	if !errors.Is(err, ErrProperty) || !strings.Contains(err.Error(), `contacts have no property "emial": there are email, `) || !strings.Contains(err.Error(), `no property "jobtittle": there are jobtitle, `) {
		t.Error(err)
	}
	if _, err := s.source(t).Resolve(t.Context(), Scope{Properties: map[string][]string{"cntacts": {"email"}}}); !errors.Is(err, ErrType) || !strings.Contains(err.Error(), "contacts") {
		t.Error(err)
	}
	for _, fault := range []string{"403", "html"} { // then nobody knows, and HubSpot passes over what is not there
		s := serve(t, "2026-09", wordsPortal, sim.Options{Faults: []sim.Fault{{Name: fault, On: "properties"}}})
		plan, err := NewPlan(t.Context(), s.client, Scope{Types: []string{"contacts"}, Properties: map[string][]string{"contacts": {"email ", "nosuch"}, "deals": {"dealname"}}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"email", "nosuch"}, plan.Scope.Properties["0-1"]); diff != "" || len(plan.Notes) != 3 {
			t.Errorf("%s: %q\n%s", fault, plan.Notes, diff)
		}
	}
}

// TestTwoTypesWithOneName has an object of the portal and one of an app, whose
// schemas have the same name.
func TestTwoTypesWithOneName(t *testing.T) {
	t.Parallel()
	rename := func(a onTheWay) {
		if !strings.Contains(a.request.URL.Path, "/schemas") {
			return
		}
		list, _ := a.doc["results"].([]any)
		for _, s := range append(list, a.doc) {
			if s := s.(map[string]any); s["objectTypeId"] == "2-2002" {
				s["name"], s["fullyQualifiedName"] = "cars", "a16858319_cars"
			}
		}
	}
	s := serveSpoiled(t, `
object p_cars 2-1001
object p_xcars 2-2002
label contacts p_cars
label contacts p_xcars
contacts 101
contacts 102
p_cars 901
p_cars 902
p_xcars 901
p_xcars 903
contacts 101 -> p_cars 901
contacts 102 -> p_xcars 901
contacts 102 -> p_xcars 903
`, rename)
	result := s.crawl(t, Scope{})
	if got := text(t, result.Snapshot); !result.Complete || result.Graph.Order() != 6 || strings.Count(got, " -> ") != 6 || strings.Contains(got, "unseen") ||
		!strings.Contains(got, "p_cars:902\n") || !strings.Contains(got, "contacts:102 -> p_a16858319_cars:903") {
		t.Errorf("complete: %t\n%s", result.Complete, got)
	}
	if _, err := s.source(t).Resolve(t.Context(), Scope{Types: []string{"cars"}}); !errors.Is(err, ErrType) || !strings.Contains(err.Error(), "2-1001 or 2-2002") {
		t.Errorf("a word for both: %v", err)
	}
}

func TestDistinguish(t *testing.T) {
	named := func(id, name, full string) hubspot.Schema {
		return hubspot.Schema{ObjectType: hubspot.ObjectType{ID: id, Name: name, Singular: name}, FullName: full}
	}
	schemas := []hubspot.Schema{
		named("2-1", "p_cars", "P77_cars"), named("2-2", "p_cars", "p5_cars"), named("2-3", "p_boats", ""), named("2-4", "p_boats", ""), named("2-5", "p_bikes", "p5_bikes"),
		named("0-1", "contacts", "CONTACT"), named("0-900", "contacts", ""),
	}
	distinguish(schemas, 77)
	var names []string
	for _, s := range schemas {
		names = append(names, s.ObjectType.Name)
	}
	want := []string{"p_cars", "p_p5_cars", "p_boats_2-3", "p_boats_2-4", "p_bikes", "contacts", "contacts_0-900"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
}
