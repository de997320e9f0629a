package graphmodel

import (
	"fmt"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestUnionOfTypes(t *testing.T) {
	t.Parallel()
	old, renamed := Type{"USER_DEFINED", 28, "old"}, Type{"USER_DEFINED", 28, "new"}
	same := Type{"HUBSPOT_DEFINED", 28, "old"} // another type: ids are numbered by category
	tests := []struct {
		name  string
		links [][]Type
		want  []Type
	}{
		{"no types", [][]Type{nil, {}}, nil},
		{"sorted by category, then id", [][]Type{{partner, plain, old}}, []Type{plain, {"USER_DEFINED", 28, "Partner"}}},
		{"union", [][]Type{{plain}, {partner}}, []Type{plain, partner}},
		{"nothing added", [][]Type{{plain, partner}, nil, {plain}}, []Type{plain, partner}},
		{"the later label stands", [][]Type{{old, plain}, {renamed}}, []Type{plain, renamed}},
		{"and the last of all", [][]Type{{old}, {renamed}, {old}, {renamed, plain}, {old}}, []Type{plain, old}},
		{"in one link the first label stands", [][]Type{{renamed, old}}, []Type{renamed}},
		{"same id in two categories", [][]Type{{old}, {same}}, []Type{same, old}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := New()
			for _, types := range test.links {
				g.Link(ann, acme, types...)
			}
			filled, _ := fillLike(test.links).Edge(ann, acme)
			g.Seal()
			sealed, ok := g.Edge(ann, acme)
			if !ok || !slices.Equal(sealed.Types, test.want) || !slices.Equal(filled.Types, test.want) {
				t.Errorf("sealed %v, filled %v; want %v", sealed.Types, filled.Types, test.want)
			}
		})
	}
}

// fillLike links the same two records again and again, and asks in between.
func fillLike(links [][]Type) *Graph {
	g := New()
	for _, types := range links {
		g.Link(ann, acme, types...)
		g.Edge(ann, acme)
	}
	return g
}

// TestEqualSetsHaveOneNumber draws lists of types: two lists have the same number
// just if they are the same set.
func TestEqualSetsHaveOneNumber(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sets := newTypeSets()
		list := rapid.SliceOfN(rapid.SampledFrom(pool), 0, 12)
		a, b := list.Draw(t, "a"), list.Draw(t, "b")
		same := true
		for _, typ := range pool {
			same = same && slices.Contains(a, typ) == slices.Contains(b, typ)
		}
		if numbers := [2]uint32{sets.of(a), sets.of(b)}; (numbers[0] == numbers[1]) != same {
			t.Fatalf("numbers %v", numbers)
		}
		if got, want := fmt.Sprint(sets.sets[sets.union(sets.of(a), sets.of(b))]), fmt.Sprint(sets.sets[sets.of(slices.Concat(a, b))]); got != want {
			t.Fatalf("union %v, want %v", got, want)
		}
	})
}

// TestLinkKeepsNothingOfItsArgument changes the slice after Link.
func TestLinkKeepsNothingOfItsArgument(t *testing.T) {
	t.Parallel()
	g := New()
	types := []Type{plain}
	g.Link(ann, acme, types...)
	types[0] = partner
	if e, _ := g.Edge(ann, acme); !slices.Equal(e.Types, []Type{plain}) {
		t.Errorf("edge has %v", e.Types)
	}
}

// TestTypesGrowBySets links the same two records with many sets: what that takes
// is in proportion to the sets.
func TestTypesGrowBySets(t *testing.T) {
	const links = 20_000
	for name, end := range map[string]func(*Graph){"sealed": (*Graph).Seal, "filled": func(g *Graph) { g.Edge(ann, acme) }} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		g := New()
		for id := range int32(links) {
			g.Link(ann, acme, Type{"USER_DEFINED", id, ""})
		}
		end(g)
		runtime.ReadMemStats(&after)
		if e, ok := g.Edge(ann, acme); !ok || len(e.Types) != links {
			t.Errorf("%s: %d types", name, len(e.Types))
		}
		if took, most := after.TotalAlloc-before.TotalAlloc, uint64(links*2000); took > most {
			t.Errorf("%s: %d MB, want at most %d", name, took>>20, most>>20)
		}
	}
}

// TestOrdersOfASetAreBounded links the same types in all of their orders.
func TestOrdersOfASetAreBounded(t *testing.T) {
	sets := newTypeSets()
	types := make([]Type, 6)
	for id := range types {
		types[id] = Type{"USER_DEFINED", int32(id), ""}
	}
	want := sets.of(types)
	var permute func(int)
	permute = func(n int) {
		if got := sets.of(types); got != want {
			t.Errorf("%v has the number %d, want %d", types, got, want)
		}
		for i := range n {
			types[i], types[n-1] = types[n-1], types[i]
			permute(n - 1)
			types[i], types[n-1] = types[n-1], types[i]
		}
	}
	permute(len(types))
	if len(sets.sets) != 2 || len(sets.number) > mostOrders*len(sets.sets) {
		t.Errorf("%d sets, %d lists", len(sets.sets), len(sets.number))
	}
}

// TestTheLastLabelOfManyStands has runs of more than two sets.
func TestTheLastLabelOfManyStands(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sets := newTypeSets()
		var numbers []uint32
		one := uint32(0)
		for _, list := range rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom(pool), 0, 4), 1, 6).Draw(t, "lists") {
			numbers = append(numbers, sets.of(list))
			one = sets.union(one, sets.of(list))
		}
		if got := sets.unionOf(numbers); got != one {
			t.Fatalf("%v, one after the other %v", sets.sets[got], sets.sets[one])
		}
	})
}
