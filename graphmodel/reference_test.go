package graphmodel

import (
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"
)

// step is one call of Put, or of Link where To is set.
type step struct {
	Put      Node
	From, To Key
	Types    []Type
}

func (s step) String() string {
	if s.To == (Key{}) {
		return fmt.Sprintf("put %+v", s.Put)
	}
	return fmt.Sprintf("link %v %v %v", s.From, s.To, s.Types)
}

// fill makes a graph of the steps. It is not sealed.
func fill(steps []step) *Graph {
	g := New()
	for _, s := range steps {
		if s.To == (Key{}) {
			g.Put(s.Put)
		} else {
			g.Link(s.From, s.To, s.Types...)
		}
	}
	return g
}

func sealed(steps []step) *Graph {
	g := fill(steps)
	g.Seal()
	return g
}

// reference is a graph as plainly as it can be written: what Graph must equal.
type reference struct {
	nodes map[Key]Node
	edges map[[2]Key]map[Type]string // types without label -> label
}

func referTo(steps []step) reference {
	r := reference{nodes: map[Key]Node{}, edges: map[[2]Key]map[Type]string{}}
	for _, s := range steps {
		if s.To == (Key{}) {
			r.put(s.Put)
			continue
		}
		r.put(Node{Key: s.From})
		r.put(Node{Key: s.To})
		ends := [2]Key{s.From, s.To}
		if r.edges[ends] == nil {
			r.edges[ends] = map[Type]string{}
		}
		for _, t := range s.Types {
			r.edges[ends][Type{Category: t.Category, ID: t.ID}] = t.Label
		}
	}
	return r
}

func (r reference) put(n Node) {
	old := r.nodes[n.Key]
	r.nodes[n.Key] = Node{Key: n.Key, Seen: n.Seen || old.Seen, Archived: n.Archived || old.Archived}
}

func (r reference) sortedNodes() []Node {
	return slices.SortedFunc(maps.Values(r.nodes), func(a, b Node) int { return a.Compare(b.Key) })
}

func (r reference) sortedEdges() []Edge {
	var edges []Edge
	for ends, types := range r.edges {
		e := Edge{From: ends[0], To: ends[1]}
		for t, label := range types {
			t.Label = label
			e.Types = append(e.Types, t)
		}
		slices.SortFunc(e.Types, Type.compare)
		edges = append(edges, e)
	}
	slices.SortFunc(edges, func(a, b Edge) int {
		if c := a.From.Compare(b.From); c != 0 {
			return c
		}
		return a.To.Compare(b.To)
	})
	return edges
}

// rows are what Rows yields.
func (r reference) rows(merged []Alias) (rows []Row) {
	now := r.after(merged)
	for _, e := range r.sortedEdges() {
		from, to := current(e.From, merged), current(e.To, merged)
		types, linked := now.edges[[2]Key{to, from}]
		for _, t := range e.Types {
			row := Row{From: e.From, To: e.To, Type: t, Live: r.live(e.From) && r.live(e.To)}
			if linked || now.live(to) {
				row.HasReverse = &linked
				if want, ok := inverse(e.From.Type, e.To.Type, t); ok {
					_, has := types[want]
					row.HasInverse = &has
				}
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func (r reference) live(k Key) bool { return r.nodes[k].Seen && !r.nodes[k].Archived }

// after is the graph under the ids that are left after merges. Of a record with
// several ids it suffices that one of them is live.
func (r reference) after(merged []Alias) reference {
	now := reference{nodes: map[Key]Node{}, edges: map[[2]Key]map[Type]string{}}
	for k, n := range r.nodes {
		to := current(k, merged)
		if !now.live(to) {
			now.nodes[to] = Node{Key: to, Seen: n.Seen, Archived: n.Archived}
		}
	}
	for ends, types := range r.edges {
		ends = [2]Key{current(ends[0], merged), current(ends[1], merged)}
		if now.edges[ends] == nil {
			now.edges[ends] = map[Type]string{}
		}
		maps.Copy(now.edges[ends], types)
	}
	return now
}

func current(k Key, merged []Alias) Key {
	for _, a := range merged {
		if k == (Key{a.ObjectType, a.OldID}) {
			return Key{a.ObjectType, a.CurrentID}
		}
	}
	return k
}

// neighbors lists whom a record is linked with, in either direction.
func (r reference) neighbors(k Key) map[Key]bool {
	found := map[Key]bool{}
	for ends := range r.edges {
		if ends[0] == k {
			found[ends[1]] = true
		}
		if ends[1] == k {
			found[ends[0]] = true
		}
	}
	return found
}

// reached follows a relation from a record, which is among the result only if
// the relation leads back to it.
func reached(from Key, next func(Key) map[Key]bool) map[Key]bool {
	found := map[Key]bool{}
	queue := []Key{from}
	for len(queue) > 0 {
		k := queue[0]
		queue = queue[1:]
		for n := range next(k) {
			if !found[n] {
				found[n] = true
				queue = append(queue, n)
			}
		}
	}
	return found
}

// The types that random graphs carry. The first two make the hierarchy.
var (
	childToParent = Type{"HUBSPOT_DEFINED", 14, ""}
	parentToChild = Type{"HUBSPOT_DEFINED", 13, ""}
	pool          = []Type{childToParent, parentToChild, {"HUBSPOT_DEFINED", 279, ""}, {"HUBSPOT_DEFINED", 1, "Primary"},
		{"USER_DEFINED", 13, "Partner"}, {"USER_DEFINED", 28, "Advises"}, {"USER_DEFINED", 29, "Advised by"}}
)

func hierarchy(from, to string, t Type) (up, down bool) {
	t.Label = ""
	return from == to && t == childToParent, from == to && t == parentToChild
}

// aKey draws one of few records, so that random links meet.
func aKey() *rapid.Generator[Key] {
	return rapid.Custom(func(t *rapid.T) Key {
		return Key{rapid.SampledFrom([]string{"companies", "contacts", "p_cars"}).Draw(t, "type"),
			rapid.SampledFrom([]int64{1, 2, 3, 10, 1 << 40}).Draw(t, "id")}
	})
}

// steps draws what fills a graph. With labels of their own, a type's label
// differs from link to link.
func steps(labels bool) *rapid.Generator[[]step] {
	put := rapid.Custom(func(t *rapid.T) step {
		return step{Put: Node{aKey().Draw(t, "key"), rapid.Bool().Draw(t, "seen"), rapid.Bool().Draw(t, "archived")}}
	})
	link := rapid.Custom(func(t *rapid.T) step {
		types := rapid.SliceOfNDistinct(rapid.IntRange(0, len(pool)-1), 0, 3, rapid.ID[int]).Draw(t, "types")
		s := step{From: aKey().Draw(t, "from"), To: aKey().Draw(t, "to")}
		for _, i := range types {
			typ := pool[i]
			if labels {
				typ.Label = rapid.SampledFrom([]string{"", "old", "new"}).Draw(t, "label")
			}
			s.Types = append(s.Types, typ)
		}
		return s
	})
	return rapid.SliceOfN(rapid.OneOf(put, link, link, link), 0, 40)
}
