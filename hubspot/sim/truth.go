package sim

import (
	"cmp"
	"slices"
	"strings"
)

// Defect is something that is wrong in a portal on purpose, with the check that
// has to find it. What names it are the identity columns of that check's
// findings; of an association that is listed on one record only, FromType and
// FromID are that record.
type Defect struct {
	Check       string `json:"check"`
	SubjectType string `json:"subject_type,omitempty"`
	SubjectID   int64  `json:"subject_id,omitempty"`
	FromType    string `json:"from_type,omitempty"`
	FromID      int64  `json:"from_id,omitempty"`
	ToType      string `json:"to_type,omitempty"`
	ToID        int64  `json:"to_id,omitempty"`
	Category    string `json:"category,omitempty"`
	TypeID      int    `json:"type_id,omitempty"`
}

func (d Defect) compare(e Defect) int {
	return cmp.Or(strings.Compare(d.Check, e.Check),
		strings.Compare(d.SubjectType, e.SubjectType), cmp.Compare(d.SubjectID, e.SubjectID),
		strings.Compare(d.FromType, e.FromType), cmp.Compare(d.FromID, e.FromID),
		strings.Compare(d.ToType, e.ToType), cmp.Compare(d.ToID, e.ToID),
		strings.Compare(d.Category, e.Category), cmp.Compare(d.TypeID, e.TypeID))
}

// The checks that defects are planted for.
const (
	dealFullyOrphaned     = "deal_fully_orphaned"
	dealWithoutContact    = "deal_without_contact"
	dealWithoutCompany    = "deal_without_company"
	inversePairMissing    = "inverse_pair_missing"
	inverseLabelMissing   = "inverse_label_missing"
	edgeEndpointAbsent    = "edge_endpoint_absent"
	definitionChanged     = "association_definition_changed"
	associationRelabelled = "edge_label_changed"
)

// truth is where things were done to a portal on purpose. It holds the places
// and not the defects: what is wrong there is looked at anew each time, because
// writes mend things, and because records are archived and merged.
type truth struct {
	deals   []*record                 // that lost contacts or companies
	pairs   [][2]*record              // of which rows were taken away or made up
	nights  int                       // that have passed
	dusk    *dusk                     // before the last of them; nil where none has passed
	learned map[*associationType]bool // types whose inverse the links showed once
}

// Truth lists the defects that are in the portal now, ordered by check and by
// what they are about. Those that only a comparison shows are those of the last
// night: what has changed since it began.
func (p *Portal) Truth() []Defect {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.defects()
}

func (p *Portal) defects() []Defect {
	list := []Defect{}
	listedBy := p.listedBy()
	for _, r := range p.truth.deals {
		list = append(list, p.dealDefects(r, listedBy)...)
	}
	known := p.inverses()
	for _, ends := range p.truth.pairs {
		list = append(list, pairDefects(ends[0], ends[1], known)...)
		list = append(list, pairDefects(ends[1], ends[0], known)...)
	}
	if p.truth.dusk != nil {
		list = append(list, p.drift(p.truth.dusk)...)
	}
	slices.SortFunc(list, Defect.compare)
	return slices.Compact(list)
}

// final is the record that a merged one ended in, or the record itself.
func (r *record) final() *record {
	for r.life == merged {
		r = r.into
	}
	return r
}

// dealDefects lists what a deal lacks: contacts and companies that live, whichever of
// the two lists the other. Of closed deals it counts only where they lack everything.
func (p *Portal) dealDefects(r *record, listedBy map[*record][]*record) []Defect {
	if r = r.final(); r.life != live || r.typ.Name != "deals" {
		return nil
	}
	has := func(name string) bool {
		t := p.typeOf(name)
		return r.lists(t) || slices.ContainsFunc(listedBy[r], func(o *record) bool { return o.typ == t })
	}
	contact, company := has("contacts"), has("companies")
	d := Defect{SubjectType: r.typ.Name, SubjectID: r.id}
	switch {
	case !contact && !company:
		d.Check = dealFullyOrphaned
	case r.closed():
		return nil
	case !contact:
		d.Check = dealWithoutContact
	case !company:
		d.Check = dealWithoutCompany
	default:
		return nil
	}
	return []Defect{d}
}

// lists reports whether a record lists one of a type that lives, if only under an id that
// was merged away.
func (r *record) lists(t *objectType) bool {
	return slices.ContainsFunc(r.towards(t), func(l link) bool { return l.to.final().life == live })
}

// listedBy are the live records that list a record, where one of the two may not list the
// other.
func (p *Portal) listedBy() map[*record][]*record {
	list := map[*record][]*record{}
	for _, ends := range p.truth.pairs {
		a, b := ends[0].final(), ends[1].final()
		for _, way := range [][2]*record{{a, b}, {b, a}} {
			if from, to := way[0], way[1]; from.life == live && len(from.listing(to)) > 0 {
				list[to] = append(list[to], from)
			}
		}
	}
	return list
}

// listing are the links by which a record lists another, under whichever of its ids.
func (r *record) listing(o *record) []link {
	if len(o.from) == 0 {
		return r.between(o)
	}
	return slices.DeleteFunc(slices.Clone(r.towards(o.typ)), func(l link) bool { return l.to.final() != o })
}

// closed reports whether a deal is in a stage that its pipeline calls closed, or
// where there is no such stage, says of itself that it is closed.
func (r *record) closed() bool {
	if s := r.stage(); s != nil {
		return strings.EqualFold(s.metadata["isClosed"], "true")
	}
	return r.get(isClosed) == "true"
}

// pairDefects lists what is wrong with that which one record lists of another.
func pairDefects(from, to *record, known *inverses) []Defect {
	if from = from.final(); from.life != live || from == to.final() {
		return nil
	}
	d := Defect{FromType: from.typ.Name, FromID: from.id, ToType: to.typ.Name, ToID: to.id}
	var list []Defect
	add := func(check string, t *associationType) {
		e := d
		e.Check = check
		if t != nil {
			e.Category, e.TypeID = t.category, t.id
		}
		list = append(list, e)
	}
	if to.final().life == absent || to.life == merged && to.final().life != live {
		for _, l := range from.between(to) {
			add(edgeEndpointAbsent, l.typ)
		}
		return list
	}
	to = to.final()
	d.ToID = to.id
	there, back := from.listing(to), to.listing(from)
	switch {
	case to.life != live || len(there) == 0:
	case len(back) == 0:
		add(inversePairMissing, nil)
	default:
		for _, l := range there {
			if known.of(l.typ) && !slices.ContainsFunc(back, func(m link) bool { return m.typ == l.typ.inverse }) {
				add(inverseLabelMissing, l.typ)
			}
		}
	}
	return list
}
