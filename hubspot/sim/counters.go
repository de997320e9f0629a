package sim

import (
	"slices"
	"strconv"
)

// linked is what HubSpot itself keeps of a record's associations among its properties: the
// primary company of a contact, and how many contacts and deals a record has. What a
// portal's text says of them goes before: it may lag. Empty where there is none.
func (r *record) linked(name string) string {
	switch {
	case r.typ.Name == "contacts" && name == "associatedcompanyid":
		for _, l := range r.links {
			if l.typ.primary && l.to.typ.Name == "companies" {
				return strconv.FormatInt(l.to.final().id, 10)
			}
		}
	case r.typ.Name != "contacts" && name == "num_associated_contacts":
		return r.count("contacts")
	case r.typ.Name != "deals" && name == "num_associated_deals":
		return r.count("deals")
	}
	return ""
}

// count is how many live records of a type a record lists; empty for none.
func (r *record) count(typ string) string {
	var ids []int64
	for _, l := range r.links {
		if to := l.to.final(); to.typ.Name == typ && to.life == live {
			ids = append(ids, to.id)
		}
	}
	slices.Sort(ids)
	if n := len(slices.Compact(ids)); n > 0 {
		return strconv.Itoa(n)
	}
	return ""
}
