package graphmodel

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/dominikbraun/graph"
	gocmp "github.com/google/go-cmp/cmp"
)

// sentinels are the errors that graph.Store documents.
var sentinels = []error{graph.ErrVertexNotFound, graph.ErrVertexAlreadyExists, graph.ErrVertexHasEdges, graph.ErrEdgeNotFound, graph.ErrEdgeAlreadyExists}

// sentinel is the documented error that an error is, so that they compare.
func sentinel(t *testing.T, err error) error {
	t.Helper()
	for _, s := range sentinels {
		if errors.Is(err, s) {
			return s
		}
	}
	if err != nil {
		t.Errorf("an error that graph.Store does not document: %v", err)
	}
	return nil
}

// operation is one call on a store, as four bytes say it.
type operation struct {
	call     byte
	from, to Key
	types    []Type
}

func operations(script []byte) []operation {
	key := func(b byte) Key { return Key{[]string{"companies", "contacts", "deals"}[b%3], int64(b / 3 % 4)} }
	var ops []operation
	for four := range slices.Chunk(script, 4) {
		if len(four) < 4 {
			break
		}
		op := operation{call: four[0] % 8, from: key(four[1]), to: key(four[2])}
		for i, t := range pool {
			if four[3]&(1<<i) != 0 {
				op.types = append(op.types, t)
			}
		}
		ops = append(ops, op)
	}
	return ops
}

// play makes one call and gives its result in a form that compares.
func (op operation) play(t *testing.T, s countingStore, link func(operation)) (value any, err error) {
	e := edge(op.from, op.to, op.types...)
	switch op.call {
	case 0:
		err = s.AddVertex(op.from, Node{op.from, len(op.types) > 2, len(op.types) == 1}, graph.VertexProperties{})
	case 1:
		err = s.RemoveVertex(op.from)
	case 2:
		err = s.AddEdge(op.from, op.to, e)
	case 3:
		err = s.UpdateEdge(op.from, op.to, e)
	case 4:
		err = s.RemoveEdge(op.from, op.to)
	case 5:
		value, _, err = s.Vertex(op.from)
	case 6:
		e, err = s.Edge(op.from, op.to)
		if err == nil {
			value = plainEdge(e)
		}
	default:
		link(op)
	}
	return value, sentinel(t, err)
}

// linkBySteps does to any store what Graph.Link does.
func linkBySteps(t *testing.T, s countingStore) func(operation) {
	return func(op operation) {
		for _, k := range []Key{op.from, op.to} {
			if err := s.AddVertex(k, Node{Key: k}, graph.VertexProperties{}); err != nil && !errors.Is(err, graph.ErrVertexAlreadyExists) {
				t.Fatal(err)
			}
		}
		old, err := s.Edge(op.from, op.to)
		if errors.Is(err, graph.ErrEdgeNotFound) {
			err = s.AddEdge(op.from, op.to, edge(op.from, op.to, op.types...))
		} else {
			both := slices.Concat(plainEdge(old).Types, op.types)
			slices.SortFunc(both, Type.compare)
			err = s.UpdateEdge(op.from, op.to, edge(op.from, op.to, slices.Compact(both)...))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// content is all that a store lists, in order.
type content struct {
	Vertices    []Node
	Edges       []Edge
	Order, Size int
}

func contentOf(t *testing.T, s countingStore) content {
	t.Helper()
	keys, errKeys := s.ListVertices()
	list, errList := s.ListEdges()
	order, errOrder := s.VertexCount()
	size, errSize := s.EdgeCount()
	err := errors.Join(errKeys, errList, errOrder, errSize)
	c := content{Edges: plainEdges(list), Order: order, Size: size}
	slices.SortFunc(keys, Key.Compare)
	for _, k := range keys {
		n, _, errVertex := s.Vertex(k)
		err = errors.Join(err, errVertex)
		c.Vertices = append(c.Vertices, n)
	}
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// FuzzStore plays one script of operations on the library's own store and on ours
// and compares every answer, then all that each one lists, before and after our
// store is sealed.
func FuzzStore(f *testing.F) {
	for seed := range uint64(64) {
		script := make([]byte, 4*(seed*seed/4))
		random := rand.New(rand.NewPCG(seed, 1))
		for i := range script {
			script[i] = byte(random.Uint32())
		}
		f.Add(script)
	}
	f.Add([]byte{7, 0, 1, 8, 7, 0, 1, 4, 6, 0, 1, 0, 7, 0, 1, 2, 6, 0, 1, 0}) // link, link, ask, link, ask
	f.Add([]byte{0, 0, 0, 0, 1, 0, 0, 0, 5, 0, 0, 0, 7, 0, 0, 1, 5, 0, 0, 0}) // add, remove, ask, link to itself, ask
	f.Add([]byte{7, 0, 1, 1, 4, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 0})             // link, unlink, remove both ends
	f.Fuzz(func(t *testing.T, script []byte) {
		g := New()
		theirs, ours := throughGraph{libraryGraph()}, libraryStore{g.store}
		linkOurs := func(op operation) { g.Link(op.from, op.to, op.types...) }
		for i, op := range operations(script) {
			want, wantErr := op.play(t, theirs, linkBySteps(t, theirs))
			got, err := op.play(t, ours, linkOurs)
			if diff := gocmp.Diff(want, got); diff != "" || err != wantErr {
				t.Fatalf("operation %d %+v: error %v, want %v; (-want +got):\n%s", i, op, err, wantErr, diff)
			}
			if n, _ := theirs.VertexCount(); g.Order() != n {
				t.Fatalf("operation %d %+v: Order %d, want %d", i, op, g.Order(), n)
			}
		}
		want := contentOf(t, theirs)
		if diff := gocmp.Diff(want, contentOf(t, ours)); diff != "" {
			t.Errorf("after all operations (-want +got):\n%s", diff)
		}
		g.Seal()
		if diff := gocmp.Diff(want, contentOf(t, ours)); diff != "" {
			t.Errorf("after Seal (-want +got):\n%s", diff)
		}
	})
}

// FuzzParseKey holds ParseKey to its form: what it reads it prints, but for
// zeros in front, and reads again.
func FuzzParseKey(f *testing.F) {
	for _, s := range []string{"deals:123", "p_cars:0", "deals:007", "deals:+5", "deals:-5", "a:b:5", "deals:9223372036854775807",
		"deals:9223372036854775808", ":5", "deals:", "deals", "", ":", "deals: 5", "deals:1_0", "deals:0x1", "Ü:1", "\xff:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		k, err := ParseKey(s)
		if err != nil {
			if k != (Key{}) {
				t.Errorf("ParseKey(%q) = %v beside an error", s, k)
			}
			return
		}
		again, err := ParseKey(k.String())
		if again != k || err != nil {
			t.Errorf("ParseKey(%q) = %v, which reads as %v, %v", s, k, again, err)
		}
		if k.ID < 0 || k.Type == "" {
			t.Errorf("ParseKey(%q) = %#v", s, k)
		}
	})
}
