package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
)

// moments is the table of what was killed, and what became of it.
type moments struct {
	mu      sync.Mutex
	kills   map[string]int
	rework  map[string][]int // by the moment of the only kill of a crawl
	crawls  int
	resent  int
	several int // crawls that were killed more than once

	torn, different, beyond int
}

func (m *moments) count(n *int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	*n++
}

func (m *moments) add(killed []string, rework int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kills == nil {
		m.kills, m.rework = map[string]int{}, map[string][]int{}
	}
	for _, moment := range killed {
		m.kills[moment]++
	}
	switch {
	case len(killed) == 1:
		m.rework[killed[0]] = append(m.rework[killed[0]], rework)
	case len(killed) > 1:
		m.several++
	}
	if len(killed) > 0 {
		m.crawls++
		m.resent += rework
	}
}

// String is the table.
func (m *moments) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "killed in\tkills\tsent again after one kill, most\t")
	for _, moment := range slices.Sorted(maps.Keys(m.kills)) {
		most := "-"
		if counts := m.rework[moment]; len(counts) > 0 {
			most = fmt.Sprint(slices.Max(counts))
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t\n", moment, m.kills[moment], most)
	}
	w.Flush()
	fmt.Fprintf(&b, "%d crawls, %d of them killed more than once; %d requests sent again in all\n", m.crawls, m.several, m.resent)
	fmt.Fprintf(&b, "%d snapshots torn, %d different, %d crawls that asked for more than the bound again", m.torn, m.different, m.beyond)
	return b.String()
}
