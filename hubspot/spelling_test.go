package hubspot

import (
	"strings"
	"testing"
)

// spelling is an answer as HubSpot mostly spells it, and the same with nulls, empty
// documents and unknown keys wherever they can be.
type spelling struct {
	name, plain, other string
	decode             func([]byte, *typeSets) error
}

func spellings() []spelling {
	links := linksText(1000, 4.7)
	items := `{"status":"COMPLETE","results":[],"errors":[` + strings.Repeat(item(noAssociations, "5000000000")+",", 999) + item(noAssociations, "5000000000") + `]}`
	page := `{"results":[` + strings.Repeat(oneObject+",", MaxListPage-1) + oneObject + `]}`
	document := strings.NewReplacer(`{"status":"COMPLETE",`, `{"requestedAt":null,"status":null,"links":{},"numErrors":null,"x":[{}],`)
	decodeLinks := func(data []byte, types *typeSets) error { _, err := decodeLinks(data, types); return err }
	decodePage := func(data []byte, _ *typeSets) error { _, err := decodeObjects(data); return err }
	return []spelling{
		{"a document", links, document.Replace(links), decodeLinks},
		{"results", links, strings.NewReplacer(`{"from":{`, `{"x":null,"paging":null,"z":[],"from":{"y":{},`).Replace(links), decodeLinks},
		{"links", links, strings.NewReplacer(`{"toObjectId"`, `{"x":null,"toObjectId"`, `}]}`, `}],"y":{}}`).Replace(links), decodeLinks},
		{"types", links, strings.NewReplacer(`{"category"`, `{"x":null,"category"`).Replace(links), decodeLinks},
		{"items", items, strings.NewReplacer(`{"status":"error"`, `{"status":null,"id":null,"links":{}`, `"message":"about`, `"message":"über`, `"context":{`, `"errors":[],"context":{"x":[],"ids":null,`).Replace(items), decodeLinks},
		{"rows", page, strings.NewReplacer(`,"archived":false`, `,"url":null,"archived":null,"archivedAt":null,"associations":{},"x":[]`).Replace(page), decodePage},
		{"properties", page, strings.NewReplacer("ada@", "Ädä@").Replace(page), decodePage},
	}
}

// TestTheSpellingCostsNothing counts what is allocated: encoding/json would need
// some thousand times as much as the scanner.
func TestTheSpellingCostsNothing(t *testing.T) {
	for _, s := range spellings() {
		allocations := func(text string) float64 {
			var types typeSets
			return testing.AllocsPerRun(5, func() {
				if err := s.decode([]byte(text), &types); err != nil {
					t.Errorf("%s: %v", s.name, err)
				}
			})
		}
		plain, other := allocations(s.plain), allocations(s.other)
		if s.plain == s.other || other > plain+10 {
			t.Errorf("%s: %v allocations, and %v for the plain spelling", s.name, other, plain)
		}
	}
}

// BenchmarkSpelling compares the two.
func BenchmarkSpelling(b *testing.B) {
	for _, s := range spellings() {
		for _, text := range []struct{ name, data string }{{"plain", s.plain}, {"other", s.other}} {
			b.Run(s.name+"/"+text.name, func(b *testing.B) {
				var types typeSets
				data := []byte(text.data)
				b.ReportAllocs()
				for b.Loop() {
					if err := s.decode(data, &types); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
