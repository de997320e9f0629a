package hubspot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameAnswer compares what the scanner and encoding/json make of a document.
func sameAnswer(a, b *linksAnswer) string {
	return cmp.Diff(a, b, cmp.AllowUnexported(linksAnswer{}, linksResult{}), cmpopts.EquateEmpty())
}

const (
	plainType = `{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}`
	ownType   = `{"category":"USER_DEFINED","typeId":1,"label":"Decision maker"}`
	oddType   = `{"category":"USER_DEFINED","typeId":9,"label":"a \"]}\" \u00e9 ü"}`
)

// answers are documents that HubSpot sends or might send.
var answers = []string{
	linksText(50, 3),
	`{"status":"COMPLETE","results":[]}`,
	`{"results":[{"from":{"id":"1"},"to":[]}]}`,
	`{"results":[{"from":{"id":"1"}}]}`,
	`{"results":[{"from":{"id":1},"to":[{"toObjectId":"2","associationTypes":[` + plainType + `]}]}]}`,
	`{"results":[{"to":[{"associationTypes":[` + ownType + `,` + plainType + `],"toObjectId":9007199254740993}],"from":{"id":"5000000000"}}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + oddType + `]},{"toObjectId":3,"associationTypes":[` + oddType + `]}],"paging":{"next":{"after":"MC0y%3D","link":"https://x/?after=1"}}}]}`,
	" {\n\t\"results\" : [ { \"from\" : { \"id\" : \"1\" } , \"to\" : [ { \"toObjectId\" : 2 , \"associationTypes\" : [ " + plainType + " ] } ] } ] }\r\n",
	`{"status":"COMPLETE","results":[],"numErrors":36,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","message":"No company is associated with contact [7].","context":{"fromObjectId":["7"],"fromObjectType":["CONTACT"],"toObjectType":["COMPANY"]}}],"startedAt":"2026-09-01T02:00:00Z","completedAt":"2026-09-01T02:00:00Z","requestedAt":"2026-09-01T02:00:00Z"}`,
	`{"results":[],"errors":[{"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["7","8"]}},{"category":"X","message":"no","context":{"fromObjectId":[]}},{},{"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["9"]}}]}`,
	`{"results":[],"errors":[{"category":"X","id":"1","message":"\u00e9","context":{"ids":[7,"8"],"objectId":9,"x":[{}]},"links":{}},{"subCategory":{"a":1},"context":null},{"context":{"fromObjectId":["08","+7","x",""]}}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":3}]}],"paging":{}}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `] },{"toObjectId":"3","associationTypes":[` + plainType + `] },{"associationTypes":[` + ownType + `],"toObjectId":4}]}]}`,
}

// beside are documents that only encoding/json takes.
var beside = []string{
	`{"links":{"x":1},"results":[{"from":{"id":"1","x":[1,{}]},"to":[],"more":true}]}`,
	`{"RESULTS":[{"From":{"Id":"1"},"to":null,"paging":null}]}`,
	`{"status":null,"results":[{"from":{"id":"01"},"to":[]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[],"paging":{"next":{"after":"a\u003d"}}}]}`,
	`{"results":[{"from":{"id":"1234567890123456789"},"to":[]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"toObjectId":3,"associationTypes":[` + plainType + `]}]}]}`,
}

// mistakes are documents that nobody takes.
var mistakes = []string{
	``, `null`, `[]`, `{}`, `{"status":"COMPLETE"}`, `{"results":null}`, `{"results":{}}`, `{"results":[null]}`, `{"results":[{}]}`,
	`{"results":[{"from":{}}]}`, `{"results":[{"from":{"id":null}}]}`, `{"results":[{"from":{"id":""}}]}`, `{"results":[{"from":{"id":1.0}}]}`,
	`{"results":[{"from":{"id":-1}}]}`, `{"results":[{"from":{"id":"+1"}}]}`, `{"results":[{"from":{"id":1e3}}]}`, `{"results":[{"from":{"id":01}}]}`,
	`{"results":[{"from":{"id":"9223372036854775808"}}]}`, `{"results":[{"from":{"id":"1"},"to":[{}]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2}]}]}`, `{"results":[{"from":{"id":"1"},"to":[{"associationTypes":[` + plainType + `]}]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[]}]}]}`, `{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":null}]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[{"category":"X"}]}]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[{"typeId":1}]}]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[{"category":"X","typeId":2147483648}]}]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `]}]}]}}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `]},]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `}]}]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"associationTypes":[` + plainType + `],"toObjectId":2},{"toObjectId":3}]}]}`,
	`{"results":[{"from":"results":{"id":"1"}}]}`,
	`{"results":[],"results":[{"from":{"id":"1"},"to":[]}]}`, `{"results":[{"from":{"id":"1"}}` + strings.Repeat(`,{"from":{"id":"1"}}`, mostRows) + `]}`,
	`{"results":[],"errors":[{]}`, `{"results":[],"errors":[`, `{"results":[],"numErrors":1.5}`, `{"results":[],"status":"` + "\xff" + `"}`, `{"results":[],"status":"` + "\n" + `"}`,
	`{"results":[],"errors":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`,
}

func TestScannerTakesWhatHubSpotSends(t *testing.T) {
	for _, text := range answers {
		fast, ok := scanLinks([]byte(text), &typeSets{})
		slow, err := decodeLinksDoc([]byte(text), &typeSets{})
		if !ok || err != nil {
			t.Errorf("%.200s: taken by the scanner: %t, by encoding/json: %v", text, ok, err)
		} else if diff := sameAnswer(slow, fast); diff != "" {
			t.Errorf("%.200s: %s", text, diff)
		}
	}
}

func TestScannerLeavesTheRestAlone(t *testing.T) {
	for _, text := range beside {
		if _, ok := scanLinks([]byte(text), &typeSets{}); ok {
			t.Errorf("%s: taken by the scanner", text)
		}
		if a, err := decodeLinks([]byte(text), &typeSets{}); err != nil || len(a.results) != 1 {
			t.Errorf("%s: %+v, %v", text, a, err)
		}
	}
}

func TestMistakesAreErrors(t *testing.T) {
	for _, text := range mistakes {
		if a, err := decodeLinks([]byte(text), &typeSets{}); err == nil {
			t.Errorf("%s: taken, as %+v", text, a)
		}
	}
	for _, text := range answers[1:] {
		for n := range strings.TrimRight(text, "\r\n") {
			if a, err := decodeLinks([]byte(text[:n]), &typeSets{}); err == nil {
				t.Errorf("%s: taken, as %+v", text[:n], a)
			}
		}
	}
}

// FuzzScanLinks plays any text to the scanner: what it takes encoding/json must
// take too, and understand in the same way.
func FuzzScanLinks(f *testing.F) {
	for _, list := range [][]string{answers[1:], beside, mistakes} { // not the long one
		for _, text := range list {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		fast, ok := scanLinks(data, &typeSets{})
		if !ok {
			return
		}
		slow, err := decodeLinksDoc(data, &typeSets{})
		if err != nil {
			t.Fatalf("the scanner takes what encoding/json does not: %v", err)
		}
		if diff := sameAnswer(slow, fast); diff != "" {
			t.Error(diff)
		}
	})
}

// TestScannerOnMutations mends and spoils good answers in each place, so that
// the comparison runs in every test run, not only under the fuzzer.
func TestScannerOnMutations(t *testing.T) {
	taken := 0
	for _, text := range answers[1:] {
		for i := range len(text) {
			for _, with := range []string{"", "0", "9", "\"", "\\", ",", ":", "]", "}", "{", "[", " ", "\x00", "ü", ".", "e1"} {
				data := []byte(text[:i] + with + text[i+1:])
				fast, ok := scanLinks(data, &typeSets{})
				if !ok {
					continue
				}
				taken++
				slow, err := decodeLinksDoc(data, &typeSets{})
				if err != nil {
					t.Fatalf("%s: the scanner takes it and encoding/json says %v", data, err)
				}
				if diff := sameAnswer(slow, fast); diff != "" {
					t.Fatalf("%s: %s", data, diff)
				}
			}
		}
	}
	if taken < 1000 {
		t.Errorf("only %d of the mutations were taken: they test nothing", taken)
	}
}

func TestTypeSetsAreShared(t *testing.T) {
	var types typeSets
	first, err := decodeLinks([]byte(linksText(100, 3)), &types)
	if err != nil {
		t.Fatal(err)
	}
	again, err := decodeLinksDoc([]byte(linksText(200, 2)), &types)
	if err != nil {
		t.Fatal(err)
	}
	slices := map[*LinkType]string{}
	texts := map[string]bool{}
	for _, l := range append(first.links, again.links...) {
		text := fmt.Sprint(l.Types)
		slices[&l.Types[0]], texts[text] = text, true
	}
	if len(slices) != len(texts) || len(texts) < 2 {
		t.Errorf("%d slices for %d different sets of types", len(slices), len(texts))
	}
}

func TestTypeSetsAreBounded(t *testing.T) {
	var types typeSets
	known := map[string][]LinkType{}
	for i := range mostTypeSets {
		known[fmt.Sprint(i)] = nil
	}
	types.known.Store(&known)
	set, err := types.of([]byte("[" + plainType + "]"))
	if err != nil || len(set) != 1 || set[0] != (LinkType{HubSpotDefined, 279, ""}) {
		t.Errorf("%+v, %v", set, err)
	}
	if n := len(*types.known.Load()); n != mostTypeSets {
		t.Errorf("%d are kept, want %d", n, mostTypeSets)
	}
}
