package hubspot

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
)

func TestTypeSetsAreShared(t *testing.T) {
	var types typeSets
	first, err := decodeLinks([]byte(linksText(100, 3)), &types)
	if err != nil {
		t.Fatal(err)
	}
	again, err := decodeLinksDoc([]byte(strings.ReplaceAll(linksText(200, 2), `null},{`, `null} , {`)), &types)
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

// TestATypeSetIsOneInAnyOrder has the same types in two orders, and once more.
func TestATypeSetIsOneInAnyOrder(t *testing.T) {
	var types typeSets
	want := []LinkType{{HubSpotDefined, 279, ""}, {UserDefined, 1, "Decision maker"}}
	var first *LinkType
	for _, text := range []string{plainType + "," + ownType, ownType + "," + plainType, ownType + "," + plainType + "," + ownType} {
		set, err := types.of([]byte("[" + text + "]"))
		if err != nil || fmt.Sprint(set) != fmt.Sprint(want) {
			t.Fatalf("%s: %v, %v", text, set, err)
		}
		if first == nil {
			first = &set[0]
		}
		if first != &set[0] {
			t.Errorf("%s: another slice", text)
		}
	}
}

// manySets is an answer of one record with some links, each with a set of its own.
func manySets(links int, label string) string {
	var b strings.Builder
	b.WriteString(`{"results":[{"from":{"id":"1"},"to":[`)
	for i := range links {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"toObjectId":2,"associationTypes":[{"category":"USER_DEFINED","typeId":%d,"label":"%s"}]}`, i, label)
	}
	b.WriteString(`]}]}`)
	return b.String()
}

// allocated is how many bytes a function allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestHostileAnswersAreBounded decodes answers that were made to take memory: what
// they take is in proportion to their length.
func TestHostileAnswersAreBounded(t *testing.T) {
	for name, text := range map[string]string{
		"many sets":   manySets(16_384, ""),
		"long labels": manySets(150, strings.Repeat("x", 10_000)),
		"many types":  oddly(`{"from":{"id":"1"},"to":[{"toObjectId":2,"associationTypes":[` + strings.Repeat("{},", 500_000) + `{}]}]}`),
		"many ends":   oddly(`{"from":{"id":"1"},"to":[` + strings.Repeat("{},", 500_000) + `{}]}`),
		"odd results": oddly(strings.Repeat(`{"from":{"id":"1"},"to":[{}]},`, mostRows-2) + `{}`),
	} {
		var types typeSets
		got := allocated(func() {
			for range 3 {
				if _, err := decodeLinks([]byte(text), &types); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
		if most := uint64(3 * 80 * len(text)); got > most {
			t.Errorf("%s: %d MB for three times %d kB, want at most %d MB", name, got>>20, len(text)>>10, most>>20)
		} else {
			t.Logf("%s: %d MB for three times %d kB", name, got>>20, len(text)>>10)
		}
		if types.size > mostTypeText {
			t.Errorf("%s: %d bytes are kept", name, types.size)
		}
	}
}

func TestTypeSetsAreBounded(t *testing.T) {
	types := typeSets{size: mostTypeText}
	set, err := types.of([]byte("[" + plainType + "]"))
	if err != nil || len(set) != 1 || set[0] != (LinkType{HubSpotDefined, 279, ""}) || len(types.byText) > 0 {
		t.Errorf("%+v, %v, %d are kept", set, err, len(types.byText))
	}
}
