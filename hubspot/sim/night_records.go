package sim

import (
	"slices"
	"strconv"
	"strings"
)

// removals merge records, put some into the recycle bin, and lose one for good,
// of which others go on to list it.
func (n *night) removals() {
	for range share(n.contacts, 1) {
		n.mergeTwo(n.contacts)
		n.archiveOne(n.contacts)
	}
	for _, t := range []*objectType{n.companies, n.deals} {
		n.mergeTwo(t)
		n.archiveOne(t)
	}
	n.archiveOne(n.tickets)
	n.purge(n.contacts)
	n.purge(n.lineItems)
}

// modest reports whether a record has few neighbors, all of them unused: then it
// can go without touching another change.
func (n *night) modest(r *record) bool {
	return len(r.links) <= manyNeighbors && len(r.from) == 0 && !slices.ContainsFunc(r.links, func(l link) bool { return n.used[l.to] })
}

func (n *night) archiveOne(t *objectType) {
	r := n.pick(t, n.modest)
	if r == nil {
		return
	}
	neighbors := slices.Clone(r.links)
	n.portal.archive(r, n.now)
	n.leave(r, neighbors)
}

// leave marks the neighbors that a record leaves behind; deals may have lost
// their last contact or company.
func (n *night) leave(r *record, neighbors []link) {
	n.take(r)
	for _, l := range neighbors {
		n.take(l.to)
		if l.to.typ == n.deals {
			n.portal.watchDeal(l.to)
		}
	}
}

// purge removes a record for good. Two of its neighbors still list it.
func (n *night) purge(t *objectType) {
	r := n.pick(t, func(r *record) bool { return len(r.links) > 0 && n.modest(r) })
	if r == nil {
		return
	}
	neighbors := slices.Clone(r.links)
	for i, there := range grouped(neighbors) {
		o := there[0].to
		r.drop(o, all)
		if i < 2 {
			n.portal.watchPair(o, r)
		} else {
			o.drop(r, all)
		}
	}
	r.life = absent
	n.leave(r, neighbors)
}

// arrivals are records that a day brings. Some of what their links should have
// is missing from the start.
func (n *night) arrivals() {
	p := n.portal
	for range share(n.contacts, 1) {
		name := oneOf(&n.planter, companyFirst) + " " + oneOf(&n.planter, companyLast)
		domain := strings.ToLower(strings.ReplaceAll(name, " ", "")) + strconv.Itoa(n.IntN(10_000)) + ".example"
		company := n.arrive(n.companies, map[string]string{"name": name, "domain": domain, "city": oneOf(&n.planter, cities)})
		contact := n.person(company)
		p.writeAll(contact, company, []*associationType{p.primary(n.contacts, n.companies)})
		for _, what := range [][]*record{{contact, company}, {contact}, {company}} {
			deal := n.newDeal()
			for _, r := range what {
				p.writeAll(deal, r, nil)
			}
			p.watchDeal(deal)
		}
		if known := n.pick(n.companies, anyRecord); known != nil {
			n.mislabel(n.person(known), known)
		}
	}
}

// arrive makes a record.
func (n *night) arrive(t *objectType, values map[string]string) *record {
	r := t.newRecord(0, timeOf(n.now))
	for _, name := range sortedKeys(values) {
		r.set(name, values[name])
	}
	r.set("hubspot_owner_id", n.anyOwner())
	n.take(r)
	return r
}

func (n *night) person(company *record) *record {
	first, last := oneOf(&n.planter, firstNames), oneOf(&n.planter, lastNames)
	address := strings.ToLower(first+"."+last) + strconv.Itoa(n.IntN(10_000))
	return n.arrive(n.contacts, map[string]string{"firstname": first, "lastname": last, "email": address + "@" + company.get("domain"), "lifecyclestage": "lead"})
}

// newDeal makes an open deal, in the first stage that its portal has.
func (n *night) newDeal() *record {
	values := map[string]string{"dealname": oneOf(&n.planter, products).name, "amount": strconv.Itoa(100 * (1 + n.IntN(300)))}
	for _, p := range n.deals.pipelines {
		for _, s := range p.stages {
			if s.metadata["isClosed"] != "true" && values["dealstage"] == "" {
				values["pipeline"], values["dealstage"] = p.id, s.id
			}
		}
	}
	return n.arrive(n.deals, values)
}

// mislabel links two records with a label that stands on one side only.
func (n *night) mislabel(a, b *record) {
	var labels []*associationType
	for _, t := range n.portal.pair(a.typ, b.typ).types {
		if !t.plain() && n.known.of(t) {
			labels = append(labels, t)
		}
	}
	label := oneOf(&n.planter, labels) // HubSpot's own are always there
	n.portal.writeAll(a, b, []*associationType{label})
	n.unmirror(a, b, label)
}
