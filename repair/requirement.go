package repair

import (
	"fmt"
	"slices"

	"hubgraph/graphmodel"
)

// What a requirement can say.
const (
	IsLive    = "live"    // the record lives: neither archived nor merged away
	HasType   = "has"     // the pair has the type; without a type: any
	LacksType = "lacks"   // the pair lacks the type; without a type: has none at all; without records: no type has the label
	IsVacant  = "vacant"  // no other record of ToType than ToID has the type of the record
	IsBelow   = "below"   // the record has fewer than Limit records of ToType (with the type; without one: at all); without a record: all records together
	HasOnly   = "only"    // the requirements of one pair of ends together list all that the portal has
	IsAmong   = "among"   // the requirements of one record together list all records of ToType that it may list, whether it does or not; with types, those of one pair of ends all types
	IsDefined = "defined" // the type is defined from Type to ToType, with this label; null: with none
)

// Requirement is what has to be true of the portal just before an operation is
// sent. Which keys are used follows from That; the others are null.
type Requirement struct {
	That     string  `json:"that"`
	Type     *string `json:"type"`
	ID       *int64  `json:"id"`
	ToType   *string `json:"to_type"`
	ToID     *int64  `json:"to_id"`
	Category *string `json:"category"`
	TypeID   *int32  `json:"type_id"`
	Label    *string `json:"label"`
	Limit    *int64  `json:"limit"`
}

func about(that string, k graphmodel.Key) Requirement {
	return Requirement{That: that, Type: &k.Type, ID: &k.ID}
}

// ofPair demands something of what one record lists of another. What it is given is pointed
// to, and must not change.
func ofPair(that string, from, to *graphmodel.Key, t *Type) Requirement {
	return Requirement{That: that, Type: &from.Type, ID: &from.ID, ToType: &to.Type, ToID: &to.ID}.of(t)
}

func (r Requirement) towards(typ string, id int64) Requirement {
	r.ToType, r.ToID = &typ, &id
	return r
}

func (r Requirement) of(t *Type) Requirement {
	if t != nil {
		r.Category, r.TypeID = &t.Category, &t.TypeID
	}
	return r
}

// Live demands that a record lives.
func Live(k graphmodel.Key) Requirement { return about(IsLive, k) }

// Has demands that one record lists another with a type; nil: with any.
func Has(from, to graphmodel.Key, t *Type) Requirement {
	return ofPair(HasType, &from, &to, t)
}

// Lacks demands that one record does not list another with a type; nil: not at all.
func Lacks(from, to graphmodel.Key, t *Type) Requirement {
	return ofPair(LacksType, &from, &to, t)
}

// Vacant demands that a record has a type, which it can have once, towards no
// other record than to.
func Vacant(from, to graphmodel.Key, t Type) Requirement {
	return ofPair(IsVacant, &from, &to, &t)
}

// Below demands that a record has fewer than limit records of a type of objects,
// with an association type; nil: at all.
func Below(k graphmodel.Key, toType string, t *Type, limit int64) Requirement {
	r := about(IsBelow, k).of(t)
	r.ToType, r.Limit = &toType, &limit
	return r
}

// OnlyTypes demands that one record lists another with exactly these types, of
// which there is at least one.
func OnlyTypes(from, to graphmodel.Key, types ...Type) []Requirement {
	var list []Requirement
	for _, t := range types {
		list = append(list, about(HasOnly, from).towards(to.Type, to.ID).of(&t))
	}
	return list
}

// OnlyRecords demands that a record lists exactly these records of a type of
// objects; without any: none.
func OnlyRecords(k graphmodel.Key, toType string, ids ...int64) []Requirement {
	if len(ids) == 0 {
		r := about(HasOnly, k)
		r.ToType = &toType
		return []Requirement{r}
	}
	var list []Requirement
	for _, id := range ids {
		list = append(list, about(HasOnly, k).towards(toType, id))
	}
	return list
}

// AmongTypes demands that one record lists another with no types but these; without any: not
// at all.
func AmongTypes(from, to graphmodel.Key, types ...Type) []Requirement {
	if len(types) == 0 {
		return []Requirement{Lacks(from, to, nil)}
	}
	var list []Requirement
	for _, t := range types {
		list = append(list, ofPair(IsAmong, &from, &to, &t))
	}
	return list
}

// AmongRecords demands that a record lists no records of a type of objects but these.
func AmongRecords(k graphmodel.Key, toType string, ids ...int64) []Requirement {
	var list []Requirement
	for _, id := range ids {
		list = append(list, about(IsAmong, k).towards(toType, id))
	}
	return list
}

// Unlabelled demands that no association type from one object type to another has a label.
func Unlabelled(fromType, toType, label string) Requirement {
	return Requirement{That: LacksType, Type: &fromType, ToType: &toType, Label: &label}
}

// Carried demands that fewer than limit associations from one object type to another carry a
// type.
func Carried(fromType, toType string, t Type, limit int64) Requirement {
	r := Requirement{That: IsBelow, Type: &fromType, ToType: &toType, Limit: &limit}
	return r.of(&t)
}

// Defined demands that a type is defined for an ordered pair of object types,
// with a label; nil: without.
func Defined(fromType, toType string, t Type, label *string) Requirement {
	r := Requirement{That: IsDefined, Type: &fromType, ToType: &toType, Label: label}
	return r.of(&t)
}

func (r Requirement) record() graphmodel.Key { return graphmodel.Key{Type: *r.Type, ID: *r.ID} }
func (r Requirement) other() graphmodel.Key  { return graphmodel.Key{Type: *r.ToType, ID: *r.ToID} }
func (r Requirement) list() list             { return list{r.record(), *r.ToType} }

// typ is the association type, nil where none is named.
func (r Requirement) typ() *Type {
	if r.Category == nil {
		return nil
	}
	return &Type{*r.Category, *r.TypeID}
}

// complete says what a requirement lacks.
func (r Requirement) complete() error {
	need := map[string][]bool{
		IsLive:    {r.ID != nil},
		HasType:   {r.ID != nil, r.ToType != nil, r.ToID != nil},
		LacksType: {r.ToType != nil, r.ID != nil && r.ToID != nil || r.ID == nil && r.ToID == nil && r.Label != nil},
		IsVacant:  {r.ID != nil, r.ToType != nil, r.ToID != nil, r.Category != nil},
		IsBelow:   {r.ToType != nil, r.Limit != nil, r.ID != nil || r.Category != nil},
		HasOnly:   {r.ID != nil, r.ToType != nil, r.ToID != nil || r.Category == nil},
		IsAmong:   {r.ID != nil, r.ToType != nil, r.ToID != nil},
		IsDefined: {r.ToType != nil, r.Category != nil},
	}
	keys, known := need[r.That]
	switch {
	case !known:
		return fmt.Errorf("%q is no requirement", r.That)
	case slices.Contains(keys, false), r.Type == nil, (r.Category == nil) != (r.TypeID == nil):
		return fmt.Errorf("the requirement %q lacks a part", r.That)
	}
	return nil
}

// vacuous says which operation could be sent without its facts being looked at:
// it must demand that both ends live, that each of its types is defined, and
// something of what its records list. They are numbered in their order, by which results
// and the journal name them.
func (p *Plan) vacuous() error {
	for i, op := range p.Operations {
		if op.N != i+1 {
			return fmt.Errorf("operation %d has the number %d", i+1, op.N)
		}
		if err := op.vacuous(); err != nil {
			return fmt.Errorf("operation %d %w", op.N, err)
		}
	}
	return nil
}

func (o Operation) vacuous() error {
	switch {
	case o.Action == Define:
		return o.undefined()
	case o.Action != Add && o.Action != Remove:
		return fmt.Errorf("has the action %q, which is not known", o.Action)
	case !slices.Contains(Classes(), o.Class):
		return fmt.Errorf("has the class %q, which is not known", o.Class)
	case len(o.Types) == 0:
		return fmt.Errorf("names no association types")
	}
	demanded := map[string]bool{}
	for _, r := range o.Require {
		if err := r.complete(); err != nil {
			return fmt.Errorf("cannot be judged: %w", err)
		}
		if r.That != IsDefined && r.ID == nil {
			return fmt.Errorf("cannot be judged: the requirement %q names no record", r.That)
		}
		switch r.That {
		case IsLive:
			demanded[r.record().String()] = true
		case IsDefined:
			demanded[fmt.Sprint(*r.Type, *r.ToType, *r.typ())] = true
		case HasType, LacksType, HasOnly:
			demanded["links"] = true
		}
	}
	for _, end := range []graphmodel.Key{o.ends().from, o.ends().to} {
		if !demanded[end.String()] {
			return fmt.Errorf("does not demand that %s lives", end)
		}
	}
	for _, t := range o.Types {
		if !demanded[fmt.Sprint(o.FromType, o.ToType, t)] {
			return fmt.Errorf("does not demand that %s is defined", t)
		}
	}
	if !demanded["links"] {
		return fmt.Errorf("demands nothing of what its records list")
	}
	return nil
}
