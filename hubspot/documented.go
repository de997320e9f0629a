package hubspot

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

// HubSpotDefined and the other categories say who defined an association type.
// A type id is unique only together with its category and the ordered pair of
// object types.
const (
	HubSpotDefined    = "HUBSPOT_DEFINED"
	UserDefined       = "USER_DEFINED"
	IntegratorDefined = "INTEGRATOR_DEFINED"
	Work              = "WORK"
)

// DocumentedType is one of HubSpot's own association types for an ordered pair
// of object types.
type DocumentedType struct {
	From, To string // object type names, as in ObjectType.Name
	TypeID   int
	// Kind is "default" for the plain, unlabelled association; else "primary",
	// "parent_to_child", "child_to_parent" or the name of the role.
	Kind string
	// Label is the text that portals show, empty for the plain association.
	Label string
	// Inverse is the type id that the same association carries when it is read
	// from the other end; 0 where HubSpot lists none.
	Inverse int
	// Source is "docs" for the table in HubSpot's guide "Associate records"
	// (read 2026-03-30), "clients" for types that only the enumerations of
	// HubSpot's Node and PHP client libraries name.
	Source string
}

//go:embed association_types.tsv
var documentedTSV string

// DocumentedTypes returns the association types that HubSpot documents, ordered
// by type id. HubSpot states no inverses; they follow from the row with the two
// object types swapped and the same kind, and every one of them is the
// neighbouring id or the id itself. A portal's own answer wins over this table.
var DocumentedTypes = sync.OnceValue(func() []DocumentedType {
	lines := strings.Split(strings.TrimSpace(documentedTSV), "\n")[1:]
	types := make([]DocumentedType, 0, len(lines))
	for n, line := range lines {
		f := strings.Split(line, "\t")
		id, err := strconv.Atoi(f[2])
		if err != nil {
			panic(fmt.Sprintf("association_types.tsv line %d: type id %q", n+2, f[2]))
		}
		inverse, _ := strconv.Atoi(f[5]) // empty where none is listed
		types = append(types, DocumentedType{From: f[0], To: f[1], TypeID: id, Kind: f[3], Label: f[4], Inverse: inverse, Source: f[6]})
	}
	return types
})
