package repair

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"hubgraph/hubspot"
)

// crowd is a portal of pairs that lack their way back, with labels and neighbors that are none
// of the plan's business, and the plan.
func crowd(pairs int64) (string, *Plan) {
	var portal strings.Builder
	portal.WriteString("portal 77\nlabel contacts 21 \"Advisor\" companies 22 \"Advises\"\ncontacts 9999\ncompanies 9999\n")
	var ops []Operation
	for i := int64(1); i <= pairs; i++ {
		fmt.Fprintf(&portal, "contacts %d\ncompanies %d\n", i, 1000+i)
		fmt.Fprintf(&portal, "contacts %d ->> companies %d 279\n", i, 1000+i)
		fmt.Fprintf(&portal, "contacts %d -> companies 9999 primary \"Advisor\"\ncontacts 9999 -> companies %d\n", i, 1000+i)
		ops = append(ops, linking(1000+i, i))
	}
	p := planned(ops...)
	p.Definitions = append(p.Definitions, defining("contacts", "companies", Type{hubspot.UserDefined, 21}, Type{hubspot.UserDefined, 22})...)
	p.Seal()
	return portal.String(), p
}

// kept holds that a portal still has every row that it had, and has no other but those of
// the plan.
func (r rigged) kept(t *testing.T, before map[string]bool) {
	t.Helper()
	after := rows(r.portal)
	for row := range before {
		if !after[row] && !completed(row, after) {
			t.Errorf("%s is gone", row)
		}
	}
	if more := len(pairsOf(after)) - len(pairsOf(before)); more != 0 {
		t.Errorf("%d pairs of records more", more)
	}
}

// completed reports whether a row on one record is now written as one of both.
func completed(row string, after map[string]bool) bool {
	from, to, _ := strings.Cut(row, " ->> ")
	pair := strings.Fields(to)
	return slices.ContainsFunc(slices.Collect(maps.Keys(after)), func(r string) bool {
		return strings.HasPrefix(r+" ", from+" -> "+pair[0]+" "+pair[1]+" ")
	})
}

func pairsOf(rows map[string]bool) map[string]bool {
	pairs := map[string]bool{}
	for row := range rows {
		fields := strings.Fields(row)
		pairs[strings.Join([]string{fields[0], fields[1], fields[3], fields[4]}, " ")] = true
	}
	return pairs
}

// TestEveryRequestFailedInTurn has each request of an apply fail in each of seven ways. The
// run may stop; gone on with it ends with every operation applied, each pair was written once,
// and nothing that was there is gone.
func TestEveryRequestFailedInTurn(t *testing.T) {
	portal, p := crowd(3)
	clean := applyIn(t, t.TempDir(), portal, p, quick(), nil)
	clean.want(t, "applied", "applied", "applied")
	for at := 1; at <= clean.n; at++ {
		for _, way := range []string{"500", "after 500", "cut", "reset", "429", "207", "silence"} {
			t.Run(fmt.Sprintf("%s at request %d", way, at), func(t *testing.T) {
				t.Parallel()
				dir := t.TempDir()
				a := applyIn(t, dir, portal, p, quick(), func(r request) string {
					if r.n == at {
						return way
					}
					return ""
				})
				before := rows(mustParse(t, portal))
				a.kept(t, before)
				b := a.resume(t, dir, p)
				if b.err != nil {
					t.Fatalf("%v, gone on with: %v", a.err, b.err)
				}
				for i, o := range b.outcomes() {
					if o != "applied" && o != "satisfied" {
						t.Errorf("operation %d: %s", i+1, o)
					}
				}
				b.kept(t, before)
				for pair, n := range b.written {
					if n > 1 {
						t.Errorf("%s was written %d times", pair, n)
					}
				}
				if got, want := b.portal.String(), clean.portal.String(); got != want {
					t.Errorf("the portal is\n%s\nand without the fault\n%s", got, want)
				}
			})
		}
	}
}

// TestAPortalThatChangesMeanwhile has somebody else change the portal at a random request:
// what is planned is done or is not, and nothing of theirs is lost or brought back.
func TestAPortalThatChangesMeanwhile(t *testing.T) {
	portal, p := crowd(6)
	changes := []string{
		"unlink contacts 2 companies 1002", "archive companies 1003", "contacts 4 -> companies 1004", "contacts 5 -> companies 1004",
		"unlink contacts 1 companies 9999", "cut contacts 6 companies 1006 HUBSPOT_DEFINED:279",
	}
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 60 {
		change, at := changes[r.IntN(len(changes))], 1+r.IntN(14)
		t.Run(fmt.Sprintf("%d: %s at request %d", n, change, at), func(t *testing.T) {
			t.Parallel()
			a := applyIn(t, t.TempDir(), portal, p, quick(), func(r request) string {
				if r.n == at {
					return "portal " + change
				}
				return ""
			})
			if a.err != nil && !errors.Is(a.err, ErrBreaker) {
				t.Errorf("the run ends with %v", a.err)
			}
			without := mustParse(t, portal)
			if err := without.Script("change", change); err != nil {
				t.Fatal(err)
			}
			after := rows(a.portal)
			for row := range rows(without) {
				// A portal forgets what a record that it archives was linked with.
				if a.n >= at && !after[row] && !completed(row, after) && !strings.Contains(row, "companies 1003") {
					t.Errorf("%s is gone", row)
				}
			}
		})
	}
}
