package nearest

import (
	"slices"
	"testing"
)

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"deal", "dael", 2}, {"flaw", "lawn", 2}, {"Größe", "grosse", 3}} {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("from %q to %q: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestSort(t *testing.T) {
	names := []string{"tickets", "contacts", "deals", "contacts", "companies"}
	if got := Sort("cntacts", names); !slices.Equal(got, []string{"contacts", "deals", "tickets", "companies"}) {
		t.Errorf("%q", got)
	}
	if names[1] != "contacts" || names[3] != "contacts" {
		t.Errorf("Sort changed what it was given: %q", names)
	}
}

func TestQuestion(t *testing.T) {
	names := []string{"deal_fully_orphaned", "deal_without_contact", "inverse_label_missing", "inverse_pair_missing", "off", "types", "hops"}
	for word, want := range map[string]string{
		"deal_whithout_contact": "did you mean deal_without_contact?",
		"DEAL_WITHOUT_CONTACT":  "did you mean deal_without_contact?",
		"orphan":                "did you mean deal_fully_orphaned?",
		"inverse":               "did you mean inverse_pair_missing or inverse_label_missing?",
		"deal_without":          "did you mean deal_without_contact?",
		"of":                    "did you mean off?",
		"typs":                  "did you mean types?",
		"":                      "",
		"zebra":                 "",
	} {
		if got := Question(word, names); got != want {
			t.Errorf("%q: %q, want %q", word, got, want)
		}
	}
}
