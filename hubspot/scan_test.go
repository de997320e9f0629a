package hubspot

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// sameAnswer compares what the scanner and encoding/json make of a document.
func sameAnswer(a, b *linksAnswer) string {
	for _, x := range []*linksAnswer{a, b} {
		if len(x.links) == 0 {
			x.links = nil
		}
		if len(x.results) == 0 {
			x.results = nil
		}
	}
	if reflect.DeepEqual(a, b) { // which is faster
		return ""
	}
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
	`{"results":[{"from":{"id":1},"to":[{"toObjectId":"2","associationTypes":[` + plainType + `]}]}]}`,
	`{"results":[{"to":[{"associationTypes":[` + ownType + `,` + plainType + `],"toObjectId":9007199254740993}],"from":{"id":"5000000000"}}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + oddType + `]},{"toObjectId":3,"associationTypes":[` + oddType + `]}],"paging":{"next":{"after":"MC0y%3D","link":"https://x/?after=1"}}}]}`,
	" {\n\t\"results\" : [ { \"from\" : { \"id\" : \"1\" } , \"to\" : [ { \"toObjectId\" : 2 , \"associationTypes\" : [ " + plainType + " ] } ] } ] }\r\n",
	`{"status":"COMPLETE","results":[],"numErrors":36,"errors":[{"status":"error","category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","message":"No company is associated with contact [7].","context":{"fromObjectId":["7"],"fromObjectType":["CONTACT"],"toObjectType":["COMPANY"]}}],"startedAt":"2026-09-01T02:00:00Z","completedAt":"2026-09-01T02:00:00Z","requestedAt":"2026-09-01T02:00:00Z"}`,
	`{"results":[],"errors":[{"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["7","8"]}},{"category":"X","message":"no","context":{"fromObjectId":[]}},{},{"subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","context":{"fromObjectId":["9"]}}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[{"category":"HUBSPOT_DEFINED","typeId":3}]}],"paging":{}}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `] },{"toObjectId":"3","associationTypes":[` + plainType + `] },{"associationTypes":[` + ownType + `],"toObjectId":4}]}]}`,
}

// spelt are answers that say what others say, in another spelling: the scanner
// reads them too.
var spelt = []string{
	`{"requestedAt":null,"links":{},"status":null,"numErrors":null,"results":[{"from":{"id":"1","x":[]},"to":[{"x":null,"toObjectId":2,"y":{},"associationTypes":[` + plainType + `],"z":[]}],"paging":null,"more":true}],"errors":[]}`,
	`{"results":[{"x":-1.5e3,"from":{"x":{},"id":"1"},"to":[],"paging":{"prev":null,"next":null}}],"errors":null,"x":[{"a":[{"b":[[],{}]}]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[],"paging":{"next":{"after":"a\u003d","link":null,"x":{}}}}],"errors":{}}`,
	`{"results":[{"from":{"id":"1"},"to":[{"associationTypes":[` + plainType + `],"x":"\"ü","toObjectId":2},{"toObjectId":3,"x":"ü","associationTypes":[{"x":null,"category":"WORK","typeId":5,"label":""}]},{"toObjectId":4,"x":"ü","associationTypes":[{"x":null,"category":"WORK","typeId":5,"label":""}]}]}]}`,
	`{"results":[],"errors":[{"status":"error","id":null,"category":"OBJECT_NOT_FOUND","subCategory":"crm.associations.NO_ASSOCIATIONS_FOUND","message":null,"errors":[],"links":{},"context":{"fromObjectId":["7"],"x":[],"y":null,"ids":null}},{"category":null,"subCategory":null,"message":"„no“ \n","context":null},{"context":{}}]}`,
	`{"x":"` + strings.Repeat("a", 100) + `","results":[{"from":{"id":"1"},"to":[]}]}`,
}

// oddAnswers hold results that are no answers, beside one that is, and what is
// odd in error items.
var oddAnswers = map[string]struct {
	text         string
	odd, unnamed int
}{
	"no to":                     {oddly(`{"from":{"id":"1"}}`), 1, 0},
	"to is null":                {oddly(`{"from":{"id":"1"},"to":null}`), 1, 0},
	"to is none":                {oddly(`{"from":{"id":"1"},"to":{}}`), 1, 0},
	"to holds null":             {oddly(`{"from":{"id":"1"},"to":[null]}`), 1, 0},
	"to holds a number":         {oddly(`{"from":{"id":"1"},"to":[7]}`), 1, 0},
	"a page without a cursor":   {oddly(`{"from":{"id":"1"},"to":[],"paging":{"next":{}}}`), 1, 0},
	"a cursor that is null":     {oddly(`{"from":{"id":"1"},"to":[],"paging":{"next":{"after":null,"link":"x"}}}`), 1, 0},
	"a cursor that is empty":    {oddly(`{"from":{"id":"1"},"to":[],"paging":{"next":{"after":""}}}`), 1, 0},
	"a cursor that is a list":   {oddly(`{"from":{"id":"1"},"to":[],"paging":{"next":{"after":["a"]}}}`), 1, 0},
	"a cursor that is a number": {oddly(`{"from":{"id":"1"},"to":[],"paging":{"next":{"after":7}}}`), 0, 0},
	"paging is a number":        {oddly(`{"from":{"id":"1"},"to":[],"paging":7}`), 1, 0},
	"next is a text":            {oddly(`{"from":{"id":"1"},"to":[],"paging":{"next":"x"}}`), 1, 0},
	"an end without an id":      {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `]},{"associationTypes":[` + plainType + `]}]}`), 1, 0},
	"the id 0":                  {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":0,"associationTypes":[` + plainType + `]}]}`), 1, 0},
	"no types":                  {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2}]}`), 1, 0},
	"empty types":               {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[]}]}`), 1, 0},
	"null types":                {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":null}]}`), 1, 0},
	"types that are none":       {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":{}}]}`), 1, 0},
	"a type without an id":      {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[{"category":"X"}]}]}`), 1, 0},
	"a type without a category": {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `,{"typeId":1,"category":null}]}]}`), 1, 0},
	"a type's id is too large":  {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[{"category":"X","typeId":2147483648}]}]}`), 1, 0},
	"a type's id in text":       {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[{"category":"X","typeId":"7"}]}]}`), 0, 0},
	"a label that is a number":  {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[{"category":"X","typeId":7,"label":8}]}]}`), 0, 0},
	"types without end":         {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + strings.Repeat(plainType+",", mostTypes) + plainType + `]}]}`), 1, 0},
	"no from":                   {oddly(`{"to":[]}`), 0, 1},
	"from is null":              {oddly(`{"from":null,"to":[]}`), 0, 1},
	"from without an id":        {oddly(`{"from":{},"to":[]}`), 0, 1},
	"from is a number":          {oddly(`{"from":1,"to":[]}`), 0, 1},
	"an id that is a word":      {oddly(`{"from":{"id":"x"},"to":[]}`), 0, 1},
	"an id with a fraction":     {oddly(`{"from":{"id":1.0},"to":[]}`), 0, 1},
	"an id below zero":          {oddly(`{"from":{"id":-1},"to":[]}`), 0, 1},
	"an id with a sign":         {oddly(`{"from":{"id":"+1"},"to":[]}`), 0, 1},
	"an id that is too large":   {oddly(`{"from":{"id":"9223372036854775808"},"to":[]}`), 0, 1},
	"an id of 19 digits":        {oddly(`{"from":{"id":"1234567890123456789"},"to":[]}`), 0, 0},
	"zeros before an id":        {oddly(`{"from":{"id":"01"},"to":[]}`), 0, 0},
	"other letters":             {oddly(`{"From":{"Id":"1"},"To":[]}`), 0, 0},
	"an end twice":              {oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"toObjectId":3,"associationTypes":[` + plainType + `]}]}`), 0, 0},
	"null":                      {oddly(`null`), 0, 1},
	"a list":                    {oddly(`[{"from":{"id":"1"},"to":[]}]`), 0, 1},
	"nothing":                   {oddly(`{}`), 0, 1},
	"items that are none":       {`{"results":[{"from":{"id":"9"},"to":[]},{"from":{"id":"1"},"to":[]}],"errors":[null,7,"x",[],{"category":7,"message":["a"],"context":7},{"context":{"fromObjectId":7}}]}`, 0, 0},
	"items in another form":     {`{"results":[{"from":{"id":"9"},"to":[]},{"from":{"id":"1"},"to":[]}],"errors":[{"category":"X","id":"1","message":"\u00e9","context":{"ids":[7,"8"],"objectId":9,"x":[{}]},"links":{}},{"subCategory":{"a":1},"context":null},{"context":{"fromObjectId":["08","+7","x",""]}}]}`, 0, 0},
	"errors are a text":         {`{"results":[{"from":{"id":"9"},"to":[]},{"from":{"id":"1"},"to":[]}],"errors":"x"}`, 0, 0},
}

// oddly is a result beside a good one.
func oddly(result string) string { return `{"results":[` + goodResult + result + `]}` }

const goodResult = `{"from":{"id":"9"},"to":[]},`

// beside are documents that only encoding/json takes.
var beside = []string{
	`{"RESULTS":[{"from":{"id":"1"},"to":[]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[]}],"numErrors":1.5}`,
	`{"results":[{"from":{"id":"1"},"to":[]}],"numErrors":"2"}`,
	`{"results":[{"from":{"id":"1"},"to":[]}],"x":` + strings.Repeat("[", 60) + strings.Repeat("]", 60) + `}`,
	`{"results":[{"from":{"id":"1"},"to":[]}],"ü":1}`,
}

// mistakes are documents that nobody takes.
var mistakes = []string{
	``, `null`, `[]`, `{}`, `{"status":"COMPLETE"}`, `{"results":null}`, `{"results":{}}`,
	`{"results":[{"from":{"id":01}}]}`, `{"results":[{"from":{"id":1e}}]}`, `{"results":[{"from":{"id":"1"},"x":tru}]}`, `{"results":[{"from":{"id":"1"},"x":"\x"}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `]}]}]}}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `]},]}]}`,
	`{"results":[{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + plainType + `}]}]}]}`,
	`{"results":[{"from":"results":{"id":"1"}}]}`,
	`{"results":[],"results":[{"from":{"id":"1"},"to":[]}]}`, `{"results":[],"x":1,"x":2}`, `{"results":[{"from":{"id":"1"}}` + strings.Repeat(`,{"from":{"id":"1"}}`, mostRows) + `]}`,
	`{"results":[],"errors":[7` + strings.Repeat(`,7`, mostRows) + `]}`, `{"results":[],"x":[7` + strings.Repeat(`,7`, mostRows) + `]}`,
	`{"results":[],"errors":[{]}`, `{"results":[],"errors":[`, `{"results":[],"status":"` + "\xff" + `"}`, `{"results":[],"status":"` + "\n" + `"}`,
	`{"results":[{"from":{"id":"1"},"x":"` + "\xff" + `"}]}`, `{"results":[null,"` + "\xff" + `"]}`,
	`{"results":[],"errors":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `}`,
}

func TestScannerTakesWhatHubSpotSends(t *testing.T) {
	taken := append(slices.Clone(answers), spelt...)
	for _, odd := range oddAnswers {
		taken = append(taken, odd.text)
	}
	for _, text := range taken {
		fast, ok := scanLinks([]byte(text), &typeSets{})
		slow, err := decodeLinksDoc([]byte(text), &typeSets{})
		if !ok || err != nil {
			t.Errorf("%.200s: taken by the scanner: %t, by encoding/json: %v", text, ok, err)
		} else if diff := sameAnswer(slow, fast); diff != "" {
			t.Errorf("%.200s: %s", text, diff)
		}
	}
}

// TestAnOddResultCostsOneRecord has the good result beside each odd one.
func TestAnOddResultCostsOneRecord(t *testing.T) {
	for name, test := range oddAnswers {
		a, err := decodeLinks([]byte(test.text), &typeSets{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		odd := 0
		for _, r := range a.results {
			if r.odd != "" {
				odd++
				if r.from != 1 || r.first != r.end || r.after != "" {
					t.Errorf("%s: %+v", name, r)
				}
			}
		}
		if odd != test.odd || a.unnamed != test.unnamed || len(a.results)+a.unnamed != 2 || a.results[0].from != 9 {
			t.Errorf("%s: %+v", name, a)
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
	for _, odd := range oddAnswers {
		f.Add([]byte(odd.text))
	}
	for _, list := range [][]string{answers[1:], spelt, beside, mistakes} { // not the long one
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
	texts := append(slices.Clone(answers[1:]), spelt...)
	for _, odd := range oddAnswers {
		if len(odd.text) < 1000 {
			texts = append(texts, odd.text)
		}
	}
	for _, text := range texts {
		start := 0
		if i := strings.Index(text, goodResult); i >= 0 { // it is not the odd one
			start = i + len(goodResult)
		}
		for i := start; i < len(text); i++ {
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
