package graphmodel

import "slices"

// seal renumbers the vertices in the order of their keys and lays the edges out
// in arrays.
func (s *store) seal() {
	if s.sealed {
		return
	}
	order := s.order()
	log := s.allLinks()
	s.numbers, s.pairs, s.log = nil, nil, linkLog{}
	place := make([]uint32, len(s.ids))
	for i, v := range order {
		place[v] = uint32(i)
	}
	for _, chunk := range log.chunks {
		for i, k := range chunk {
			chunk[i].pair = pair{place[k.from], place[k.to]}
		}
	}
	s.sealVertices(order)
	s.sealTargets(log)
	s.mergeLinks()
	s.sealSources()
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
	sumUp(s.ranges)
	s.typeNames, s.ids, s.kinds, s.flags, s.removed = names, ids, kinds, flags, nil
}

// sealTargets lays the links out by source, then target, by two counting sorts.
// Both keep the order in which equals came.
func (s *store) sealTargets(log linkLog) {
	ends := make([]uint32, len(s.ids)+1)
	s.starts = make([]uint32, len(s.ids)+1)
	for k := range log.all() {
		ends[k.to+1]++
		s.starts[k.from+1]++
	}
	sumUp(ends)
	sumUp(s.starts)
	byTarget := make([]uint32, log.n) // places in the log
	i := uint32(0)
	for k := range log.all() {
		byTarget[ends[k.to]] = i
		ends[k.to]++
		i++
	}
	s.targets, s.labels = make([]uint32, log.n), make([]uint32, log.n)
	next := slices.Clone(s.starts)
	for _, i := range byTarget {
		k := log.at(i)
		at := next[k.from]
		s.targets[at], s.labels[at] = k.to, k.set
		next[k.from]++
	}
}

// mergeLinks makes one edge of the links of each pair, which lie side by side in
// the order in which they came.
func (s *store) mergeLinks() {
	kept := uint32(0)
	for f := range len(s.ids) {
		first := kept
		for i, end := s.starts[f], s.starts[f+1]; i < end; kept++ {
			next := i + 1
			for next < end && s.targets[next] == s.targets[i] {
				next++
			}
			s.targets[kept], s.labels[kept] = s.targets[i], s.sets.unionOf(s.labels[i:next])
			i = next
		}
		s.starts[f] = first
	}
	s.starts[len(s.ids)] = kept
	spare := len(s.targets) - int(kept)
	s.targets, s.labels = s.targets[:kept], s.labels[:kept]
	if spare > len(s.targets)/8 { // else a copy costs more than it frees
		s.targets, s.labels = slices.Clone(s.targets), slices.Clone(s.labels)
	}
}

// sealSources lays the edges out by target, then source: the sources come in
// their order, so each row of them is sorted.
func (s *store) sealSources() {
	s.ends = make([]uint32, len(s.ids)+1)
	for _, t := range s.targets {
		s.ends[t+1]++
	}
	sumUp(s.ends)
	s.sources = make([]uint32, len(s.targets))
	next := slices.Clone(s.ends)
	for f := range uint32(len(s.ids)) {
		for _, t := range s.targets[s.starts[f]:s.starts[f+1]] {
			s.sources[next[t]] = f
			next[t]++
		}
	}
}

// sumUp turns the sizes of rows, each one place late, into where they start.
func sumUp(counts []uint32) {
	for i := 1; i < len(counts); i++ {
		counts[i] += counts[i-1]
	}
}
