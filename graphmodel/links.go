package graphmodel

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// pair is an ordered pair of vertices.
type pair struct{ from, to uint32 }

// link is what one call of Link says: these types are on this pair, too.
type link struct {
	pair
	set uint32
}

// chunkSize is the number of links in a chunk of the log.
const chunkSize = 1 << 16

// linkLog keeps links in the order in which they came. It grows by chunks that
// stay where they are: a slice would lie in memory twice whenever it grows, and
// a hash table takes three times the memory of the log.
type linkLog struct {
	chunks [][]link // each full but the last
	n      int
}

func (l *linkLog) add(k link) {
	if l.n%chunkSize == 0 {
		l.chunks = append(l.chunks, make([]link, 0, min(l.n, chunkSize))) // the first grows, for small graphs
	}
	last := &l.chunks[len(l.chunks)-1]
	*last = append(*last, k)
	l.n++
}

func (l *linkLog) at(i uint32) link { return l.chunks[i/chunkSize][i%chunkSize] }

func (l *linkLog) all() iter.Seq[link] {
	return func(yield func(link) bool) {
		for _, chunk := range l.chunks {
			for _, k := range chunk {
				if !yield(k) {
					return
				}
			}
		}
	}
}

// byPair moves what was logged into the map of pairs, where an edge can be found
// and changed.
func (s *store) byPair() map[pair]uint32 {
	again := map[pair][]uint32{} // of what was linked more than once: the sets
	for k := range s.log.all() {
		first, known := s.pairs[k.pair]
		switch {
		case !known:
			s.pairs[k.pair] = k.set
		case len(again[k.pair]) == 0 && first == k.set:
		case len(again[k.pair]) == 0:
			again[k.pair] = []uint32{first, k.set}
		default:
			again[k.pair] = append(again[k.pair], k.set)
		}
	}
	for p, sets := range again {
		s.pairs[p] = s.sets.unionOf(sets)
	}
	s.log = linkLog{}
	return s.pairs
}

// allLinks moves the map of pairs, if there is one, back into the log.
func (s *store) allLinks() linkLog {
	if len(s.pairs) == 0 {
		return s.log
	}
	var log linkLog
	for p, set := range s.byPair() {
		log.add(link{p, set})
	}
	return log
}

// sortedPairs lists the edges of a graph that is not sealed by the keys of their
// ends.
func (s *store) sortedPairs() []pair {
	place := make([]uint32, len(s.ids))
	for i, v := range s.order() {
		place[v] = uint32(i)
	}
	return slices.SortedFunc(maps.Keys(s.byPair()), func(a, b pair) int {
		return cmp.Or(cmp.Compare(place[a.from], place[b.from]), cmp.Compare(place[a.to], place[b.to]))
	})
}
