package sim

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"

	"hubgraph/hubspot"
)

// Spec says what portal to generate: one of a maker of coffee machines. What is
// 0 grows with Contacts; Spec{Contacts: 1_000_000} has 2.5 million records and
// 10 million directed rows of associations.
type Spec struct {
	Seed      uint64
	Contacts  int  // 0: 2,000
	Companies int  // 0: a fifth of the contacts
	Deals     int  // 0: three tenths
	Tickets   int  // 0: a quarter
	LineItems int  // 0: six tenths
	Machines  int  // 0: a tenth; of the custom object p_machines
	Clean     bool // nothing is wrong, and nothing looks wrong either
}

func (s Spec) whole() Spec {
	s.Contacts = max(cmp.Or(s.Contacts, 2000), 1)
	for _, n := range []struct {
		count *int
		per   int // thousand contacts
	}{{&s.Companies, 200}, {&s.Deals, 300}, {&s.Tickets, 250}, {&s.LineItems, 600}, {&s.Machines, 100}} {
		*n.count = max(cmp.Or(*n.count, s.Contacts*n.per/1000), 1)
	}
	return s
}

// Generate makes a portal in which the checks have something to find, and lists
// that in its truth. The same Spec gives the same portal, whenever it is made:
// everything in it happened between 2021 and 2025.
func Generate(s Spec) *Portal {
	s = s.whole()
	p := newPortal()
	g := &generator{planter: newPlanter(p, rand.NewPCG(s.Seed, 0x67656e6572617465), lastDay.UnixMilli()), spec: s}
	g.account()
	g.define()
	g.records()
	g.associations()
	g.mergers()
	g.hubs()
	if !s.Clean {
		g.defects()
		g.decoys()
	}
	for _, t := range p.types {
		t.pack()
	}
	return p
}

// pack puts the links of all records of a type into one piece of memory, in the
// order of the records: without the room that they left for growing, and side
// by side as batch reads ask for them.
func (t *objectType) pack() {
	n := 0
	for _, r := range t.sorted {
		n += len(r.links)
	}
	room := make([]link, 0, n)
	for _, r := range t.sorted {
		first := len(room)
		room = append(room, r.links...)
		r.links = room[first:len(room):len(room)]
	}
}

// All that a generated portal holds was made between these days.
var (
	firstDay = time.Date(2021, 2, 1, 7, 0, 0, 0, time.UTC)
	lastDay  = time.Date(2025, 12, 1, 18, 0, 0, 0, time.UTC)
)

// generator is a portal in the making.
type generator struct {
	planter
	spec     Spec
	machines *objectType
	label    labels
	people   map[*record][]*record // the contacts of a company, by its own
}

// labels are the labelled association types that the generator uses, each in
// the direction in which it writes them.
type labels struct {
	primary, advisor, formerEmployee, billing, referredBy *associationType // contacts -> companies
	manager, colleague                                    *associationType // contacts -> contacts
	decisionMaker, champion                               *associationType // deals -> contacts
	primaryOfDeal, reseller                               *associationType // deals -> companies
	parent, sister                                        *associationType // companies -> companies
	reportedBy, primaryOfTicket                           *associationType // tickets -> contacts, companies
	tradeIn, demoUnit, operator                           *associationType // p_machines -> deals, deals, contacts
}

func (g *generator) account() {
	g.portal.owners = slices.Clone(staff)
	stages := func(id, label string, list ...stage) *pipeline { return &pipeline{id, label, list} }
	deal := func(id, label, probability, closed string) stage {
		return stage{id, label, map[string]string{"isClosed": closed, "probability": probability}}
	}
	g.deals.pipelines = []*pipeline{
		stages("default", "Sales Pipeline",
			deal("appointmentscheduled", "Appointment Scheduled", "0.2", "false"), deal("qualifiedtobuy", "Qualified To Buy", "0.4", "false"),
			deal("presentationscheduled", "Presentation Scheduled", "0.6", "false"), deal("decisionmakerboughtin", "Decision Maker Bought-In", "0.8", "false"),
			deal("contractsent", "Contract Sent", "0.9", "false"), deal("closedwon", "Closed Won", "1.0", "true"), deal("closedlost", "Closed Lost", "0.0", "true")),
		stages("75e28846-ad0d-4be2-a027-5e1da6590b98", "Leases and service contracts",
			deal("1043380911", "Renewal due", "0.5", "false"), deal("1043380912", "Offer sent", "0.7", "false"),
			deal("1043380913", "Renewed", "1.0", "true"), deal("1043380914", "Ended", "0.0", "true")),
	}
	ticket := func(id, label, state string) stage {
		return stage{id, label, map[string]string{"isClosed": map[string]string{"OPEN": "false", "CLOSED": "true"}[state], "ticketState": state}}
	}
	g.tickets.pipelines = []*pipeline{stages("0", "Support Pipeline", ticket("1", "New", "OPEN"), ticket("2", "Waiting on contact", "OPEN"),
		ticket("3", "Waiting on us", "OPEN"), ticket("4", "Closed", "CLOSED"))}
}

// define makes the custom object and the labels. The first labels of a pair get
// the numbers that HubSpot's own types have there, because both count from 1.
func (g *generator) define() {
	p, l := g.portal, &g.label
	own := func(from, to *objectType, id int) *associationType {
		return p.pair(from, to).find(hubspot.HubSpotDefined, id)
	}
	l.primary, l.billing = own(g.contacts, g.companies, 1), own(g.contacts, g.companies, 931)
	l.primaryOfDeal, l.parent = own(g.deals, g.companies, 5), own(g.companies, g.companies, 14)
	l.primaryOfTicket = own(g.tickets, g.companies, 26)

	l.advisor = p.defineLabel(g.contacts, "Advisor", g.companies, "Advised by")
	l.decisionMaker = p.defineLabel(g.deals, "Decision maker", g.contacts, "Decides on")
	l.reseller = p.defineLabel(g.deals, "Reseller", g.companies, "Reseller")
	l.formerEmployee = p.defineLabel(g.contacts, "Former employee", g.companies, "Former employee")
	l.champion = p.defineLabel(g.deals, "Champion", g.contacts, "Champion")
	l.manager = p.defineLabel(g.contacts, "Manager", g.contacts, "Employee")
	l.sister = p.defineLabel(g.companies, "Sister company", g.companies, "Sister company")
	l.colleague = p.defineLabel(g.contacts, "Colleague", g.contacts, "Colleague")
	l.reportedBy = p.defineLabel(g.tickets, "Reported by", g.contacts, "Reported")
	l.referredBy = p.defineLabel(g.contacts, "Referred by", g.companies, "Referred")

	g.machines = p.addType(hubspot.ObjectType{ID: "2-41807263", Name: "p_machines", Singular: "p_machines"}, [2]string{"Machine", "Machines"})
	for _, t := range []*objectType{g.contacts, g.companies, g.deals, g.tickets} {
		p.defineLabel(g.machines, "", t, "")
	}
	l.tradeIn = p.defineLabel(g.machines, "Trade-in for", g.deals, "Takes in")
	l.demoUnit = p.defineLabel(g.machines, "Demo unit", g.deals, "Demo unit")
	l.operator = p.defineLabel(g.machines, "Operated by", g.contacts, "Operates")
	for _, unused := range []string{"Franchisee", "Investor"} { // nobody has used them so far
		p.defineLabel(g.contacts, unused, g.companies, unused)
	}
	p.defineLabel(g.deals, "Competitor", g.companies, "Competes for")
	p.pair(g.deals, g.companies).plain().max = 25
	l.champion.max = 3
}

// defineLabel makes the types of a label as a user does: with one internal name
// for both directions. Without texts they are the plain types of a pair.
func (p *Portal) defineLabel(from *objectType, there string, to *objectType, back string) *associationType {
	name := internalName(there)
	return p.define(from, to, definition{category: hubspot.UserDefined, name: name, label: there}, definition{category: hubspot.UserDefined, name: name, label: back})
}
