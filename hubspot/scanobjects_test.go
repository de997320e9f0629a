package hubspot

import (
	"fmt"
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

// pagesBeside are documents that only encoding/json takes.
var pagesBeside = []string{
	`{"results":[{"id":"1","properties":{"name":"Zoë"}}]}`,
	`{"results":[{"id":"1","properties":{"name":"a\"b"}}]}`,
	`{"results":[{"id":"1","associations":{"companies":{"results":[]}}}]}`,
	`{"results":[{"id":"1","archived":null,"createdAt":null}],"total":3}`,
	`{"Results":[{"ID":"1"}]}`,
}

// pageMistakes are documents that nobody takes.
var pageMistakes = []string{
	``, `null`, `[]`, `{}`, `{"results":null}`, `{"results":[{}]}`, `{"results":[{"id":"0"}]}`, `{"results":[{"id":"x"}]}`, `{"results":[{"id":"1","properties":{"a":1}}]}`,
	`{"results":[{"id":"1","createdAt":"yesterday"}]}`, `{"results":[{"id":"1","archived":"true"}]}`, `{"results":[{"id":"1","archived":tru}]}`,
	`{"results":[{"id":"1"}]}}`, `{"results":[{"id":"1"},]}`, `{"results":[],"results":[{"id":"1"}]}`, `{"results":[{"id":"1"` + strings.Repeat(`},{"id":"1"`, mostRows) + `}]}`,
}

func samePage(a, b ObjectPage) string { return cmp.Diff(a, b, cmpopts.EquateEmpty()) }

func TestPageScannerTakesWhatHubSpotSends(t *testing.T) {
	for _, text := range pages {
		fast, ok := scanPage([]byte(text))
		slow, err := decodePageDoc([]byte(text))
		if !ok || err != nil {
			t.Errorf("%s: taken by the scanner: %t, by encoding/json: %v", text, ok, err)
		} else if diff := samePage(slow, fast); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
}

func TestPageScannerLeavesTheRestAlone(t *testing.T) {
	for _, text := range pagesBeside {
		if _, ok := scanPage([]byte(text)); ok {
			t.Errorf("%s: taken by the scanner", text)
		}
		if page, err := decodePage([]byte(text)); err != nil || len(page.Objects) != 1 {
			t.Errorf("%s: %+v, %v", text, page, err)
		}
	}
	for _, text := range pageMistakes {
		if page, err := decodePage([]byte(text)); err == nil {
			t.Errorf("%.100s: taken, as %+v", text, page)
		}
	}
}

// FuzzScanPage plays any text to the scanner: what it takes encoding/json must
// take too, and understand in the same way.
func FuzzScanPage(f *testing.F) {
	for _, list := range [][]string{pages, pagesBeside, pageMistakes} {
		for _, text := range list {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) { comparePages(t, data) })
}

func comparePages(t *testing.T, data []byte) {
	t.Helper()
	fast, ok := scanPage(data)
	if !ok {
		return
	}
	slow, err := decodePageDoc(data)
	if err != nil {
		t.Fatalf("%s: the scanner takes what encoding/json does not: %v", data, err)
	}
	if diff := samePage(slow, fast); diff != "" {
		t.Errorf("%s: %s", data, diff)
	}
}

// TestPageScannerOnMutations spoils good pages in each place.
func TestPageScannerOnMutations(t *testing.T) {
	for _, text := range pages {
		for i := range text {
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
	for name, decode := range map[string]func([]byte) (ObjectPage, error){"scanner": decodePage, "encoding-json": decodePageDoc} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if page, err := decode(data); err != nil || len(page.Objects) != MaxListPage {
					b.Fatal(fmt.Sprint(len(page.Objects)), err)
				}
			}
		})
	}
}
