package sim_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"hubgraph/hubspot/sim"
)

// brief is an answer in a line: the status, and what is said of errors.
func brief(got reply) string {
	var doc struct {
		Message, SubCategory string
		Context              map[string][]string
		NumErrors            int
		Errors               []struct{ Message, SubCategory string }
	}
	words := []string{fmt.Sprint(got.status)}
	if json.Unmarshal(got.body, &doc) != nil {
		return words[0]
	}
	for _, e := range append([]struct{ Message, SubCategory string }{{doc.Message, doc.SubCategory}}, doc.Errors...) {
		if e.Message != "" {
			words = append(words, strings.TrimSpace(e.SubCategory+" "+e.Message))
		}
	}
	if doc.NumErrors > 0 {
		words = append(words, fmt.Sprint(doc.NumErrors))
	}
	return strings.Join(words, " | ")
}

// bench is a portal whose clock a test turns.
type bench struct {
	*api
	clock *atomic.Int64
}

func (b bench) pass(d time.Duration) { b.clock.Add(int64(d)) }

// rowsFrom reads the rows of one direction.
func (b bench) rowsFrom(from, id, to string) string {
	rows := b.rowsBetween(from, []string{id}, to)
	slices.Sort(rows)
	return strings.Join(rows, ", ")
}

// v4 sends a request of the other family to the same portal.
func (b bench) v4(method, path, body string) reply {
	other := *b.api
	other.family = families[0]
	return other.call(method, path, body)
}

// crowd is a company with so many contacts.
func crowd(n int) string {
	var b strings.Builder
	b.WriteString("companies 1\n")
	for id := 1001; id < 1001+n; id++ {
		fmt.Fprintf(&b, "contacts %d\ncompanies 1 -> contacts %d\n", id, id)
	}
	return b.String()
}

// TestFacts sees each value of each fact make a difference.
func TestFacts(t *testing.T) {
	t.Parallel()
	var known []string
	for _, f := range sim.Facts() {
		known = append(known, f.Switch)
		tt := factTests[f.Switch]
		if got := slices.Sorted(maps.Keys(tt.want)); !slices.Equal(got, slices.Sorted(slices.Values(f.Values))) {
			t.Errorf("%s has the values %v, and tests of %v", f.Switch, f.Values, got)
		}
		for i, value := range f.Values {
			texts := []string{"fact " + f.Switch + "=" + value + "\n" + tt.portal}
			if i == 0 {
				texts = append(texts, tt.portal) // the first value is the default
			}
			t.Run(f.Switch+"="+value, func(t *testing.T) {
				t.Parallel()
				for _, text := range texts {
					b := bench{clock: &atomic.Int64{}}
					b.clock.Store(time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC).UnixNano())
					b.api = serve(t, families[1], text, sim.Options{Now: func() time.Time { return time.Unix(0, b.clock.Load()) }})
					if got := tt.see(b); got != tt.want[value] {
						t.Errorf("got  %s\nwant %s", got, tt.want[value])
					}
				}
			})
		}
	}
	if len(known) != len(factTests) {
		t.Errorf("there are %d facts and tests of %d", len(known), len(factTests))
	}
}

func TestSwitchErrors(t *testing.T) {
	t.Parallel()
	var s sim.Switches
	for assignment, want := range map[string]string{
		"ids=float": `ids is "float": choose number or string or dated-string`,
		"moon=full": `there is no fact "moon": choose among label-write, plain-write, `,
		"merge":     `merge is "": choose new-id or primary`,
	} {
		if err := s.Set(assignment); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s gives %v; want %s", assignment, err, want)
		}
	}
}
