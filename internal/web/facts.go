// Package web makes pages for people to look at: the report of a night as one file that
// asks for nothing. What is foreign is text there, and never markup.
package web

import (
	"time"

	"hubgraph/queries"
)

// Facts are what the report says beside what the audit found. The zero value is that of an
// audit whose nights are gone.
type Facts struct {
	Live     bool            // the page is the explorer's: records have pages there
	Gone     string          // why nothing of the rest is known; empty: it is
	Missing  []string        // other parts that the page cannot have, and why
	Fresh    map[string]bool // fingerprints of the findings that the audit brought
	Catalog  []queries.Check // of the results, those that this hubgraph has
	Nights   []time.Time     // starts of the newest audited nights, oldest first
	Results  map[string][]*int64
	Coverage []Cell
	Gaps     []Gap // the first ones
	AllGaps  int64
	Counts   []queries.DiffCount  // what the two nights differ in
	Changed  []queries.Difference // in definitions of association types, the first ones
	Map      []byte               // SVG; nil: none could be drawn
	Pictures map[string][]byte    // SVG, by fingerprint
}

// Cell is what was asked of a part of the portal, and what was answered.
type Cell struct {
	Kind, From, To             string // To is empty where Kind is objects
	Requested, Received, Empty int64
	Failed, Unread, Unreadable int64
	Complete                   bool
	Verified                   *bool // nil: there is nothing to hold it against
	Verdict, Reason            string
}

// Gap is what was not read.
type Gap struct {
	Kind, From, To string
	ID             *int64
	Reason         string
}

const (
	// MostNights is how many nights a check's history shows.
	MostNights = 30
	// MostGaps is how many gaps are named one by one.
	MostGaps = 100
	// MostChanged is how many changed definitions are.
	MostChanged = 200
)
