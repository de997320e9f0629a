package crawl

import (
	"fmt"
	"strings"
	"testing"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

func TestParseInverse(t *testing.T) {
	got, err := ParseInverse("contact 0-2 USER_DEFINED:21  USER_DEFINED:22")
	want := Inverse{
		Type:    graphmodel.TypeKey{From: "contacts", To: "companies", Category: hubspot.UserDefined, ID: 21},
		Inverse: graphmodel.TypeKey{From: "companies", To: "contacts", Category: hubspot.UserDefined, ID: 22},
	}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{"", "contacts companies USER_DEFINED:21", "contacts companies 21 22", "contacts companies USER_DEFINED:x USER_DEFINED:22", "cntacts companies A:1 A:2", "contacts companies A:1 A:2 A:3"} {
		if _, err := ParseInverse(text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// labelled is a portal in which so many contacts carry a pair of labels, and a
// few of the ways back are cut.
func labelled(n, cut int) string {
	var b strings.Builder
	b.WriteString("label contacts 21 \"Advisor\" companies 22 \"Advises\"\ncompanies 1\n")
	for id := 1; id <= n; id++ {
		fmt.Fprintf(&b, "contacts %d\ncontacts %d -> companies 1 \"Advisor\"\n", id, id)
		if id <= cut {
			fmt.Fprintf(&b, "cut companies 1 contacts %d USER_DEFINED:22\n", id)
		}
	}
	return b.String()
}

// advisor finds the definition of the label from contacts to companies.
func advisor(t *testing.T, s *graphmodel.Snapshot) graphmodel.Definition {
	t.Helper()
	for _, d := range s.Definitions {
		if d.From == "contacts" && d.To == "companies" && d.Category == hubspot.UserDefined && d.TypeID == 21 {
			return d
		}
	}
	t.Fatal("the label is not defined")
	return graphmodel.Definition{}
}

// TestInversesComeFromTheirSources has a pair of labels whose texts differ, so
// that only links, settings or memory can show it.
func TestInversesComeFromTheirSources(t *testing.T) {
	key := graphmodel.TypeKey{From: "contacts", To: "companies", Category: hubspot.UserDefined, ID: 21}
	back := graphmodel.TypeKey{From: "companies", To: "contacts", Category: hubspot.UserDefined, ID: 22}
	memory := []graphmodel.Learned{{Type: key, Inverse: back, Support: 40, Overlap: 0.9}}
	for name, tt := range map[string]struct {
		portal  string
		o       Options
		fault   string
		source  string
		support int64
	}{
		"too few links":          {portal: labelled(19, 0)},
		"enough links":           {portal: labelled(20, 0), source: "learned", support: 20},
		"too many ways back cut": {portal: labelled(50, 11)},
		"few ways back cut":      {portal: labelled(50, 10), source: "learned", support: 40},
		"remembered":             {portal: labelled(2, 0), o: Options{Remembered: memory}, source: "learned", support: 40},
		"tonight's before":       {portal: labelled(30, 0), o: Options{Remembered: memory}, source: "learned", support: 30},
		"settings":               {portal: labelled(30, 0), o: Options{Inverses: []Inverse{{Type: back, Inverse: key}}}, source: "config"},
		"incomplete":             {portal: labelled(30, 0), fault: "item"},
	} {
		t.Run(name, func(t *testing.T) {
			o := sim.Options{}
			if tt.fault != "" {
				o.Faults = []sim.Fault{{Name: tt.fault, Every: 1}}
			}
			s := serve(t, "2026-09", tt.portal, o)
			plan, err := NewPlan(t.Context(), s.client, Scope{Types: []string{"contacts", "companies"}})
			if err != nil {
				t.Fatal(err)
			}
			tt.o.Dir = t.TempDir()
			result, err := Run(t.Context(), s.client, plan, tt.o)
			if err != nil {
				t.Fatal(err)
			}
			defer result.Close()
			d := advisor(t, result.Snapshot)
			if d.InverseSource != tt.source || d.InverseSupport != tt.support || (tt.source != "") != (d.InverseTypeID == 22) {
				t.Errorf("inverse %d, source %q, support %d; want source %q, support %d", d.InverseTypeID, d.InverseSource, d.InverseSupport, tt.source, tt.support)
			}
		})
	}
}
