package graphmodel

// Subgraph returns a graph of the edges that keep wants, with their ends, in
// which nothing else is. It is not sealed.
func (g *Graph) Subgraph(keep func(Edge) bool) *Graph {
	sub := New()
	for e := range g.Edges() {
		if keep(e) {
			g.copyInto(sub, e)
		}
	}
	return sub
}

func (g *Graph) copyInto(sub *Graph, e Edge) {
	for _, k := range []Key{e.From, e.To} {
		if n, ok := g.Node(k); ok {
			sub.Put(n)
		}
	}
	sub.Link(e.From, e.To, e.Types...)
}

// Neighborhood returns a graph of the record, of all that is at most hops edges
// away from it in either direction, and of the edges between them. The graph
// must be sealed; the result is not. A record that is not there has an empty
// neighborhood.
func (g *Graph) Neighborhood(center Key, hops int) *Graph {
	g.store.mustBeSealed("Neighborhood")
	sub := New()
	n, ok := g.Node(center)
	if !ok {
		return sub
	}
	sub.Put(n)
	reached := map[Key]bool{center: true}
	frontier := []Key{center}
	for range hops {
		var next []Key
		reach := func(k Key) {
			if !reached[k] {
				reached[k] = true
				next = append(next, k)
			}
		}
		for _, k := range frontier {
			for e := range g.Out(k) {
				reach(e.To)
			}
			for e := range g.In(k) {
				reach(e.From)
			}
		}
		frontier = next
	}
	for k := range reached {
		for e := range g.Out(k) {
			if reached[e.To] {
				g.copyInto(sub, e)
			}
		}
	}
	return sub
}
