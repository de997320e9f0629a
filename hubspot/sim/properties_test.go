package sim_test

import (
	"slices"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// crm is a group of paths in the family of the test: /crm/v3/owners, or
// /crm/owners/2026-09.
func (a *api) crm(group string) string {
	if a.dated {
		return "/crm/" + group + "/2026-09"
	}
	return "/crm/v3/" + group
}

type property struct {
	Name, Label, Type, FieldType, GroupName string
	HubspotDefined, Archived, Calculated    bool
	Options                                 []struct{ Value string }
	ModificationMetadata                    struct{ ReadOnlyValue, Archivable bool }
}

func TestListProperties(t *testing.T) {
	t.Parallel()
	inBoth(t, deals+"deals 1 campaign=x\n", sim.Options{}, func(t *testing.T, a *api) {
		all := decode[struct{ Results []property }](a, a.call("GET", a.crm("properties")+"/deals", ""), 200).Results
		byName := map[string]property{}
		for _, p := range all {
			byName[p.Name] = p
		}
		for name, want := range map[string]string{"amount": "number number", "closedate": "datetime date", "dealname": "string text", "pipeline": "enumeration select",
			"hs_object_id": "number number", "hs_lastmodifieddate": "datetime date", "campaign": "string text", "colors": "enumeration select"} {
			if p := byName[name]; p.Type+" "+p.FieldType != want || p.Label == "" || p.GroupName == "" {
				t.Errorf("%s is %+v, want %s", name, p, want)
			}
		}
		if p := byName["hs_object_id"]; !p.HubspotDefined || !p.ModificationMetadata.ReadOnlyValue {
			t.Errorf("the id is %+v", p)
		}
		if p := byName["colors"]; p.HubspotDefined || len(p.Options) != 3 || !p.ModificationMetadata.Archivable {
			t.Errorf("the colors are %+v", p)
		}
		if _, ok := byName["lastmodifieddate"]; ok {
			t.Error("deals have a property that only contacts have")
		}
	})
}

func TestChangeProperties(t *testing.T) {
	t.Parallel()
	inBoth(t, people, sim.Options{}, func(t *testing.T, a *api) {
		at := a.crm("properties") + "/contacts"
		const score = `{"name":"score","label":"Score","type":"number","fieldType":"number","groupName":"contactinformation"}`
		if got := decode[property](a, a.call("POST", at, score), 201); got.Name != "score" || got.Type != "number" {
			t.Errorf("created %+v", got)
		}
		for body, want := range map[string]int{score: 409, `{"name":"score2"}`: 400, strings.Replace(score, "score", "My-Score", 1): 400, strings.Replace(strings.Replace(score, "score", "s2", 1), `"fieldType":"number"`, `"fieldType":"checkbox"`, 1): 400,
			strings.Replace(score, `"name":"score"`, `"name":"email"`, 1): 409} {
			if got := a.call("POST", at, body); got.status != want {
				t.Errorf("%s: status %d, want %d: %s", body, got.status, want, got.body)
			}
		}
		if got := a.call("PATCH", "@objects/contacts/1", `{"properties":{"score":"7"}}`).status; got != 200 {
			t.Errorf("a value for it is answered with %d", got)
		}
		if got := decode[property](a, a.call("PATCH", at+"/score", `{"label":"Points","name":"other"}`), 200); got.Name != "score" || got.Label != "Points" || got.Type != "number" {
			t.Errorf("updated %+v", got)
		}
		if got := a.call("PATCH", at+"/email", `{"label":"Mail"}`).status; got != 400 {
			t.Errorf("an update of HubSpot's own is answered with %d", got)
		}
		a.want(a.call("DELETE", at+"/score", ""), 204, "")
		for path, want := range map[string]int{"/score": 404, "/score?archived=true": 200, "/email": 200, "/email?archived=true": 404, "/nothing": 404} {
			if got := a.call("GET", at+path, "").status; got != want {
				t.Errorf("%s: status %d, want %d", path, got, want)
			}
		}
		if got := a.call("DELETE", at+"/email", "").status; got != 400 {
			t.Errorf("archiving HubSpot's own is answered with %d", got)
		}
		if got := decode[kept](a, a.call("GET", "@objects/contacts/1?properties=score", ""), 200); len(got.Properties) != 3 {
			t.Errorf("the record still has %v", got.Properties)
		}
		if got := decode[struct{ Results []property }](a, a.call("GET", at+"?archived=true", ""), 200).Results; len(got) != 1 || got[0].Name != "score" || !got[0].Archived {
			t.Errorf("archived are %+v", got)
		}
		a.call("POST", at, score)
		if got := decode[kept](a, a.call("GET", "@objects/contacts/1?properties=score", ""), 200); got.value("score") != "" || len(got.Properties) != 4 {
			t.Errorf("made anew, it has the value %q", got.value("score"))
		}
	})
}

func TestBatchesOfProperties(t *testing.T) {
	t.Parallel()
	inBoth(t, people+"contacts 1 shoe=44\n", sim.Options{}, func(t *testing.T, a *api) {
		at := a.crm("properties") + "/contacts/batch"
		names := func(got reply, status int) (list []string, errors int) {
			doc := decode[struct {
				Results []property
				Errors  []any
			}](a, got, status)
			for _, p := range doc.Results {
				list = append(list, p.Name)
			}
			return list, len(doc.Errors)
		}
		const hat = `{"name":"hat","label":"Hat","type":"string","fieldType":"text","groupName":"contactinformation"}`
		if list, errors := names(a.call("POST", at+"/create", `{"inputs":[`+hat+`,{"name":"x"}]}`), 207); !slices.Equal(list, []string{"hat"}) || errors != 1 {
			t.Errorf("created %v, %d errors", list, errors)
		}
		if list, errors := names(a.call("POST", at+"/read", `{"inputs":[{"name":"hat"},{"name":"email"},{"name":"x"}],"archived":false}`), 207); !slices.Equal(list, []string{"hat", "email"}) || errors != 1 {
			t.Errorf("read %v, %d errors", list, errors)
		}
		a.want(a.call("POST", at+"/archive", `{"inputs":[{"name":"hat"},{"name":"shoe"},{"name":"email"},{"name":"x"}]}`), 204, "")
		if list, errors := names(a.call("POST", at+"/read", `{"inputs":[{"name":"hat"},{"name":"shoe"},{"name":"email"}]}`), 207); !slices.Equal(list, []string{"email"}) || errors != 2 {
			t.Errorf("left are %v, %d errors", list, errors)
		}
	})
}

// TestPropertyLines are written as they are read.
func TestPropertyLines(t *testing.T) {
	t.Parallel()
	const text = `property contacts tier "Tier of \"all\"" type=enumeration field=radio group=contactinformation description="of the customer" options="a;b c" unique=true`
	p := parse(t, text)
	if !strings.Contains(p.String(), text+"\n") {
		t.Errorf("it is written as\n%s", p)
	}
	if again := parse(t, p.String()); again.String() != p.String() {
		t.Errorf("read again it is\n%s", again)
	}
	for line, want := range map[string]string{
		`property contacts`:                           "expected the name of a property",
		`property contacts createdate "C"`:            "none that HubSpot fills in itself",
		`property contacts Score "S"`:                 "expected the name of a property in small letters",
		`property contacts score`:                     "expected the label of the property",
		`property contacts score "S" type=price`:      "expected a type among bool, date, datetime, enumeration, number, string, not price",
		`property contacts score "S" size=2`:          "expected type, field, group, description, options or unique, not size",
		`property contacts score "S" type=number now`: "expected key=value, not now",
	} {
		if _, err := sim.Parse("test", line); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", line, err, want)
		}
	}
}
