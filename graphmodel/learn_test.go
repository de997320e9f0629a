package graphmodel

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func custom(k TypeKey) bool { return k.Category == "USER_DEFINED" }

func every(TypeKey) bool { return true }

// learn is Learn by its definition: all links of all two types, compared
// one by one.
func (r reference) learn(candidate func(TypeKey) bool, support int64, overlap float64) []Learned {
	turned := map[TypeKey]map[[2]Key]bool{} // by type: its links, each as the way back
	links := map[TypeKey]map[[2]Key]bool{}
	for ends, types := range r.edges {
		for t := range types {
			k := TypeKey{ends[0].Type, ends[1].Type, t.Category, t.ID}
			if !candidate(k) {
				continue
			}
			if links[k] == nil {
				links[k], turned[k] = map[[2]Key]bool{}, map[[2]Key]bool{}
			}
			links[k][ends], turned[k][[2]Key{ends[1], ends[0]}] = true, true
		}
	}
	match := func(a, b TypeKey) (l Learned, rival, enough bool) {
		shared := int64(0)
		for ends := range turned[a] {
			if links[b][ends] {
				shared++
			}
		}
		all := int64(len(links[a])+len(links[b])) - shared
		l = Learned{a, b, shared, float64(shared) / float64(all)}
		rival = a.From == b.To && a.To == b.From && shared > 0 && l.Overlap >= overlap/2
		return l, rival, rival && shared >= support && l.Overlap >= overlap
	}
	best := func(a TypeKey) (Learned, bool) {
		var rivals, neighbors []Learned
		_, own, _ := match(a, a)
		for b := range links {
			if l, rival, _ := match(a, b); rival {
				rivals = append(rivals, l)
				if a.Category == b.Category && (a.ID == b.ID+1 || a.ID == b.ID-1) {
					neighbors = append(neighbors, l)
				}
			}
		}
		if len(rivals) > 1 {
			rivals = neighbors
			if own {
				return Learned{}, false
			}
		}
		if len(rivals) != 1 {
			return Learned{}, false
		}
		_, _, enough := match(a, rivals[0].Inverse)
		return rivals[0], enough
	}
	var learned []Learned
	for a := range links {
		if l, ok := best(a); ok {
			if back, ok := best(l.Inverse); ok && back.Inverse == a {
				learned = append(learned, l)
			}
		}
	}
	slices.SortFunc(learned, func(a, b Learned) int { return a.Type.compare(b.Type) })
	return learned
}

func TestLearnedInverses(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s := steps(true).Draw(t, "steps")
		support, overlap := rapid.Int64Range(0, 3).Draw(t, "support"), rapid.SampledFrom([]float64{0, 0.3, 0.5, 1}).Draw(t, "overlap")
		candidate := every
		if rapid.Bool().Draw(t, "custom") {
			candidate = custom
		}
		got := sealed(s).Evidence(every).Learn(candidate, support, overlap)
		compare(t, "filled", got, fill(s).Evidence(candidate).Learn(every, support, overlap))
		compare(t, "learned", referTo(s).learn(candidate, support, overlap), got)
		of := map[TypeKey]Learned{}
		for _, l := range got {
			of[l.Type] = l
			if l.Support < support || l.Overlap < overlap || l.Overlap > 1 || !candidate(l.Type) {
				t.Fatalf("learned %+v", l)
			}
		}
		for _, l := range got {
			want := Learned{Type: l.Inverse, Inverse: l.Type, Support: l.Support, Overlap: l.Overlap}
			if of[l.Inverse] != want {
				t.Fatalf("learned %+v, and of its inverse %+v", l, of[l.Inverse])
			}
		}
	})
}

// TestLearnOneInverse makes up links of contacts to companies and back, and says
// what is learned of them.
func TestLearnOneInverse(t *testing.T) {
	t.Parallel()
	user := func(ids ...int32) (types []Type) {
		for _, id := range ids {
			types = append(types, Type{Category: "USER_DEFINED", ID: id})
		}
		return types
	}
	tests := []struct {
		name        string
		there, back []Type
		both, lone  int64 // links with a way back, and without
		want        []int32
	}{
		{"a pair", user(10), user(40), 20, 0, []int32{40}},
		{"too few links", user(10), user(40), 19, 0, nil},
		{"overlap as low as it may be", user(10), user(40), 80, 20, []int32{40}},
		{"too little overlap", user(10), user(40), 79, 21, nil},
		{"the neighbor wins", user(10), user(40, 11), 20, 0, []int32{11}},
		{"two neighbors decide nothing", user(10), user(9, 11), 20, 0, nil},
		{"rivals decide nothing", user(10), user(40, 50), 20, 0, nil},
		{"two pairs that always go together", user(10, 20), user(21, 11), 20, 0, []int32{11, 21}},
		{"a neighbor of another category is none", user(10), append(user(40), Type{Category: "INTEGRATOR_DEFINED", ID: 11}), 20, 0, nil},
		{"the way back is not mutual", user(10, 30), user(11), 20, 0, []int32{11}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := New()
			for i := range test.both + test.lone {
				contact, company := Key{"contacts", i}, Key{"companies", i % 7}
				g.Link(contact, company, test.there...)
				if i < test.both {
					g.Link(company, contact, test.back...)
				}
			}
			var got []int32
			for _, l := range g.Evidence(every).Learn(every, 20, 0.8) {
				if l.Type.From == "contacts" {
					got = append(got, l.Inverse.ID)
				}
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("learned %v, want %v", got, test.want)
			}
		})
	}
}

// TestLearnItsOwnInverse is about a label between records of one type that both
// sides carry.
func TestLearnItsOwnInverse(t *testing.T) {
	t.Parallel()
	g := New()
	for i := range int64(10) {
		g.Link(Key{"companies", i}, Key{"companies", i + 100}, partner)
		g.Link(Key{"companies", i + 100}, Key{"companies", i}, partner)
	}
	g.Seal()
	key := TypeKey{"companies", "companies", partner.Category, partner.ID}
	compare(t, "learned", []Learned{{key, key, 20, 1}}, g.Evidence(custom).Learn(every, 20, 0.8))
}

// TestLearnFromDamagedLabels has two labels that always go together, of which three
// in ten rows are lost on one side: the other label's inverse overlaps most.
func TestLearnFromDamagedLabels(t *testing.T) {
	t.Parallel()
	user := func(id int32) Type { return Type{Category: "USER_DEFINED", ID: id} }
	for name, ids := range map[string][4]int32{"ids that say nothing": {10, 20, 30, 40}, "neighbors": {10, 11, 20, 21}} {
		t.Run(name, func(t *testing.T) {
			g := New()
			for i := range int64(100) {
				contact, company := Key{"contacts", i}, Key{"companies", 1}
				g.Link(contact, company, user(ids[0]))
				g.Link(company, contact, user(ids[3]))
				if i%10 >= 3 {
					g.Link(contact, company, user(ids[2]))
					g.Link(company, contact, user(ids[1]))
				}
			}
			if got := g.Evidence(every).Learn(every, 20, 0.8); len(got) > 0 {
				t.Errorf("learned %+v", got)
			}
		})
	}
}

func TestContradicts(t *testing.T) {
	t.Parallel()
	there, back := Type{Category: "USER_DEFINED", ID: 10}, Type{Category: "USER_DEFINED", ID: 11}
	for name, test := range map[string]struct {
		both, thereOnly, backOnly int64
		want                      bool
	}{
		"used apart":                       {0, 8, 8, true},
		"used apart, by few":               {0, 7, 100, false},
		"one is not used":                  {0, 100, 0, false},
		"one side lost nine in ten":        {10, 90, 0, false},
		"both sides lost three in ten":     {49, 21, 21, false},
		"a quarter of the rarer":           {10, 30, 100, false},
		"less than a quarter of the rarer": {10, 31, 100, true},
		"all links":                        {20, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			g, n := New(), int64(0)
			link := func(times int64, there, back []Type) {
				for range times {
					n++
					contact, company := Key{"contacts", n}, Key{"companies", 1}
					g.Link(contact, company, there...)
					g.Link(company, contact, back...)
				}
			}
			link(test.both, []Type{there}, []Type{back})
			link(test.thereOnly, []Type{there}, nil)
			link(test.backOnly, nil, []Type{back})
			a, b := TypeKey{"contacts", "companies", "USER_DEFINED", 10}, TypeKey{"companies", "contacts", "USER_DEFINED", 11}
			e := g.Evidence(every)
			if e.Contradicts(a, b) != test.want || e.Contradicts(b, a) != test.want || e.Both(a, b) != test.both {
				t.Errorf("contradicts: %t, %t; both %d", e.Contradicts(a, b), e.Contradicts(b, a), e.Both(a, b))
			}
			if (&Evidence{}).Contradicts(a, b) {
				t.Error("no evidence contradicts")
			}
		})
	}
}
