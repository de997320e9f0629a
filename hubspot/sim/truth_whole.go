package sim

import (
	"slices"
	"strings"
)

// The checks whose defects follow from the records as they are, and not only from where
// something was planted.
const (
	labelWithoutDefault    = "label_without_default"
	primaryMissing         = "primary_missing"
	dealContactCompanyOpen = "deal_contact_company_open"
	domainMatchUnlinked    = "domain_match_unlinked"
	edgeRemoved            = "edge_removed"
	newlyOrphaned          = "newly_orphaned"
	massDisassociation     = "mass_disassociation"
)

// Consequences lists what else is wrong, by looking at every record: much of it follows
// from what was planted, such as a contact without its company from a company that lost
// its people. What only a comparison shows is of the last night. All records count, however
// young they are.
func (p *Portal) Consequences() []Defect {
	p.mu.RLock()
	defer p.mu.RUnlock()
	now := p.view(func(r *record) ([]link, bool) { return r.links, r.life == live })
	list := now.companiesOf(p)
	list = append(list, now.unplain(p)...)
	list = append(list, now.openTriangles()...)
	list = append(list, now.domains()...)
	if d := p.truth.dusk; d != nil {
		lives := map[*record]life{}
		for _, of := range d.records {
			for i, r := range of.records {
				lives[r] = of.lives[i]
			}
		}
		then := p.view(func(r *record) ([]link, bool) {
			links, changed := r.typ.history.dusk[r]
			if !changed {
				links = r.links
			}
			was, known := lives[r]
			return links, known && was == live
		})
		list = append(list, then.lost(now)...)
		list = append(list, then.bereft(now)...)
		list = append(list, then.masses(p, now)...)
	}
	slices.SortFunc(list, Defect.compare)
	return slices.Compact(list)
}

// view is who lists whom with which types, of records that live, under the ids of today.
type view struct {
	live  map[*record]bool
	lists map[*record]map[*record][]*associationType
	rows  map[*associationType]int // all that are listed
}

func (p *Portal) view(at func(*record) (links []link, live bool)) view {
	v := view{map[*record]bool{}, map[*record]map[*record][]*associationType{}, map[*associationType]int{}}
	for _, t := range p.types {
		for _, r := range t.sorted {
			if _, live := at(r); live {
				v.live[r.final()] = true
			}
		}
	}
	for _, t := range p.types {
		for _, r := range t.sorted {
			links, living := at(r)
			if !living {
				continue
			}
			for _, l := range links {
				v.rows[l.typ]++
				if from, to := r.final(), l.to.final(); v.live[to] && from != to {
					if v.lists[from] == nil {
						v.lists[from] = map[*record][]*associationType{}
					}
					if !slices.Contains(v.lists[from][to], l.typ) {
						v.lists[from][to] = append(v.lists[from][to], l.typ)
					}
				}
			}
		}
	}
	return v
}

// linked reports whether one of two records lists the other.
func (v view) linked(a, b *record) bool { return v.lists[a][b] != nil || v.lists[b][a] != nil }

// neighbors are the records that a record is linked with, whichever of the two lists the
// other.
func (v view) neighbors() map[*record][]*record {
	all := map[*record][]*record{}
	for from, list := range v.lists {
		for to := range list {
			all[from] = append(all[from], to)
			if v.lists[to][from] == nil {
				all[to] = append(all[to], from)
			}
		}
	}
	return all
}

func ofType(list []*record, name string) []*record {
	return slices.DeleteFunc(slices.Clone(list), func(r *record) bool { return r.typ.Name != name })
}

// primary reports whether one record is the primary one of another, as either lists it.
func (v view) primary(r, company *record) bool {
	return slices.ContainsFunc(slices.Concat(v.lists[r][company], v.lists[company][r]), (*associationType).isPrimary)
}

// companiesOf finds records with companies, none of which is the primary one.
func (v view) companiesOf(p *Portal) (list []Defect) {
	companies := p.typeOf("companies")
	for r, neighbors := range v.neighbors() {
		own := ofType(neighbors, "companies")
		if !slices.Contains([]string{"contacts", "deals", "tickets"}, r.typ.Name) || len(own) == 0 || p.primary(r.typ, companies) == nil {
			continue
		}
		if !slices.ContainsFunc(own, func(k *record) bool { return v.primary(r, k) }) {
			list = append(list, ofRecord(primaryMissing, r))
		}
	}
	return list
}

func ofRecord(check string, r *record) Defect {
	return Defect{Check: check, SubjectType: r.typ.Name, SubjectID: r.id}
}

func between(check string, a, b *record) Defect {
	if a.typ.Name < b.typ.Name || a.typ == b.typ && a.id > b.id {
		a, b = b, a
	}
	return Defect{Check: check, FromType: a.typ.Name, FromID: a.id, ToType: b.typ.Name, ToID: b.id}
}

// unplain finds records that list each other with labels only.
func (v view) unplain(p *Portal) (list []Defect) {
	for a, of := range v.lists {
		for b, types := range of {
			all := slices.Concat(types, v.lists[b][a])
			if v.lists[b][a] != nil && p.pair(a.typ, b.typ).plain() != nil && !slices.ContainsFunc(all, (*associationType).plain) {
				list = append(list, between(labelWithoutDefault, a, b))
			}
		}
	}
	return list
}

// outsiders are the labels of contacts that do not speak for the customer of a deal.
var outsiders = []string{"advisor", "agency", "consultant", "partner", "reseller"}

// openTriangles finds open deals whose contacts have one primary company between them, with
// which the deal, that has others, is not linked.
func (v view) openTriangles() (list []Defect) {
	neighbors := v.neighbors()
	for d, all := range neighbors {
		own := ofType(all, "companies")
		if d.typ.Name != "deals" || d.closed() || len(own) == 0 {
			continue
		}
		theirs := map[*record]bool{}
		for _, c := range ofType(all, "contacts") {
			label := func(t *associationType) bool { return slices.Contains(outsiders, strings.ToLower(t.label)) }
			back := func(t *associationType) bool { return t.inverse != nil && label(t.inverse) }
			if slices.ContainsFunc(v.lists[d][c], label) || slices.ContainsFunc(v.lists[c][d], back) {
				continue
			}
			for _, k := range ofType(neighbors[c], "companies") {
				if v.primary(c, k) {
					theirs[k] = true
				}
			}
		}
		for k := range theirs {
			if len(theirs) == 1 && !slices.Contains(own, k) {
				list = append(list, ofRecord(dealContactCompanyOpen, d))
			}
		}
	}
	return list
}

// domains finds contacts whose address has the domain of one company, with which they are
// not linked.
func (v view) domains() (list []Defect) {
	owners := map[string][]*record{}
	for r := range v.live {
		if domain := strings.ToLower(r.get("domain")); r.typ.Name == "companies" && domain != "" {
			owners[domain] = append(owners[domain], r)
		}
	}
	for r := range v.live {
		_, domain, _ := strings.Cut(strings.ToLower(r.get("email")), "@")
		if k := owners[domain]; r.typ.Name == "contacts" && len(k) == 1 && !v.linked(r, k[0]) {
			list = append(list, ofRecord(domainMatchUnlinked, r))
		}
	}
	return list
}

// lost finds links that neither end lists any more, of records that live then and now.
func (v view) lost(now view) (list []Defect) {
	for a, of := range v.lists {
		for b := range of {
			if now.live[a] && now.live[b] && !now.linked(a, b) {
				list = append(list, between(edgeRemoved, a, b))
			}
		}
	}
	return list
}

// needed are the object types that records of a type need.
var needed = map[string][]string{"deals": {"contacts", "companies"}, "tickets": {"contacts", "companies"}, "contacts": {"companies"}, "line_items": {"deals"}}

// bereft finds records that lost all of a type that they need.
func (v view) bereft(now view) (list []Defect) {
	neighbors := now.neighbors()
	for r, all := range v.neighbors() {
		for _, name := range needed[r.typ.Name] {
			if now.live[r] && len(ofType(all, name)) > 0 && len(ofType(neighbors[r], name)) == 0 {
				list = append(list, ofRecord(newlyOrphaned, r))
			}
		}
	}
	return list
}

// masses finds types of which at least 50 links went, and a hundredth of at least 500.
func (v view) masses(p *Portal, now view) (list []Defect) {
	removed := map[*associationType]int{}
	for a, of := range v.lists {
		for b, types := range of {
			for _, t := range types {
				if now.live[a] && now.live[b] && !slices.Contains(now.lists[a][b], t) && slices.Contains(p.pair(t.from, t.to).types, t) {
					removed[t]++
				}
			}
		}
	}
	known := p.inverses()
	for t, n := range removed {
		other := t.from.Name < t.to.Name || t.from == t.to && t.inverse != nil && t.id > t.inverse.id
		if n < 50 || v.rows[t] < 500 || 100*n < v.rows[t] || known.of(t) && removed[t.inverse] > 0 && other {
			continue
		}
		list = append(list, Defect{Check: massDisassociation, FromType: t.from.Name, ToType: t.to.Name, Category: t.category, TypeID: t.id})
	}
	return list
}
