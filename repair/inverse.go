package repair

import (
	"sync"

	"hubgraph/hubspot"
)

// directed is an association type of an ordered pair of object types.
type directed struct {
	from, to string
	Type
}

// documented are HubSpot's own types.
var documented = sync.OnceValue(func() map[directed]hubspot.DocumentedType {
	all := map[directed]hubspot.DocumentedType{}
	for _, t := range hubspot.DocumentedTypes() {
		all[directed{t.From, t.To, Type{hubspot.HubSpotDefined, int32(t.TypeID)}}] = t
	}
	return all
})

// single reports whether a record can have a type towards one other record only, so
// that writing it takes it away from another: its primary company, a lead's primary contact,
// a company's parent.
func single(from, to string, t Type) bool {
	d := documented()[directed{from, to, t}]
	return d.Kind == "child_to_parent" || d.Kind == "primary" && (d.To == "companies" || d.From == "leads")
}

// inverses finds inverse types as the plan's day knew them, and else as HubSpot
// documents them.
func (p *Plan) inverses() func(from, to string, t Type) (Type, bool) {
	return inversesOf(p.Definitions)
}

func inversesOf(definitions []Definition) func(from, to string, t Type) (Type, bool) {
	known := make(map[directed]*Type, len(definitions))
	for _, d := range definitions {
		key := directed{d.FromType, d.ToType, Type{d.Category, d.TypeID}}
		known[key] = nil
		if d.InverseCategory != nil && d.InverseTypeID != nil {
			known[key] = &Type{*d.InverseCategory, *d.InverseTypeID}
		}
	}
	return func(from, to string, t Type) (Type, bool) {
		key := directed{from, to, t}
		if inverse, said := known[key]; said {
			if inverse == nil {
				return Type{}, false
			}
			return *inverse, true
		}
		d := documented()[key]
		return Type{hubspot.HubSpotDefined, int32(d.Inverse)}, d.Inverse != 0
	}
}
