package crawl

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// labelling is a portal's labels as HubSpot makes them: each has two types, one a
// direction, with ids one after the other; or, in some portals, one where it is a
// single label between records of one object type.
type labelling struct {
	defs    []graphmodel.Definition
	inverse map[graphmodel.TypeKey]graphmodel.TypeKey
	labels  []graphmodel.TypeKey // one direction of each
}

var ends = [][2]string{{"contacts", "companies"}, {"companies", "contacts"}, {"contacts", "contacts"}}

func drawLabels(t *rapid.T) labelling {
	l := labelling{inverse: map[graphmodel.TypeKey]graphmodel.TypeKey{}}
	id, oneID := int32(rapid.IntRange(1, 3).Draw(t, "first id")), rapid.Bool().Draw(t, "one id for a label within a type")
	add := func(from, to string, id int32, text string) graphmodel.TypeKey {
		d := graphmodel.Definition{From: from, To: to, Category: hubspot.UserDefined, TypeID: id, Label: text}
		l.defs = append(l.defs, d)
		return keyOf(d)
	}
	text := rapid.SampledFrom([]string{"a", "A", "b", "b ", "c", "d"})
	for i := range rapid.IntRange(1, 7).Draw(t, "labels") {
		if rapid.IntRange(0, 3).Draw(t, "deleted") == 0 {
			id += int32(rapid.IntRange(1, 3).Draw(t, "hole"))
		}
		pair := rapid.SampledFrom(ends).Draw(t, "ends")
		there, back := text.Draw(t, "text"), text.Draw(t, "text back")
		single := rapid.Bool().Draw(t, fmt.Sprint("single ", i))
		if single {
			back = there
		}
		if single && pair[0] == pair[1] && oneID {
			key := add(pair[0], pair[1], id, there)
			l.inverse[key] = key
			l.labels = append(l.labels, key)
			id++
			continue
		}
		first, second := id, id+1
		if rapid.Bool().Draw(t, "forward is higher") {
			first, second = second, first
		}
		a, b := add(pair[0], pair[1], first, there), add(pair[1], pair[0], second, back)
		l.inverse[a], l.inverse[b] = b, a
		l.labels = append(l.labels, a)
		id += 2
	}
	return l
}

// row is one type of one direction between two records.
type row struct {
	from, to graphmodel.Key
	key      graphmodel.TypeKey
}

// drawRows links records by labels, some of which go together, from both sides.
func (l labelling) drawRows(t *rapid.T) (rows []row) {
	for range rapid.IntRange(0, 4).Draw(t, "kinds of links") {
		labels := rapid.SliceOfNDistinct(rapid.SampledFrom(l.labels), 1, 3, rapid.ID[graphmodel.TypeKey]).Draw(t, "go together")
		for range rapid.SampledFrom([]int{1, 2, 9, 30, 60}).Draw(t, "links") {
			id := int64(len(rows))
			for _, key := range labels {
				ends := map[string]graphmodel.Key{"contacts": {Type: "contacts", ID: id}, "companies": {Type: "companies", ID: id}}
				from, to := ends[key.From], ends[key.To]
				if key.From == key.To {
					to.ID = -id - 1
				}
				rows = append(rows, row{from, to, key}, row{to, from, l.inverse[key]})
			}
		}
	}
	return rows
}

// lose takes away up to three in ten rows of each type.
func lose(t *rapid.T, rows []row) (left []row) {
	percent, places := rapid.IntRange(0, 30).Draw(t, "percent"), map[graphmodel.TypeKey][]int{}
	for i, r := range rows {
		places[r.key] = append(places[r.key], i)
	}
	lost := map[int]bool{}
	for i, r := range rows {
		of := places[r.key]
		if of[0] != i {
			continue
		}
		step := rapid.IntRange(1, 7).Draw(t, "step")
		for n := range len(of) * percent / 100 {
			lost[of[(n*step)%len(of)]] = true
		}
	}
	for i, r := range rows {
		if !lost[i] {
			left = append(left, r)
		}
	}
	return left
}

func graphOf(rows []row) *graphmodel.Graph {
	g := graphmodel.New()
	for _, r := range rows {
		g.Link(r.from, r.to, graphmodel.Type{Category: r.key.Category, ID: r.key.ID})
	}
	g.Seal()
	return g
}

// TestNoInverseIsWrong holds that of labels and links as HubSpot makes them no
// inverse is named that is none, neither of a whole portal nor of one that lost three in
// ten rows, with or without what was remembered of the night before; and that a loss
// makes no inverse between two object types unknown.
func TestNoInverseIsWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLabels(t)
		rows := l.drawRows(t)
		resolve := func(rows []row, remembered []graphmodel.Learned) map[graphmodel.TypeKey]graphmodel.Definition {
			defs := append([]graphmodel.Definition{}, l.defs...)
			resolveInverses(defs, sources{graph: graphOf(rows), remembered: remembered})
			named := map[graphmodel.TypeKey]graphmodel.Definition{}
			for _, d := range defs {
				if d.InverseSource == "" {
					continue
				}
				inverse := graphmodel.TypeKey{From: d.To, To: d.From, Category: d.InverseCategory, ID: d.InverseTypeID}
				if want := l.inverse[keyOf(d)]; inverse != want {
					t.Fatalf("%s: the inverse of %v is %v, named as %v", d.InverseSource, keyOf(d), want, inverse)
				}
				named[keyOf(d)] = d
			}
			return named
		}
		whole, damaged := resolve(rows, nil), lose(t, rows)
		resolve(damaged, nil)
		var memory []graphmodel.Learned
		for key, d := range whole {
			if d.InverseSource == "learned" {
				memory = append(memory, graphmodel.Learned{Type: key, Inverse: l.inverse[key], Support: d.InverseSupport, Overlap: d.InverseOverlap})
			}
		}
		left := resolve(damaged, memory)
		for key, d := range whole {
			if _, still := left[key]; !still && (key.From != key.To || d.InverseSource == "learned") {
				t.Fatalf("the inverse of %v was known (%s), and is not after a loss", key, d.InverseSource)
			}
		}
	})
}
