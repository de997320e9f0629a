package crawl

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"hubgraph/hubspot"
)

// DefaultTypes are the standard object types of a crawl for which none are
// named; every custom object of the portal joins them.
var DefaultTypes = []string{"contacts", "companies", "deals", "tickets", "line_items"}

// From which side the associations of two object types are read.
const (
	// Both reads them from either side: only so can a missing inverse be seen.
	Both = "both"
	// Smaller reads them from the side with fewer records, which takes far fewer
	// calls. The other direction is out of scope.
	Smaller = "smaller"
)

// Scope is what a crawl is asked to read.
type Scope struct {
	// Types are object types by any word that names one; none means DefaultTypes
	// and all custom objects.
	Types []string
	// Properties are asked for beside those that the checks need, by object type.
	Properties map[string][]string
	// Needed are asked for and kept, too, by the names of object types: what those need who
	// judge the snapshot, beside what becomes columns. Types that are not read do not matter,
	// and neither do properties that a type does not have.
	Needed map[string][]string
	// Directions is Both or Smaller; "" means Both.
	Directions string
	// Owners has the names of the portal's users read to whom records belong. They are
	// people: nothing is asked about them otherwise.
	Owners bool

	resolved bool // types are named by their ids, and properties as the portal does
}

// Hash identifies the object types and directions that were asked for. Of a scope
// that was resolved it does not matter by which words.
func (s Scope) Hash() string {
	sum := sha256.Sum256([]byte(s.types()))
	return hex.EncodeToString(sum[:8])
}

// text says all that a scope is: of equal ones the same.
func (s Scope) text() string {
	text := s.types()
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		text += ";" + name + "=" + strings.Join(slices.Sorted(slices.Values(s.Properties[name])), ",")
	}
	for _, name := range slices.Sorted(maps.Keys(s.Needed)) {
		text += ";needed " + name + "=" + strings.Join(slices.Sorted(slices.Values(s.Needed[name])), ",")
	}
	if s.Owners {
		text += ";owners"
	}
	return text
}

// types says which object types are read, and in which directions.
func (s Scope) types() string {
	types := slices.Clone(s.Types)
	for i, name := range types {
		if t, ok := hubspot.StandardType(name); ok {
			types[i] = t.Name
		}
	}
	slices.Sort(types)
	return "types=" + strings.Join(slices.Compact(types), ",") + ";directions=" + cmp.Or(s.Directions, Both)
}

// Check finds what cannot be in a scope, before anything is asked of a portal.
func (s Scope) Check() error {
	switch s.Directions {
	case "", Both, Smaller:
		return nil
	}
	return fmt.Errorf("associations cannot be read in the directions %q: choose %s or %s", s.Directions, Both, Smaller)
}
