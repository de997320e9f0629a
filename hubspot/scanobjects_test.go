package hubspot

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

const oneObject = `{"id":"5000000000","properties":{"createdate":"2026-01-31T09:00:00.000Z","domain":null,"email":"ada@example.com","hs_object_id":"5000000000"},"createdAt":"2026-01-31T09:00:00.000Z","updatedAt":"2026-02-01T10:00:00Z","archived":false}`

// pages are documents that HubSpot sends or might send.
var pages = []string{
	`{"results":[]}`,
	`{"results":[` + oneObject + `],"paging":{"next":{"after":"5000000000","link":"https://api.hubapi.com/x?after=5"}}}`,
	`{"results":[` + oneObject + `,` + oneObject + `],"paging":{}}`,
	`{"paging":{"next":{"after":"a"}},"results":[{"url":"https://x","archivedAt":"2026-01-31T09:00:00+02:00","archived":true,"id":7,"properties":{"a":"","a":"b","b":"c","b":null}}]}`,
	" {\n\"results\" : [ { \"id\" : \"1\" , \"properties\" : { \"a\" : \"b\" , \"c\" : null } , \"archived\" : true } ] }\r\n",
	`{"results":[{"id":"1"}]}`,
}

// pagesSpelt are answers that say what others say, in another spelling: the
// scanner reads them too.
var pagesSpelt = []string{
	`{"results":[{"id":"1","properties":{"name":"Zoë","a\u0062":"\"x\"\n"}}]}`,
	`{"results":[{"id":"1","associations":{"companies":{"results":[{"id":"7","type":"x"}]}},"url":null,"objectWriteTraceId":null,"propertiesWithHistory":{}}],"links":{},"requestedAt":null}`,
	`{"results":[{"id":"1","archived":null,"createdAt":null,"updatedAt":"","archivedAt":null,"properties":null}],"total":3,"paging":null}`,
	`{"total":null,"results":[],"paging":{"next":null,"prev":{"before":"x"}},"errors":[{"category":"OBJECT_NOT_FOUND","context":{"ids":["1"]}},{"context":{"fromObjectId":["7"]}}]}`,
}

// pagesBeside are documents that only encoding/json takes.
var pagesBeside = []string{
	`{"Results":[{"ID":"1"}]}`,
	`{"results":[{"id":"1"}],"total":-3}`,
	`{"results":[{"id":"1"}],"paging":{"next":{}}}`,
	`{"results":[{"id":"1"}],"paging":7}`,
}

// oddRows are rows of which something is odd, and the records that they are.
var oddRows = map[string]Object{
	`{"id":"7","createdAt":1767344645678,"updatedAt":"yesterday","archivedAt":{"a": 1}}`: {Unreadable: map[string]string{"createdAt": "1767344645678", "updatedAt": "yesterday", "archivedAt": `{"a":1}`}},
	`{"id":"7","createdAt":"","updatedAt":null}`:                                         {},
	`{"id":"7","createdAt":false}`:                                                       {Unreadable: map[string]string{"createdAt": "false"}},
	`{"id":"7","archived":"true"}`:                                                       {Archived: true},
	`{"id":"7","archived":"false"}`:                                                      {},
	`{"id":"7","archived":1}`:                                                            {Unreadable: map[string]string{"archived": "1"}},
	`{"id":"7","properties":{"a":100,"b":true,"c":"x","d":null,"e":-1.50e3,"f":""}}`:     {Properties: map[string]string{"a": "100", "b": "true", "c": "x", "e": "-1.50e3", "f": ""}},
	`{"id":"7","properties":{"a":{"b": [1, "ü"]},"c":[ ]}}`:                              {Properties: map[string]string{"a": `{"b":[1,"ü"]}`, "c": "[]"}, Unreadable: map[string]string{"a": `{"b":[1,"ü"]}`, "c": "[]"}},
	`{"id":"7","properties":null}`:                                                       {},
	`{"id":"7","properties":[1]}`:                                                        {Unreadable: map[string]string{"properties": "[1]"}},
	`{"id":"7","properties":"x"}`:                                                        {Unreadable: map[string]string{"properties": "x"}},
	`{"ID":"07","Properties":{"a":"b"}}`:                                                 {Properties: map[string]string{"a": "b"}},
	`{"id":"1","id":7}`:                                                                  {},
}

// namelessRows name no record.
var namelessRows = []string{`null`, `7`, `"x"`, `[]`, `{}`, `{"id":null}`, `{"id":""}`, `{"id":"0"}`, `{"id":"x"}`, `{"id":1.5}`, `{"id":-1}`, `{"id":{}}`, `{"id":9223372036854775808}`}

// pageMistakes are documents that nobody takes.
var pageMistakes = []string{
	``, `null`, `[]`, `{}`, `{"results":null}`, `{"results":{}}`, `{"results":[{"id":"1","archived":tru}]}`, `{"results":[{"id":"1","createdAt":yesterday}]}`,
	`{"results":[{"id":"1"}]}}`, `{"results":[{"id":"1"},]}`, `{"results":[],"results":[{"id":"1"}]}`, `{"results":[{"id":"1"` + strings.Repeat(`},{"id":"1"`, mostRows) + `}]}`,
}

// beside7 is a page with a row between two records.
func beside7(row string) string { return `{"results":[` + goodRow + row + `,{"id":"9"}]}` }

const goodRow = `{"id":"5"},`

// allPages are the documents that both ways to decode are compared on.
func allPages() []string {
	list := slices.Concat(pages, pagesSpelt, pagesBeside)
	for row := range oddRows {
		list = append(list, beside7(row))
	}
	for _, row := range namelessRows {
		list = append(list, beside7(row))
	}
	return list
}

func samePage(a, b *objectsAnswer) string {
	if reflect.DeepEqual(a, b) { // which is faster
		return ""
	}
	return cmp.Diff(a, b, cmp.AllowUnexported(objectsAnswer{}), cmpopts.EquateEmpty())
}

func TestPageScannerTakesWhatHubSpotSends(t *testing.T) {
	for _, text := range allPages() {
		fast, ok := scanObjects([]byte(text))
		slow, err := decodeObjectsDoc([]byte(text))
		if ok == slices.Contains(pagesBeside, text) || err != nil {
			t.Errorf("%s: taken by the scanner: %t, by encoding/json: %v", text, ok, err)
		} else if diff := samePage(slow, fast); ok && diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

// TestAnOddRowCostsOneRecord has records before and behind each odd row.
func TestAnOddRowCostsOneRecord(t *testing.T) {
	for row, want := range oddRows {
		want.ID = 7
		a, err := decodeObjects([]byte(beside7(row)))
		if diff := cmp.Diff([]Object{{ID: 5}, want, {ID: 9}}, a.objects, cmpopts.EquateEmpty()); err != nil || diff != "" || a.unnamed != 0 {
			t.Errorf("%s: %v, %s", row, err, diff)
		}
	}
	for _, row := range namelessRows {
		a, err := decodeObjects([]byte(beside7(row)))
		if diff := cmp.Diff([]Object{{ID: 5}, {ID: 9}}, a.objects, cmpopts.EquateEmpty()); err != nil || diff != "" || a.unnamed != 1 {
			t.Errorf("%s: %d unnamed, %v, %s", row, a.unnamed, err, diff)
		}
	}
}

func TestPageMistakesAreErrors(t *testing.T) {
	for _, text := range pageMistakes {
		if page, err := decodeObjects([]byte(text)); err == nil {
			t.Errorf("%.100s: taken, as %+v", text, page)
		}
	}
}

// FuzzScanPage plays any text to the scanner: what it takes encoding/json must
// take too, and understand in the same way.
func FuzzScanPage(f *testing.F) {
	for _, list := range [][]string{allPages(), pageMistakes} {
		for _, text := range list {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) { comparePages(t, data) })
}

func comparePages(t *testing.T, data []byte) {
	t.Helper()
	fast, ok := scanObjects(data)
	if !ok {
		return
	}
	slow, err := decodeObjectsDoc(data)
	if err != nil {
		t.Fatalf("%s: the scanner takes what encoding/json does not: %v", data, err)
	}
	if diff := samePage(slow, fast); diff != "" {
		t.Errorf("%s: %s", data, diff)
	}
}

// TestPageScannerOnMutations spoils good pages in each place.
func TestPageScannerOnMutations(t *testing.T) {
	for _, text := range allPages() {
		start := 0
		if i := strings.Index(text, goodRow); i >= 0 { // it is not the odd one
			start = i + len(goodRow)
		}
		for i := start; i < len(text); i++ {
			comparePages(t, []byte(text[:i]))
			comparePages(t, []byte(text[:i]+text[i+1:]))
			for _, c := range `"{}[]:,01tfn\` {
				comparePages(t, []byte(text[:i]+string(c)+text[i:]))
				comparePages(t, []byte(text[:i]+string(c)+text[i+1:]))
			}
		}
	}
}

// BenchmarkDecodePage compares the scanner with encoding/json.
func BenchmarkDecodePage(b *testing.B) {
	data := []byte(`{"results":[` + strings.Repeat(oneObject+",", MaxListPage-1) + oneObject + `]}`)
	for name, decode := range map[string]func([]byte) (*objectsAnswer, error){"scanner": decodeObjects, "encoding-json": decodeObjectsDoc} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if page, err := decode(data); err != nil || len(page.objects) != MaxListPage {
					b.Fatal(fmt.Sprint(len(page.objects)), err)
				}
			}
		})
	}
}
