package main

import (
	"strings"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// plantMassLoss has a night in which every tenth link between contacts and companies goes, and
// one in which nothing happens. The portal is larger than the others: of fewer than 500 links
// no loss is a mass loss.
func plantMassLoss(t *testing.T, table *tally) {
	t.Parallel()
	portal := sim.Generate(sim.Spec{Seed: 21, Contacts: 600})
	a := &audited{portal: portal, version: hubspot.DefaultAPIVersion, data: openData(t), table: table}
	a.compare(t, sight{})
	var loss strings.Builder
	n := 0
	for line := range strings.Lines(portal.String()) {
		f := strings.Fields(line)
		if len(f) < 5 || f[0] != "contacts" || f[2] != "->" || f[3] != "companies" {
			continue
		}
		if n++; n%10 == 0 {
			loss.WriteString("unlink " + strings.Join([]string{f[0], f[1], f[3], f[4]}, " ") + "\n")
		}
	}
	for _, night := range []string{loss.String(), ""} {
		if err := portal.Script("night", night); err != nil {
			t.Fatal(err)
		}
		a.compare(t, sight{})
	}
}
