package sim_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"hubgraph/hubspot/sim"
)

// TestConcurrentUse writes and reads at once, while the facts change: the race
// detector looks on, and every write arrives.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	const writers, each = 4, 25
	var text strings.Builder
	text.WriteString("companies 1\n")
	for id := 1; id <= writers*each; id++ {
		fmt.Fprintf(&text, "contacts %d\n", id)
	}
	p := parse(t, text.String())
	a := &api{families[1], t, "", sim.NewServer(p, sim.Options{})}
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range each {
				id := w*each + i + 1
				if got := a.call("POST", contactCompany, inputs(input(id, 1, "279"))); got.status != 201 {
					t.Errorf("contact %d: status %d, %s", id, got.status, got.body)
				}
				a.call("POST", "@associations/contacts/tickets/labels", fmt.Sprintf(`{"name":"label%d","label":"Label"}`, id))
			}
		})
	}
	group.Go(func() {
		for _, mode := range []string{"ids=string", "ids=number", "read-lag=2s", "read-lag=none", "version-first=no"} {
			if err := p.Script("facts", "fact "+mode); err != nil {
				t.Error(err)
			}
			a.call("GET", "@schemas/contacts", "")
			a.call("POST", "@associations/companies/contacts/batch/read", `{"inputs":[{"id":"1"}]}`)
			a.call("GET", "@limits/associations/labels", "")
		}
	})
	group.Wait()
	if got := len(a.rows("contacts", "companies")); got != 2*writers*each {
		t.Errorf("there are %d rows; want %d", got, 2*writers*each)
	}
}
