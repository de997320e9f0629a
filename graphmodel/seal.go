package graphmodel

import "slices"

// seal renumbers the vertices in the order of their keys and lays the edges out
// in arrays, by counting sort: once by target for the sources of each vertex,
// once by source for its targets.
func (s *store) seal() {
	if s.sealed {
		return
	}
	order := s.order()
	place := make([]uint32, len(s.ids))
	for i, v := range order {
		place[v] = uint32(i)
	}
	pairs := make([]uint64, 0, len(s.pairs))
	sets := make([]uint32, 0, len(s.pairs))
	for pair, set := range s.pairs {
		pairs = append(pairs, uint64(place[pair>>32])<<32|uint64(place[uint32(pair)]))
		sets = append(sets, set)
	}
	s.pairs, s.numbers = nil, nil
	s.sealVertices(order)
	n := len(order)

	// By target: the vertices that link to each one, in no order yet.
	s.ends = offsets(n, pairs, func(p uint64) uint32 { return uint32(p) })
	byTarget := make([]uint32, len(pairs)) // index into pairs
	scatter(s.ends, byTarget, pairs, func(p uint64) uint32 { return uint32(p) })
	// By source, taken in the order of targets, so that each row is sorted.
	s.starts = offsets(n, pairs, func(p uint64) uint32 { return uint32(p >> 32) })
	s.targets = make([]uint32, len(pairs))
	s.labels = make([]uint32, len(pairs))
	next := slices.Clone(s.starts)
	for _, i := range byTarget {
		at := &next[pairs[i]>>32]
		s.targets[*at], s.labels[*at] = uint32(pairs[i]), sets[i]
		*at++
	}
	// Now that sources come in order, so do the rows of sources.
	s.sources = byTarget
	copy(next, s.ends)
	for f := range uint32(n) {
		for _, t := range s.targets[s.starts[f]:s.starts[f+1]] {
			s.sources[next[t]] = f
			next[t]++
		}
	}
	s.sealed = true
}

// sealVertices puts the vertices into their order.
func (s *store) sealVertices(order []uint32) {
	ids, kinds, flags := make([]int64, len(order)), make([]uint16, len(order)), make([]uint8, len(order))
	ranks := s.typeRanks()
	names := make([]string, len(ranks))
	for kind, rank := range ranks {
		names[rank] = s.typeNames[kind]
		s.typeIndex[s.typeNames[kind]] = rank
	}
	s.ranges = make([]uint32, len(ranks)+1)
	for i, v := range order {
		ids[i], kinds[i], flags[i] = s.ids[v], ranks[s.kinds[v]], s.flags[v]
		s.ranges[kinds[i]+1]++
	}
	for i := 1; i < len(s.ranges); i++ {
		s.ranges[i] += s.ranges[i-1]
	}
	s.typeNames, s.ids, s.kinds, s.flags, s.removed = names, ids, kinds, flags, nil
}

// offsets counts the pairs of each vertex and sums the counts up.
func offsets(n int, pairs []uint64, end func(uint64) uint32) []uint32 {
	starts := make([]uint32, n+1)
	for _, p := range pairs {
		starts[end(p)+1]++
	}
	for v := range n {
		starts[v+1] += starts[v]
	}
	return starts
}

// scatter puts the index of each pair into the row of its vertex.
func scatter(starts, rows []uint32, pairs []uint64, end func(uint64) uint32) {
	next := slices.Clone(starts)
	for i, p := range pairs {
		at := &next[end(p)]
		rows[*at] = uint32(i)
		*at++
	}
}
