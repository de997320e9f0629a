package graphmodel

import (
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/dominikbraun/graph"

	"hubgraph/internal/goals"
)

// The size of graph that the benchmarks build.
const benchVertices, benchEdges = 200_000, 1_000_000

// heapGoal is how many times the heap of our sealed graph the library's store
// takes at least.
const heapGoal = 15

// portal is a made-up graph: half the edges are drawn, a quarter of them to few
// records, and each is there in both directions.
type portal struct {
	vertices uint32
	edges    []pair
}

// sets are the types of its edges.
var sets = [][]Type{{plain}, {partner}, {plain, partner}, {{"HUBSPOT_DEFINED", 1, "Primary"}, plain}}

func newPortal(vertices uint32, edges int) portal {
	random, seen := rand.New(rand.NewPCG(1, 2)), map[pair]bool{}
	p := portal{vertices: vertices}
	for len(p.edges) < edges {
		there := pair{random.Uint32N(vertices), random.Uint32N(vertices)}
		if len(p.edges)%8 == 0 {
			there.to = random.Uint32N(vertices/1000 + 1)
		}
		back := pair{there.to, there.from}
		if there != back && !seen[there] {
			seen[there], seen[back] = true, true
			p.edges = append(p.edges, there, back)
		}
	}
	return p
}

func key(v uint32) Key {
	return Key{[]string{"companies", "contacts", "deals"}[v%3], 5_000_000_000 + 7*int64(v)}
}

func node(v uint32) Node { return Node{Key: key(v), Seen: true} }

func (p portal) filled() *Graph {
	g := New()
	for v := range p.vertices {
		g.Put(node(v))
	}
	for i, e := range p.edges {
		g.Link(key(e.from), key(e.to), sets[i%len(sets)]...)
	}
	return g
}

func (p portal) sealed() *Graph {
	g := p.filled()
	g.Seal()
	return g
}

// inLibrary builds the graph in the library's own store, with its vertices as
// vertex gives them. Equal types share their memory.
func inLibrary[K comparable, T any](tb testing.TB, p portal, hash func(T) K, vertex func(uint32) T) graph.Graph[K, T] {
	tb.Helper()
	g := graph.New(hash, graph.Directed())
	for v := range p.vertices {
		if err := g.AddVertex(vertex(v)); err != nil {
			tb.Fatal(err)
		}
	}
	data := make([]any, len(sets))
	for i, types := range sets {
		data[i] = types
	}
	for i, e := range p.edges {
		if err := g.AddEdge(hash(vertex(e.from)), hash(vertex(e.to)), graph.EdgeData(data[i%len(sets)])); err != nil {
			tb.Fatal(err)
		}
	}
	return g
}

// ofRecords is the same graph as ours; ofNumbers the smallest that the library
// makes of it, with numbers for records.
func (p portal) ofRecords(tb testing.TB) graph.Graph[Key, Node] {
	return inLibrary(tb, p, func(n Node) Key { return n.Key }, node)
}

func (p portal) ofNumbers(tb testing.TB) graph.Graph[uint32, uint32] {
	return inLibrary(tb, p, func(v uint32) uint32 { return v }, func(v uint32) uint32 { return v })
}

// heap is the memory that stays in use, in bytes an edge, vertices included.
func heap[G any](p portal, build func() G) float64 {
	live := func() int64 {
		runtime.GC()
		runtime.GC() // what finalizers and pools still held
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := live()
	g := build()
	after := live()
	runtime.KeepAlive(g)
	runtime.KeepAlive(p)
	return float64(after-before) / float64(len(p.edges))
}

// TestHeapPerEdge holds the goal on a tenth of the benchmark's graph.
func TestHeapPerEdge(t *testing.T) {
	p := newPortal(benchVertices/10, benchEdges/10)
	ours, theirs := heap(p, p.sealed), heap(p, func() any { return p.ofRecords(t) })
	if ours <= 0 || theirs/ours < heapGoal {
		t.Errorf("%.1f B/edge sealed, %.1f in the library's store: %.1f times, want %d", ours, theirs, theirs/ours, heapGoal)
	}
}

func BenchmarkHeapPerEdge(b *testing.B) {
	p := newPortal(benchVertices, benchEdges)
	for b.Loop() {
		sealed, filled := heap(p, p.sealed), heap(p, p.filled)
		records := heap(p, func() any { return p.ofRecords(b) })
		numbers := heap(p, func() any { return p.ofNumbers(b) })
		b.ReportMetric(sealed, "sealed-B/edge")
		b.ReportMetric(filled, "filled-B/edge")
		b.ReportMetric(records, "library-B/edge")
		goals.Least(b, records/sealed, 15, "library/sealed")
		b.ReportMetric(numbers/sealed, "library-of-numbers/sealed")
		if records/sealed < heapGoal || numbers/sealed < heapGoal {
			b.Errorf("the library's store takes %.1f and %.1f times our heap, want %d", records/sealed, numbers/sealed, heapGoal)
		}
	}
}

// BenchmarkBuild counts in B/op all memory that building asks for, so more than
// it ever holds.
func BenchmarkBuild(b *testing.B) {
	p := newPortal(benchVertices, benchEdges)
	measure := func(build func()) func(*testing.B) {
		return func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				build()
			}
			b.ReportMetric(float64(b.N)*benchEdges/b.Elapsed().Seconds(), "edges/s")
		}
	}
	b.Run("ours", measure(func() { p.sealed() }))
	b.Run("library", measure(func() { p.ofRecords(b) }))
}

func BenchmarkMeasure(b *testing.B) {
	g := newPortal(benchVertices, benchEdges).sealed()
	b.ReportAllocs()
	for b.Loop() {
		g.Measure(hierarchy)
	}
}

func BenchmarkRows(b *testing.B) {
	g := newPortal(benchVertices, benchEdges).sealed()
	b.ReportAllocs()
	for b.Loop() {
		for range g.Rows(inverse, nil) {
		}
	}
}
