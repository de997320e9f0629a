package sim_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

func TestParseFaults(t *testing.T) {
	t.Parallel()
	got, err := sim.ParseFaults([]string{"500=3", "429:30=10", "redirect:307 http://other.invalid/?a=b=1", "poison:deals:301,305 x2 cut=1"})
	want := []sim.Fault{{Name: "500", Every: 3}, {Name: "429", Param: "30", Every: 10}, {Name: "redirect", Param: "307 http://other.invalid/?a=b", Every: 1},
		{Name: "poison", Param: "deals:301,305 x2 cut", Every: 1}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for text, want := range map[string]string{
		"500":                  `"500" is no fault: write NAME=N or NAME:PARAM=N`,
		"500=0":                `"500=0" is no fault`,
		"teapot=1":             "there is no fault teapot: choose among 400, 401,",
		"500:x=1":              "500 takes no parameter",
		"cut:far=1":            "the parameter of cut is far: expected a number from 0",
		"poison=1":             `the parameter of poison is "": expected the ids of records, such as 301 or 301,305 or deals:301`,
		"poison:a=1":           "expected the ids of records",
		"poison:1 teapot=1":    "there is no fault teapot",
		"poison:1 poison 2=1":  "poison cannot be a part of another fault",
		"poison:1 stale=1":     "stale cannot be a part of another fault",
		"poison:1 cut far=1":   "the parameter of cut is far",
		"silent:1 2=1":         "silent takes no parameter behind the records",
		"search-lacks=1":       "the parameter of search-lacks is \"\": expected the ids of records",
		"most-inputs:many=1":   "expected how many inputs are taken",
		"most-inputs:5 item=1": "item cannot be a part of another fault",
		"clock:later=1":        "expected a duration such as 30s or -1h",
		"slow:soon=1":          "expected a duration such as 500ms",
	} {
		if _, err := sim.ParseFaults([]string{text}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestParseFaultFile(t *testing.T) {
	t.Parallel()
	got, err := sim.ParseFaultFile("faults", `
# a night of an outage
associations-read               nth=3      cut 100
GET /crm/*/objects/contacts     every=10   429 30
POST /crm/**                    share=5%   reset-after   # drawn
list                            nth=2-4    delay 2s
list                            nth=7-     429 "Wed, 21 Oct 2026 07:28:00 GMT"
*                                          change "archive contacts 1"
`)
	want := []sim.Fault{
		{Name: "cut", Param: "100", On: "associations-read", First: 3, Last: 3},
		{Name: "429", Param: "30", On: "GET /crm/*/objects/contacts", Every: 10},
		{Name: "reset-after", On: "POST /crm/**", Percent: 5},
		{Name: "delay", Param: "2s", On: "list", First: 2, Last: 4},
		{Name: "429", Param: "Wed, 21 Oct 2026 07:28:00 GMT", On: "list", First: 7},
		{Name: "change", Param: "archive contacts 1"},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

func TestParseFaultFileErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"list":                             "expected the name of a fault, and the line ends",
		"list nth=3":                       "expected the name of a fault, and the line ends",
		"lists 500":                        "there is no operation lists: choose among access-token,",
		"GET":                              "expected a path, and the line ends",
		"GET contacts 500":                 "expected a method and a path such as GET /crm/*/objects/**, not GET contacts",
		"GET /crm/[ 500":                   "expected a method and a path",
		"list nth=0 500":                   "nth: expected which requests, such as 3, 3-5 or 3-, not 0",
		"list nth=5-3 500":                 "nth: expected which requests",
		"list nth=5-0 500":                 "nth: expected which requests",
		"list every=-1 500":                "every: expected a number above 0, not -1",
		"list share=5 500":                 "share: expected a percentage above 0%, up to 100%, not 5",
		"list share=101% 500":              "share: expected a percentage",
		"list share=NaN% 500":              "share: expected a percentage",
		"list often=3 500":                 "expected every, nth or share, not often",
		"list every=3 nth=3 500":           "expected the name of a fault, not nth=3",
		"list teapot":                      "there is no fault teapot",
		"list 500 1":                       "500 takes no parameter",
		"list cut a=b":                     "expected the parameter of the fault, in quotes where it holds a blank or a =, not a=b",
		"list cut 1 2":                     "expected the end of the line, not 2",
		`list change "archive`:             "does not end",
		`list redirect 302`:                `expected a status from 301 to 308 and a URL, such as "307 http://other.invalid"`,
		"list redirect \"200 http://a.b\"": "expected a status from 301 to 308",
		"list status 200":                  "expected a number from 400 to 599",
		`list change "a \"b"`:              "the quoted text",
	} {
		_, err := sim.ParseFaultFile("night.faults", "# first\n\n"+text+"\n")
		var wrong *sim.ParseError
		if !errors.As(err, &wrong) || wrong.Line != 3 || !strings.HasPrefix(err.Error(), "night.faults:3: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want line 3 and %q", text, err, want)
		}
	}
}

// FuzzParseFaultFile writes what it reads, and reads the same again.
func FuzzParseFaultFile(f *testing.F) {
	f.Add("associations-read nth=3 cut 100\n* share=5% 429 -1h\nGET /crm/** every=2 redirect \"302 http://a.b/?c=d\" # and\n")
	f.Add("* poison \"deals:301,7 x2 429 -1h\"\nlist list-ends 2\n* most-inputs \"5 cut 3\"\n* item LOCKED")
	f.Add("list nth=2-4 change \"contacts 1 email=\\\"a b\\\"\"\nPOST /a/*/b 500\nlist nth=9- delay 1h2m")
	f.Fuzz(func(t *testing.T, text string) {
		faults, err := sim.ParseFaultFile("fuzz", text)
		if err != nil {
			var wrong *sim.ParseError
			if !errors.As(err, &wrong) || wrong.Line < 1 || wrong.Line > strings.Count(text, "\n")+1 {
				t.Errorf("the error %q does not say where", err)
			}
			return
		}
		var again strings.Builder
		for _, fault := range faults {
			fmt.Fprintln(&again, fault)
		}
		read, err := sim.ParseFaultFile("again", again.String())
		if diff := cmp.Diff(faults, read); diff != "" || err != nil {
			t.Errorf("%v: %s is read as\n%s", err, again.String(), diff)
		}
		if err := (sim.Options{Faults: faults}).Check(parse(t, "")); err != nil && !strings.Contains(err.Error(), "the portal has no object type") {
			t.Errorf("what was read is refused: %v", err)
		}
	})
}
