package repair

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
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

// kept holds that a portal still has every row that it had before.
func kept(t *testing.T, before, after map[Row]bool) {
	t.Helper()
	for row := range before {
		if !after[row] {
			t.Errorf("%s is gone", row)
		}
	}
}

// listedBy are all rows that the living contacts and companies of a portal list, as its API
// says.
func listedBy(t *testing.T, p *sim.Portal) map[Row]bool {
	t.Helper()
	url, stop, err := sim.NewServer(p, sim.Options{}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	c, err := hubspot.New("token", hubspot.Options{BaseURL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	wanted := map[list]bool{}
	for line := range strings.Lines(p.String()) {
		fields := strings.Fields(line)
		if len(fields) < 2 || (fields[0] != "contacts" && fields[0] != "companies") {
			continue
		}
		if k, err := graphmodel.ParseKey(fields[0] + ":" + fields[1]); err == nil {
			wanted[list{k, "contacts"}], wanted[list{k, "companies"}] = true, true
		}
	}
	lists, err := newPortal(c, 77).readLists(t.Context(), wanted, map[any]string{})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[Row]bool{}
	for l, has := range lists {
		for _, r := range difference(l, has, nil) {
			rows[r] = true
		}
	}
	return rows
}

// together runs many tests at once: they mostly wait, for a client that asks again.
type together struct {
	sync.WaitGroup
	places chan struct{}
}

func newTogether() *together { return &together{places: make(chan struct{}, 16)} }

func (g *together) run(t *testing.T, name string, test func(*testing.T)) {
	g.places <- struct{}{}
	g.Go(func() {
		defer func() { <-g.places }()
		t.Run(name, test)
	})
}

// TestEveryRequestFailedInTurn has each request of an apply fail in each of seven ways. The
// run may stop; gone on with it ends with every operation applied, each pair was written once,
// and nothing that was there is gone.
func TestEveryRequestFailedInTurn(t *testing.T) {
	portal, p := crowd(3)
	clean := applyIn(t, t.TempDir(), portal, p, quick(), nil)
	clean.want(t, "applied", "applied", "applied")
	before := listedBy(t, mustParse(t, portal))
	cases := newTogether()
	defer cases.Wait()
	for at := 1; at <= clean.n; at++ {
		for _, way := range []string{"500", "after 500", "cut", "reset", "429", "207", "silence"} {
			cases.run(t, fmt.Sprintf("%s at request %d", way, at), func(t *testing.T) {
				dir := t.TempDir()
				a := applyIn(t, dir, portal, p, quick(), func(r request) string {
					if r.n == at {
						return way
					}
					return ""
				})
				kept(t, before, listedBy(t, a.portal))
				b := a.resume(t, dir, p)
				if b.err != nil {
					t.Fatalf("%v, gone on with: %v", a.err, b.err)
				}
				for i, o := range b.outcomes() {
					if o != "applied" && o != "satisfied" {
						t.Errorf("operation %d: %s", i+1, o)
					}
				}
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
	cases := newTogether()
	defer cases.Wait()
	for n := range 60 {
		change, at := changes[r.IntN(len(changes))], 1+r.IntN(14)
		cases.run(t, fmt.Sprintf("%d: %s at request %d", n, change, at), func(t *testing.T) {
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
			if a.n >= at {
				left := listedBy(t, without)
				maps.DeleteFunc(left, func(r Row, _ bool) bool { // an archived record takes its links with it
					return strings.HasPrefix(change, "archive") && (r.FromID == 1003 || r.ToID == 1003)
				})
				kept(t, left, listedBy(t, a.portal))
			}
		})
	}
}
