package sim

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Night lets a night pass in which people, imports and integrations change the
// portal: what is drawn from the seed, some of it wrong, which the truth then
// lists, and some of it right. The same night befalls the same portal alike.
func (p *Portal) Night(seed uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nightfall()
	n := newNight(p, seed)
	n.mend()
	n.labels()
	n.relabel()
	n.lose()
	n.sweep()
	n.removals()
	n.arrivals()
	n.moves()
	n.revert()
}

// firstNight is when the first night passes, long after all that is generated
// was made, and long enough ago for every grace period.
var firstNight = time.Date(2026, 1, 12, 2, 0, 0, 0, time.UTC)

// night is a night under way. A record that something happens to is used: no
// two changes meet in one record, so that each shows by itself.
type night struct{ planter }

func newNight(p *Portal, seed uint64) *night {
	at := firstNight.AddDate(0, 0, p.truth.nights-1)
	n := &night{newPlanter(p, rand.NewPCG(seed, 0x6e69676874), at.UnixMilli())}
	listedBy := p.listedBy()
	for _, r := range p.truth.deals {
		if len(p.dealDefects(r, listedBy)) > 0 {
			n.take(r.final())
		}
	}
	for _, ends := range p.truth.pairs {
		n.take(ends[0], ends[1], ends[0].final(), ends[1].final())
	}
	return n
}

// mend puts right what earlier nights left behind: a deal gets what it lacks, and
// one record lists again the other that lists it.
func (n *night) mend() {
	p := n.portal
	listedBy := p.listedBy()
	broken := slices.DeleteFunc(slices.Clone(p.truth.deals), func(r *record) bool { return len(p.dealDefects(r, listedBy)) == 0 })
	if len(broken) > 0 {
		deal := oneOf(&n.planter, broken).final()
		for _, t := range []*objectType{n.contacts, n.companies} {
			if o := n.pick(t, anyRecord); o != nil && !deal.lists(t) {
				p.writeAll(deal, o, nil)
				n.take(o)
			}
		}
	}
	for _, ends := range p.truth.pairs {
		a, b := ends[0], ends[1]
		if slices.ContainsFunc(pairDefects(a, b, n.known), func(d Defect) bool { return d.Check == inversePairMissing }) {
			a, b = a.final(), b.final()
			p.writeAll(a, b, typesOf(slices.Clone(a.between(b))))
			return
		}
	}
}

// lose takes links away: on one side only, on both, and such as deals cannot do
// without.
func (n *night) lose() {
	open := func(r *record) bool { return n.complete(r) && !r.closed() }
	for range share(n.contacts, 3) {
		n.halveOne(oneOf(&n.planter, n.linked()))
		ends := oneOf(&n.planter, n.linked())
		if a, b := n.pickPair(ends[0], ends[1], anyLinks); a != nil && n.spares(a, b) && n.spares(b, a) {
			dissociate(a, b)
			n.take(a, b)
		}
	}
	for range share(n.deals, 4) {
		n.stripOne(n.complete, n.contacts, n.companies)
		n.stripOne(open, n.contacts)
		n.stripOne(open, n.companies)
	}
}

func anyLinks([]link) bool { return true }

// sweep takes links away in bulk, as an import or a workflow gone wrong does: a
// large company loses its people and deals, and deals of one owner lose their
// contacts.
func (n *night) sweep() {
	hub := n.pick(n.companies, func(r *record) bool { return len(r.links) >= 20 && len(r.links) <= 500 })
	if hub != nil {
		n.take(hub)
		for _, l := range slices.Clone(hub.links) {
			if l.to.life == live && !n.used[l.to] && (l.to.typ == n.contacts || l.to.typ == n.deals) {
				n.unlink(l.to, hub)
			}
		}
	}
	first := n.pick(n.deals, func(r *record) bool { return n.complete(r) && r.get("hubspot_owner_id") != "" })
	if first == nil {
		return
	}
	owner := first.get("hubspot_owner_id")
	for range share(n.deals, 8) {
		n.stripOne(func(r *record) bool { return n.complete(r) && r.get("hubspot_owner_id") == owner }, n.contacts)
	}
}

// unlink removes the association of a record with another, as a user does.
func (n *night) unlink(r, o *record) {
	dissociate(r, o)
	n.take(r)
	if r.typ == n.deals {
		n.portal.watchDeal(r)
	}
}

// moves are what happens in a good night too: deals go on in their pipelines,
// and people get another primary company.
func (n *night) moves() {
	for range share(n.deals, 10) {
		if r := n.pick(n.deals, n.complete); r != nil {
			n.proceed(r)
		}
	}
	for range share(n.contacts, 2) {
		n.movePrimary()
	}
}

func (n *night) proceed(deal *record) {
	for _, p := range deal.typ.pipelines {
		if p.id == deal.get("pipeline") && len(p.stages) > 0 {
			deal.set("dealstage", oneOf(&n.planter, p.stages).id)
			deal.updated = n.now
		}
	}
	n.take(deal)
}

func (n *night) movePrimary() {
	primary := n.portal.primary(n.contacts, n.companies)
	r, old := n.pickPair(n.contacts, n.companies, func(there []link) bool { return slices.Contains(typesOf(there), primary) })
	if r == nil {
		return
	}
	n.take(r, old)
	if next := n.pick(n.companies, anyRecord); next != nil {
		n.portal.writeAll(r, next, []*associationType{primary})
		n.take(next)
	}
}

// primary is the type of the one primary company of a record.
func (p *Portal) primary(from, to *objectType) *associationType {
	for _, t := range p.pair(from, to).types {
		if t.primary {
			return t
		}
	}
	return nil
}
