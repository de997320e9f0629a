package nightly_test

import (
	"fmt"
	"strings"
	"testing"

	"hubgraph/queries"
)

// TestANightOfLossesIsOneFamily takes many deals from many companies in one night: all
// that is found of it has one cause. What is put back leaves the family, and what goes in
// a night to come is none of it.
func TestANightOfLossesIsOneFamily(t *testing.T) {
	t.Parallel()
	var text, lost, back strings.Builder
	for n := range 30 {
		fmt.Fprintf(&text, "companies %d created=2025-01-01T00:00:00Z\ndeals %d created=2025-01-01T00:00:00Z pipeline=default dealstage=open\n", 1001+n, 2001+n)
		fmt.Fprintf(&text, "deals %[1]d -> companies %[2]d\ndeals %[1]d -> contacts 101\n", 2001+n, 1001+n)
		fmt.Fprintf(&lost, "unlink deals %d companies %d\n", 2001+n, 1001+n)
		if n >= 20 {
			fmt.Fprintf(&back, "deals %d -> companies %d\n", 2001+n, 1001+n)
		}
	}
	p := newPortal(t, text.String())
	if all := queries.Families(p.night("").Findings); len(all) != 0 {
		t.Errorf("families of a portal in which nothing was lost: %v", all)
	}
	r := p.night(lost.String())
	rule := "lost in one night: companies and deals, gone by " + r.Snapshot.SnapshotID
	p.wantFamily(r.Report, rule, map[string]int{"edge_removed": 30, "newly_orphaned": 30, "deal_without_company": 30, "company_without_contact": 30})
	again := p.night("")
	p.wantFamily(again.Report, rule, map[string]int{"edge_removed": 30, "newly_orphaned": 30, "deal_without_company": 30, "company_without_contact": 30})
	r = p.night(back.String() + "unlink deals 301 companies 201\n")
	p.wantFamily(r.Report, rule, map[string]int{"edge_removed": 30, "newly_orphaned": 30, "deal_without_company": 20, "company_without_contact": 20})
	if alone := p.ask("SELECT check_id FROM main.findings WHERE family IS NULL AND state <> 'resolved' AND (subject_id = 301 OR from_id = 301) ORDER BY check_id"); strings.Join(alone, " ") != "deal_without_company edge_removed newly_orphaned" {
		t.Errorf("what another night lost stands alone: %v", alone)
	}
	if resolved := p.ask("SELECT DISTINCT coalesce(family, 'none') FROM main.findings WHERE state = 'resolved'"); strings.Join(resolved, " ") != "none" {
		t.Errorf("families of resolved findings: %v", resolved)
	}
}

// TestFamiliesOfTraits has an import bring deals without companies, and contacts of one
// company stand without it. Those with a mail provider that is not listed, and those that
// somebody wrote by hand, have nothing in common.
func TestFamiliesOfTraits(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("companies 1001 created=2025-01-01T00:00:00Z domain=acme.example\n")
	for n := range 160 {
		domain := map[int]string{0: "acme.example", 1: "mailbox.example"}[n/30]
		if domain == "" {
			domain = fmt.Sprintf("other%d.example", n)
		}
		fmt.Fprintf(&text, "contacts %d created=2025-01-01T00:00:00Z email=a%d@%s\n", 3001+n, n, domain)
		if n >= 60 {
			fmt.Fprintf(&text, "contacts %d -> companies 201\n", 3001+n)
		}
		source := "hs_object_source=CRM_UI hs_object_source_id=userId:5"
		if n < 30 {
			source = "hs_object_source=IMPORT hs_object_source_id=77"
		}
		fmt.Fprintf(&text, "deals %[1]d created=2025-01-01T00:00:00Z pipeline=default dealstage=open %[2]s\ndeals %[1]d -> contacts 101\n", 2001+n, source)
		if n >= 40 {
			fmt.Fprintf(&text, "deals %d -> companies 201\n", 2001+n)
		}
	}
	p := newPortal(t, text.String())
	p.properties = map[string][]string{"deals": {"hs_object_source", "hs_object_source_id"}}
	got := map[string]int{}
	for _, f := range queries.Families(p.night("").Findings) {
		for _, finding := range f.Findings {
			got[f.Rule+" in "+finding.CheckID]++
		}
	}
	want := map[string]int{"one company domain: acme.example in domain_match_unlinked": 30,
		"one integration or import: IMPORT 77 in deal_without_company": 30}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want\n%v", got, want)
	}
}

// wantFamily checks that an audit has the family of a rule, with so many findings of each
// check, and that the register holds the same.
func (p *portal) wantFamily(r *queries.Report, rule string, want map[string]int) {
	p.Helper()
	var rules []string
	for _, f := range queries.Families(r.Findings) {
		rules = append(rules, f.Rule)
		if f.Rule != rule {
			continue
		}
		got := map[string]int{}
		for _, finding := range f.Findings {
			got[finding.CheckID]++
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			p.Errorf("%s: %v, want %v", rule, got, want)
		}
		if rows := p.ask("SELECT count(*) || ' ' || any_value(family_rule) FROM main.findings WHERE family = '" + f.ID + "'"); rows[0] != fmt.Sprint(len(f.Findings))+" "+rule {
			p.Errorf("the register holds %v", rows)
		}
	}
	if len(rules) != 1 || rules[0] != rule {
		p.Errorf("the families are %q, want %s", rules, rule)
	}
}
