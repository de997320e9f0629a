package crawl

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// TestOddRowsChangeNothing has pages that overlap, rows that come twice or in two
// versions, and what else is strange in answers that lack nothing: the snapshot
// is that of a portal without such answers.
func TestOddRowsChangeNothing(t *testing.T) {
	t.Parallel()
	portal := "pipeline deals default Sales\nstage deals default open Open isClosed=false probability=0.2\n" + severalPages + "contacts 999 email=ada@example.com updated=2026-02-01\ndeals 7 amount=10 updated=2026-02-01\n"
	scope := Scope{Types: []string{"contacts", "companies", "deals"}, Properties: map[string][]string{"deals": {"dealname", "amount"}, "contacts": {"email"}}}
	calm := serve(t, "2026-09", portal, sim.Options{PageSize: 2}).crawl(t, scope)
	want := strings.Split(text(t, calm.Snapshot), "\n")
	cases := map[string]sim.Fault{}
	for _, name := range []string{"overlap", "duplicate-rows", "versions", "ids", "swapped", "num-errors", "status-200", "link"} {
		cases[name] = sim.Fault{Name: name}
	}
	cases["empty-last"] = sim.Fault{Name: "empty-last", On: "list"}
	atOnce(t, cases, func(t *testing.T, fault sim.Fault) {
		s := serve(t, "2026-09", portal, sim.Options{PageSize: 2, Faults: []sim.Fault{fault}})
		result := s.crawl(t, scope)
		if diff := cmp.Diff(want, strings.Split(text(t, result.Snapshot), "\n")); diff != "" || !result.Complete {
			t.Errorf("complete: %t, %+v\n%s", result.Complete, gapsOf(result.Snapshot), diff)
		}
		if twice := slices.Contains([]string{"overlap", "duplicate-rows", "versions"}, fault.Name); twice != (result.Repeated > 0) {
			t.Errorf("it counts %d rows of records that had come before", result.Repeated)
		}
		for _, key := range [][3]string{{"objects", "contacts", ""}, {"associations", "contacts", "companies"}} {
			c, calm := cellOf(t, result.Snapshot, key[0], key[1], key[2]), cellOf(t, calm.Snapshot, key[0], key[1], key[2])
			if c.Requested != calm.Requested || c.Received != calm.Received || c.Empty != calm.Empty {
				t.Errorf("%v counts %+v, want %+v", key, c, calm)
			}
		}
	})
}
