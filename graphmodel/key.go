package graphmodel

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// Key names a record: its object type and its id, unique within a portal.
type Key struct {
	Type string // HubSpot's plural name, or p_NAME for a custom object
	ID   int64
}

// Compare orders keys by type, then by id.
func (k Key) Compare(l Key) int {
	return cmp.Or(strings.Compare(k.Type, l.Type), cmp.Compare(k.ID, l.ID))
}

// String gives the form that ParseKey reads, where the id is not negative:
// "deals:123".
func (k Key) String() string { return k.Type + ":" + strconv.FormatInt(k.ID, 10) }

// ParseKey reads a record as people write it, "deals:123". It does not know
// which object types there are.
func ParseKey(s string) (Key, error) {
	typ, id, _ := strings.Cut(s, ":")
	n, err := strconv.ParseUint(id, 10, 63)
	if typ == "" || err != nil {
		return Key{}, fmt.Errorf("%q is no record: write it as TYPE:ID, such as deals:123", s)
	}
	return Key{typ, int64(n)}, nil
}
