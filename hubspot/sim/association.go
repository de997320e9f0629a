package sim

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"hubgraph/hubspot"
)

// associationType is an association type of an ordered pair of object types.
type associationType struct {
	from, to *objectType
	category string
	id       int
	name     string // internal name
	label    string // "" of the plain type
	inverse  *associationType
	primary  bool  // of a record's one primary company, or a lead's one primary record
	parent   bool  // of a company's one parent: child to parent
	order    int   // within the pair
	max      int   // most records at the other end that a user allows; 0: not set
	born     int64 // when a request made it, in milliseconds since 1970; 0: it came with the portal
	json     []byte
}

// plain reports whether t is the unlabelled type of its pair.
func (t *associationType) plain() bool { return t.label == "" }

// single reports whether a record can have t towards one record only.
func (t *associationType) single() bool { return t.primary || t.parent }

// pair is an ordered pair of object types with its association types.
type pair struct {
	from, to *objectType
	types    []*associationType
}

// plain is the pair's unlabelled type; nil where the pair has none.
func (p *pair) plain() *associationType {
	for _, t := range p.types {
		if t.plain() {
			return t
		}
	}
	return nil
}

// find finds a type by category and id.
func (p *pair) find(category string, id int) *associationType {
	for _, t := range p.types {
		if t.id == id && t.category == category {
			return t
		}
	}
	return nil
}

// pair finds the association types from one object type to another; there may be
// none.
func (p *Portal) pair(from, to *objectType) *pair {
	if of := p.pairs[[2]*objectType{from, to}]; of != nil {
		return of
	}
	return &pair{from: from, to: to}
}

// add defines an association type. Its place in the pair is its place in every
// answer of the labels endpoint.
func (p *Portal) add(t *associationType) *associationType {
	if t.name == "" {
		t.name = t.ownName()
	}
	of := p.pair(t.from, t.to)
	p.pairs[[2]*objectType{t.from, t.to}] = of
	if n := len(of.types); t.order == 0 {
		t.order = 1
		if n > 0 {
			t.order = max(t.order, of.types[n-1].order+1)
		}
	}
	at, _ := slices.BinarySearchFunc(of.types, t.order, func(o *associationType, order int) int { return cmp.Compare(o.order, order) })
	of.types = slices.Insert(of.types, at, t)
	t.render()
	return t
}

// ownName is the internal name of a type that was given none: of a label one
// such as HubSpot makes of the text, of a plain association the object types.
func (t *associationType) ownName() string {
	if name := internalName(t.label); name != "" {
		return name
	}
	return strings.TrimPrefix(t.from.Singular, "p_") + "_to_" + strings.TrimPrefix(t.to.Singular, "p_")
}

// rename gives a type another text.
func (t *associationType) rename(label string) {
	t.label = label
	t.render()
}

// render prepares the type as batch reads write it.
func (t *associationType) render() {
	label := []byte("null")
	if t.label != "" {
		label = quoteJSON(t.label)
	}
	t.json = slices.Concat([]byte(`{"category":"`), []byte(t.category), []byte(`","typeId":`), appendInt(nil, int64(t.id)), []byte(`,"label":`), label, []byte(`}`))
}

// defineDocumented defines HubSpot's own association types.
func (p *Portal) defineDocumented() {
	byID := map[int]*associationType{}
	for _, d := range hubspot.DocumentedTypes() {
		from, to := p.typeOf(d.From), p.typeOf(d.To)
		if from == nil || to == nil || d.Source != "docs" {
			continue // of legacy engagements, or vouched for by client libraries alone
		}
		t := p.add(&associationType{from: from, to: to, category: hubspot.HubSpotDefined, id: d.TypeID, label: d.Label,
			name: documentedName(d), primary: d.Kind == "primary" && (d.To == "companies" || d.From == "leads"), parent: d.Kind == "child_to_parent"})
		byID[d.TypeID] = t
	}
	for _, d := range hubspot.DocumentedTypes() {
		if t := byID[d.TypeID]; t != nil {
			t.inverse = byID[d.Inverse] // nil where HubSpot lists none
		}
	}
}

// documentedName is the name that a schema gives to one of HubSpot's own types,
// such as CONTACT_TO_COMPANY. That one is the primary company's: HubSpot's oldest
// types were made before there were labels, and where one of them is a primary
// one, the plain type is CONTACT_TO_COMPANY_UNLABELED.
func documentedName(d hubspot.DocumentedType) string {
	from, _ := hubspot.StandardType(d.From)
	to, _ := hubspot.StandardType(d.To)
	name := from.Singular + "_to_" + to.Singular
	switch {
	case d.Kind == "default" && primaryPairs()[[2]string{d.From, d.To}]:
		name += "_unlabeled"
	case d.Kind == "default" || d.Kind == "primary":
	case d.From == d.To: // parent_to_child_company
		name = d.Kind + "_" + to.Singular
	case strings.HasSuffix(d.Kind, from.Singular): // billing_contact_to_company
		name = d.Kind + "_to_" + to.Singular
	default:
		name = from.Singular + "_to_" + d.Kind
	}
	return strings.ToUpper(name)
}

// primaryPairs are the pairs of object types with a primary type, in both
// directions.
var primaryPairs = sync.OnceValue(func() map[[2]string]bool {
	pairs := map[[2]string]bool{}
	for _, d := range hubspot.DocumentedTypes() {
		if d.Kind == "primary" {
			pairs[[2]string{d.From, d.To}] = true
			pairs[[2]string{d.To, d.From}] = true
		}
	}
	return pairs
})

// definition names one side of a pair of association types.
type definition struct {
	category string
	id       int    // 0: the next free one
	name     string // "": the type's own
	label    string
}

// define makes the two types of a label, or of a plain association between a
// custom object and another type. Where the object types and texts are equal
// and no second id is given, the label is its own inverse.
func (p *Portal) define(from, to *objectType, there, back definition) *associationType {
	t := p.add(&associationType{from: from, to: to, category: there.category, id: p.typeID(there.id), name: there.name, label: there.label})
	if from == to && there.label == back.label && (back.id == 0 || back.id == t.id) {
		t.inverse = t
		return t
	}
	t.inverse = p.add(&associationType{from: to, to: from, category: back.category, id: p.typeID(back.id), name: there.name, label: back.label})
	t.inverse.inverse = t
	if !t.plain() {
		t.inverse.name = t.name // a label has one name for both directions
	}
	return t
}

// typeID gives out ids for USER_DEFINED types. They count from 1, so that they
// collide with HubSpot's own.
func (p *Portal) typeID(id int) int {
	if id == 0 {
		id = p.nextType
	}
	p.nextType = max(p.nextType, id+1)
	return id
}

// undefine removes a type and its inverse, and every row of either.
func (p *Portal) undefine(t *associationType) {
	gone := func(o *associationType) bool { return o == t || o == t.inverse }
	p.remove(p.pair(t.from, t.to), gone)
	p.remove(p.pair(t.to, t.from), gone)
}

// remove takes types out of a pair, and their rows with them.
func (p *Portal) remove(of *pair, gone func(*associationType) bool) {
	if !slices.ContainsFunc(of.types, gone) {
		return
	}
	ofGone := func(l link) bool { return gone(l.typ) }
	for _, r := range of.from.sorted {
		if slices.ContainsFunc(r.towards(of.to), ofGone) {
			r.remember()
			r.links = slices.DeleteFunc(r.links, ofGone)
		}
	}
	of.types = slices.DeleteFunc(of.types, gone)
}
