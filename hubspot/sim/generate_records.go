package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

func (g *generator) records() {
	s := g.spec
	g.people = map[*record][]*record{}
	companies := g.make(g.companies, s.Companies, g.company)
	g.make(g.contacts, s.Contacts, func(r *record, i int) { g.contact(r, i, companies) })
	if len(g.people) == 0 {
		g.people[companies[0]] = g.contacts.liveRecords()
	}
	g.make(g.deals, s.Deals, g.deal)
	g.make(g.tickets, s.Tickets, g.ticket)
	g.make(g.lineItems, s.LineItems, g.lineItem)
	g.make(g.machines, s.Machines, g.machine)
}

// make makes the records of a type, in the order of their ids and dates. The
// first tenth has the small ids of HubSpot's early years, the others such as
// do not fit into 32 bits. One in a hundred is archived.
func (g *generator) make(t *objectType, n int, fill func(r *record, i int)) []*record {
	t.records = make(map[int64]*record, n+n/16)
	t.sorted = make([]*record, 0, n+n/16)
	span := lastDay.Sub(firstDay)
	id := int64(51)
	for i := range n {
		if i == n/10 {
			id = firstID + g.Int64N(1_000_000)
		}
		created := firstDay.Add(span/time.Duration(n)*time.Duration(i) + time.Duration(g.Int64N(int64(span)/int64(n))))
		r := t.newRecord(id, created)
		r.values = make([]string, len(t.properties))
		r.updated = created.Add(time.Duration(g.Int64N(30*24*3600)) * time.Second).UnixMilli()
		id += 1 + g.Int64N(90)
		if i > 10 && g.chance(1) {
			r.life, r.left = archived, r.updated
		}
		fill(r, i)
	}
	return slices.Clone(t.sorted)
}

// owner is the id of the user to whom a record belongs; a few belong to nobody.
func (g *generator) owner() string {
	if g.chance(6) {
		return ""
	}
	return g.anyOwner()
}

// company names the i-th company. The first ones are the large ones.
func (g *generator) company(r *record, i int) {
	combinations := len(companyFirst) * len(companyLast)
	k := i * 1009 % combinations // the two are coprime: every combination comes once
	name := companyFirst[k/len(companyLast)] + " " + companyLast[k%len(companyLast)]
	domain := strings.ToLower(strings.ReplaceAll(name, " ", ""))
	if round := i / combinations; round > 0 {
		city := cities[round%len(cities)]
		name += " " + city
		domain += "-" + strings.ToLower(city) + strconv.Itoa(round)
	}
	r.set("name", name)
	r.set("domain", domain+".example")
	r.set("lifecyclestage", oneOf(&g.planter, lifecycleStages))
	r.set("hubspot_owner_id", g.owner())
	r.set("city", oneOf(&g.planter, cities))
	r.set("industry", oneOf(&g.planter, industries))
}

// contact makes a person, of nine in ten of whom one knows the company.
func (g *generator) contact(r *record, i int, companies []*record) {
	domain, k, alone := "mailbox.example", i, false
	if company := companies[g.skewed(len(companies))]; g.chance(92) && company.life == live {
		colleagues := len(g.people[company])
		domain, k = company.get("domain"), int(company.id)+colleagues
		alone = colleagues < len(firstNames)*len(lastNames) // nobody in it has both names
		if r.life == live {
			g.people[company] = append(g.people[company], r)
		}
	}
	k = k * 1009 % (len(firstNames) * len(lastNames))
	first, last := firstNames[k/len(lastNames)], lastNames[k%len(lastNames)]
	address := strings.ToLower(first + "." + last)
	if !alone {
		address += strconv.Itoa(i)
	}
	r.set("email", address+"@"+domain)
	r.set("firstname", first)
	r.set("lastname", last)
	r.set("phone", fmt.Sprintf("+1-202-555-01%02d", i%100))
	r.set("jobtitle", oneOf(&g.planter, jobs))
	r.set("lifecyclestage", oneOf(&g.planter, lifecycleStages))
	r.set("hubspot_owner_id", g.owner())
}

// skewed draws a place of so many, the first ones more often: a few companies
// have many people, most have a few.
func (g *generator) skewed(n int) int {
	f := g.Float64()
	return min(int(f*f*float64(n)), n-1)
}

// deal makes a deal; its name follows from what it is linked to.
func (g *generator) deal(r *record, _ int) {
	p := g.deals.pipelines[0]
	if g.chance(20) {
		p = g.deals.pipelines[1]
	}
	s := p.stages[g.IntN(len(p.stages))]
	item := oneOf(&g.planter, products)
	count := 1 + g.IntN(item.most*3)
	if s.metadata["isClosed"] == "true" || g.chance(80) {
		r.set("amount", fmt.Sprintf("%d.00", count*item.price))
		r.set("deal_currency_code", g.currency())
	}
	r.set("dealname", item.name)
	r.set("pipeline", p.id)
	r.set("dealstage", s.id)
	r.set("closedate", timestamp(r.created+int64(20+g.IntN(120))*24*3600*1000))
	r.set("hubspot_owner_id", g.owner())
}

func (g *generator) currency() string {
	return []string{"EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "EUR", "GBP", "CHF", "USD"}[g.IntN(10)]
}

func (g *generator) ticket(r *record, _ int) {
	r.set("subject", oneOf(&g.planter, products).name+": "+oneOf(&g.planter, troubles))
	r.set("hs_pipeline", "0")
	r.set("hs_pipeline_stage", oneOf(&g.planter, []string{"1", "2", "3", "4", "4", "4", "4"}))
	r.set("hubspot_owner_id", g.owner())
}

func (g *generator) lineItem(r *record, _ int) {
	k := g.IntN(len(products))
	item := products[k]
	count := 1 + g.IntN(item.most)
	r.set("name", item.name)
	r.set("quantity", strconv.Itoa(count))
	r.set("price", strconv.Itoa(item.price))
	r.set("amount", strconv.Itoa(count*item.price))
	r.set("hs_line_item_currency_code", g.currency())
	r.set("hs_product_id", strconv.Itoa(1904417210+k))
}

func (g *generator) machine(r *record, i int) {
	r.set("name", fmt.Sprintf("%s, no. %06d", products[i%4].name, 100+i*7))
	r.set("hubspot_owner_id", g.owner())
	r.set("warranty_until", timeOf(r.created).AddDate(2, 0, 0).Format(time.DateOnly))
}
