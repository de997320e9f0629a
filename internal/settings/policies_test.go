package settings

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/queries"
)

// policies is a catalog of checks that read policies.
func policies() Catalog {
	return Catalog{Checks: []Check{
		{ID: "conflict", Settings: []Setting{{Name: "exclusive", Type: queries.Groups}, {Name: "without", Type: queries.Pipelines}}},
		{ID: "missing", Settings: []Setting{{Name: "roles", Type: queries.Roles}}},
	}}
}

// TestPolicies reads every kind of policy, and makes rows of them that name where they stand.
func TestPolicies(t *testing.T) {
	f, err := Parse("f", []byte(`checks:
  exclusive:
    - [Employee, "Former: employee"]
    - [a, b, c]
  without: [Shop, "Sales, old"]
  missing:
    roles:
      buyer:
        type: deals
        pipeline: Sales
        from-stage: Offer sent
        from_amount: 1e4
        to: contacts
        labels: [Decision maker, Payer]
`), policies())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	places := f.Places(policies())
	for _, s := range f.Audit.Rows(policies()) {
		if strings.Contains(s.Key, "exclusive") || strings.Contains(s.Key, "without") || strings.Contains(s.Key, "roles") {
			got = append(got, fmt.Sprintf("%s=%s at %s", s.Key, s.Value, places[s.Key]))
		}
	}
	want := []string{
		"exclusive:1=Employee at f:3", "exclusive:1=Former: employee at f:3", "exclusive:2=a at f:4", "exclusive:2=b at f:4", "exclusive:2=c at f:4",
		"without=Shop at f:5", "without=Sales, old at f:5",
		"missing.roles:buyer:type=deals at f:9", "missing.roles:buyer:pipeline=Sales at f:10", "missing.roles:buyer:from_stage=Offer sent at f:11",
		"missing.roles:buyer:from_amount=1e4 at f:12", "missing.roles:buyer:to=contacts at f:13",
		"missing.roles:buyer:labels=Decision maker at f:14", "missing.roles:buyer:labels=Payer at f:14",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestWrongPolicies: each fault is one line that names where it is, what, and the way out.
func TestWrongPolicies(t *testing.T) {
	const role = "checks:\n  roles:\n    buyer:\n      type: deals\n      to: contacts\n      labels: [Payer]\n"
	for _, tt := range []struct{ text, want string }{
		{"checks: {exclusive: Employee}", "f:1: checks.exclusive takes lists, each as - [TEXT, TEXT]"},
		{"checks:\n  exclusive:\n  - [Employee]", "f:3: checks.exclusive: a group has two labels at least"},
		{"checks: {exclusive: [[a, [b]]]}", "f:1: checks.exclusive takes one value, not a list"},
		{"checks: {without: {a: b}}", "f:1: checks.without takes a list, not keys with values"},
		{"checks: {roles: buyer}", "f:1: checks.roles takes keys with values, each as KEY: VALUE"},
		{strings.Replace(role, "buyer", "the buyer", 1), `f:3: checks.roles: "the buyer" is no name: write letters, digits, - and _`},
		{strings.Replace(role, "type:", "typ:", 1), `f:4: unknown key "typ" below checks.roles.buyer: did you mean type?`},
		{role + "      from_amount: much", `f:7: checks.roles.buyer.from_amount: "much" is no number`},
		{role + "      from_stage: Offer", "f:3: checks.roles.buyer has a from_stage and no pipeline: stages are of one pipeline each"},
		{strings.Replace(role, "      to: contacts\n", "", 1), "f:3: checks.roles.buyer has no to: it says which records need whom, as type: deals, to: contacts, labels: [Decision maker]"},
		{strings.Replace(role, "[Payer]", "[]", 1), "f:6: checks.roles.buyer.labels is an empty list: name something, or leave the key out"},
	} {
		_, err := Parse("f", []byte(tt.text), policies())
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s\ngot  %v\nwant %s", tt.text, err, tt.want)
		}
	}
}
