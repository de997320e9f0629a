package sim

import "slices"

// associations links the records as the API does: each with its inverse and the
// plain type. Every live deal has a contact and a company.
func (g *generator) associations() {
	companies := g.companies.liveRecords()
	g.employments(companies)
	for i, r := range companies {
		g.relatives(r, i, companies)
	}
	deals := g.deals.liveRecords()
	for _, r := range deals {
		g.parties(r, companies)
	}
	for _, r := range g.tickets.liveRecords() {
		g.requester(r, companies)
	}
	for _, r := range g.lineItems.liveRecords() {
		g.portal.writeAll(oneOf(&g.planter, deals), r, nil)
	}
	for _, r := range g.machines.liveRecords() {
		g.placement(r, companies)
	}
}

// liveRecords are those that lists show.
func (t *objectType) liveRecords() []*record {
	return slices.DeleteFunc(slices.Clone(t.sorted), func(r *record) bool { return r.life != live })
}

// link writes labels between two records; nil stands for none.
func (g *generator) link(from, to *record, labels ...*associationType) {
	g.portal.writeAll(from, to, slices.DeleteFunc(labels, func(t *associationType) bool { return t == nil }))
}

// maybe is a label, so many times in a hundred.
func (g *generator) maybe(percent int, t *associationType) *associationType {
	if g.chance(percent) {
		return t
	}
	return nil
}

// employments links each company to its people, these to one another, and some
// of them to a second company.
func (g *generator) employments(companies []*record) {
	for _, company := range companies {
		people := g.people[company]
		for i, r := range people {
			g.link(r, company, g.label.primary, g.maybe(6, g.label.advisor), g.maybe(5, g.label.billing))
			if g.chance(9) {
				if second := companies[g.skewed(len(companies))]; second != company {
					g.link(r, second, g.maybe(60, g.label.formerEmployee), g.maybe(15, g.label.advisor))
				}
			}
			if i > 0 && g.chance(16) {
				g.link(r, people[g.IntN(i)], g.maybe(60, g.label.manager))
			} else if i > 0 && g.chance(6) {
				g.link(r, people[g.IntN(i)], g.label.colleague)
			}
		}
	}
	for range 6 { // too few to learn from which label is the other's inverse
		a, b := g.pickPair(g.contacts, g.companies, func(there []link) bool { return len(there) == 2 })
		if a != nil {
			g.link(a, b, g.label.referredBy)
			g.take(a, b)
		}
	}
	clear(g.used)
}

// relatives links a company to its parent, which is one of the larger ones, and
// to a sister.
func (g *generator) relatives(r *record, i int, companies []*record) {
	if i > 3 && g.chance(14) {
		g.link(r, companies[g.IntN(max(1, min(i, len(companies)/10)))], g.label.parent)
	}
	if i > 3 && g.chance(4) {
		g.link(r, companies[g.IntN(i)], g.label.sister)
	}
}

// parties links a deal to a company and to people of it.
func (g *generator) parties(r *record, companies []*record) {
	company := g.customer(companies)
	g.link(r, company, g.label.primaryOfDeal)
	people := g.people[company]
	for i := range 1 + g.IntN(4) {
		person := people[g.IntN(len(people))]
		if i == 0 {
			g.link(r, person, g.maybe(45, g.label.decisionMaker), g.maybe(10, g.label.champion))
			continue
		}
		g.link(r, person)
	}
	if g.chance(12) {
		if other := companies[g.skewed(len(companies))]; other != company {
			g.link(r, other, g.label.reseller)
		}
	}
	r.set("dealname", company.get("name")+": "+r.get("dealname"))
}

// customer draws a company that has people.
func (g *generator) customer(companies []*record) *record {
	for first := g.skewed(len(companies)); ; first++ {
		if company := companies[first%len(companies)]; len(g.people[company]) > 0 {
			return company
		}
	}
}

// requester links a ticket to a person and the company.
func (g *generator) requester(r *record, companies []*record) {
	company := g.customer(companies)
	g.link(r, oneOf(&g.planter, g.people[company]), g.maybe(50, g.label.reportedBy))
	if g.chance(85) {
		g.link(r, company, g.label.primaryOfTicket)
	}
}

// placement links a machine to where it stands, who works with it, the deal by
// which it came and what was wrong with it.
func (g *generator) placement(r *record, companies []*record) {
	company := g.customer(companies)
	g.link(r, company)
	g.link(r, oneOf(&g.planter, g.people[company]), g.maybe(70, g.label.operator))
	if deals := company.towards(g.deals); len(deals) > 0 {
		g.link(r, oneOf(&g.planter, deals).to, g.maybe(20, g.label.tradeIn), g.maybe(15, g.label.demoUnit))
	}
	if tickets := company.towards(g.tickets); len(tickets) > 0 && g.chance(40) {
		g.link(r, oneOf(&g.planter, tickets).to)
	}
}

// mergers merges a few records: by the newer behaviour into a new one, by the
// older one into one of the two.
func (g *generator) mergers() {
	kept := g.portal.switches.Merge
	for _, t := range []*objectType{g.contacts, g.companies, g.deals} {
		for i := range 2 * share(t, 1) {
			g.portal.switches.Merge = []string{"new-id", "primary"}[i%2]
			g.mergeTwo(t)
		}
	}
	g.portal.switches.Merge = kept
	clear(g.used)
}

// hubs links one company to very many people and another to exactly as many as
// a page of a batch read holds, where the portal has that many.
func (g *generator) hubs() {
	people := g.contacts.liveRecords()
	for _, most := range []int{min(len(people)*3/10, 20_000), min(len(people)/3, defaultPageSize)} {
		hub := g.pick(g.companies, func(r *record) bool { return len(r.links) < most/4 })
		if hub == nil {
			return
		}
		step := max(1, len(people)/most)
		n := hub.neighbors(g.contacts)
		for i := 0; i < len(people)*step && n < most; i += step {
			if r := people[(i+i/len(people))%len(people)]; len(r.between(hub)) == 0 {
				g.link(r, hub)
				n++
			}
		}
		g.take(hub)
	}
}
