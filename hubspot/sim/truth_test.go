package sim_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/hubspot/sim"
)

// truthText is a portal with one defect of each kind that a portal shows by
// itself.
const truthText = `
pipeline deals default "Sales"
stage deals default open "Open" isClosed=false
stage deals default won "Won" isClosed=true
label contacts 21 "Friend" companies 22 "Friend"
label contacts 31 "Advisor" companies 32 "Advises"
contacts 101
contacts 102
companies 201
companies 202
companies 209 absent
deals 301 pipeline=default dealstage=open
deals 302 pipeline=default dealstage=open
deals 303 pipeline=default dealstage=open
deals 304 pipeline=default dealstage=won
deals 302 -> companies 201
deals 303 -> contacts 101
deals 304 -> contacts 101
contacts 101 ->> companies 201 279 "Friend"
contacts 101 -> companies 202 "Friend"
cut companies 202 contacts 101 "Friend"
contacts 102 ->> companies 209 279
defect deal_fully_orphaned deals 301
defect deal_without_contact deals 302
defect deal_without_company deals 303
defect inverse_pair_missing contacts 101 companies 201
defect inverse_label_missing contacts 101 companies 202 USER_DEFINED:21
defect edge_endpoint_absent contacts 102 companies 209 279
`

// truth asks what is wrong now where something was planted, as the lines that claim it.
func (a *api) truth() []string {
	a.t.Helper()
	var lines []string
	for _, d := range a.wrong() {
		if strings.Contains(truthText, "defect "+d.Check) {
			lines = append(lines, d.String())
		}
	}
	return lines
}

// wrong asks for all that is wrong now.
func (a *api) wrong() []sim.Defect {
	a.t.Helper()
	return decode[[]sim.Defect](a, a.call("GET", "/_sim/truth", ""), http.StatusOK)
}

// wantTruth checks what is wrong but for the lines that are mended, which begin
// with -, and those that came, which begin with +.
func (a *api) wantTruth(change string) {
	a.t.Helper()
	lines := map[string]bool{}
	for line := range strings.Lines(truthText) {
		if claim, ok := strings.CutPrefix(strings.TrimSpace(line), "defect "); ok {
			lines[strings.Replace(claim, " 279", " HUBSPOT_DEFINED:279", 1)] = true
		}
	}
	for line := range strings.Lines(change) {
		sign, line := line[0], strings.TrimSpace(line[1:])
		if lines[line] == (sign == '+') {
			a.t.Fatalf("the test expects %c %s, which is no change", sign, line)
		}
		lines[line] = sign == '+'
	}
	var want []string
	for line, there := range lines {
		if there {
			want = append(want, line)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, a.truth()); diff != "" {
		a.t.Errorf("- want, + the truth:\n%s", diff)
	}
}

// TestTheTruthHasConsequences has a contact with a company that is not its primary one, which
// nobody planted.
func TestTheTruthHasConsequences(t *testing.T) {
	t.Parallel()
	inBoth(t, "contacts 101\ncompanies 201\ncontacts 101 -> companies 201\ndeals 301\ndefect deal_fully_orphaned deals 301\n", sim.Options{}, func(t *testing.T, a *api) {
		want := []sim.Defect{{Check: "deal_fully_orphaned", SubjectType: "deals", SubjectID: 301}, {Check: "primary_missing", SubjectType: "contacts", SubjectID: 101}}
		if diff := cmp.Diff(want, a.wrong()); diff != "" {
			t.Errorf("- want, + the truth:\n%s", diff)
		}
	})
}

func TestTruthFollowsWrites(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ method, path, body, change string }{
		"the other side": {"POST", "@associations/companies/contacts/batch/create", inputs(input(201, 101, "280", "USER_DEFINED:22")),
			"-inverse_pair_missing contacts 101 companies 201"},
		"half of the other side": {"POST", "@associations/companies/contacts/batch/create", inputs(input(201, 101, "280")),
			"-inverse_pair_missing contacts 101 companies 201\n+inverse_label_missing contacts 101 companies 201 USER_DEFINED:21"},
		"the label": {"POST", "@associations/companies/contacts/batch/create", inputs(input(202, 101, "280", "USER_DEFINED:22")),
			"-inverse_label_missing contacts 101 companies 202 USER_DEFINED:21"},
		"no label any more": {"POST", "@associations/contacts/companies/batch/labels/archive", inputs(input(101, 202, "USER_DEFINED:21")),
			"-inverse_label_missing contacts 101 companies 202 USER_DEFINED:21"},
		"a contact": {"POST", "@associations/deals/contacts/batch/create", inputs(input(301, 102, "3")),
			"-deal_fully_orphaned deals 301\n+deal_without_company deals 301"},
		"a company":         {"POST", "@associations/companies/deals/batch/create", inputs(input(202, 303, "342")), "-deal_without_company deals 303"},
		"the end of a deal": {"PATCH", "@objects/deals/303", `{"properties":{"dealstage":"won"}}`, "-deal_without_company deals 303"},
		"an archived deal":  {"DELETE", "@objects/deals/301", "", "-deal_fully_orphaned deals 301"},
		"an archived end":   {"DELETE", "@objects/companies/201", "", "-inverse_pair_missing contacts 101 companies 201\n-deal_without_contact deals 302\n+deal_fully_orphaned deals 302"},
		"a merged contact": {"POST", "@objects/contacts/merge", `{"primaryObjectId":"102","objectIdToMerge":"101"}`,
			"-inverse_pair_missing contacts 101 companies 201\n+inverse_pair_missing contacts 20000000001 companies 201\n" +
				"-inverse_label_missing contacts 101 companies 202 USER_DEFINED:21\n+inverse_label_missing contacts 20000000001 companies 202 USER_DEFINED:21\n" +
				"-edge_endpoint_absent contacts 102 companies 209 HUBSPOT_DEFINED:279\n+edge_endpoint_absent contacts 20000000001 companies 209 HUBSPOT_DEFINED:279"},
		"something else": {"POST", "@associations/contacts/companies/batch/create", inputs(input(102, 202, "279")), ""},
	} {
		t.Run(name, func(t *testing.T) {
			inBoth(t, truthText, sim.Options{}, func(t *testing.T, a *api) {
				if got := a.call(tt.method, tt.path, tt.body); got.status >= 300 {
					t.Fatalf("status %d: %s", got.status, got.body)
				}
				a.wantTruth(tt.change)
			})
		})
	}
}

// TestNeighborsHaveToLive has deals whose only contact or company is in the recycle bin,
// is nowhere, was merged away, or lists the deal and is not listed by it.
func TestNeighborsHaveToLive(t *testing.T) {
	t.Parallel()
	p := parse(t, `
contacts 101
contacts 102 archived
contacts 103 absent
contacts 104 merged=101
companies 201
deals 301 -> companies 201
deals 302 -> companies 201
deals 303 -> companies 201
deals 304 -> companies 201
deals 301 ->> contacts 102 3
deals 302 ->> contacts 103 3
deals 303 ->> contacts 104 3
contacts 101 ->> deals 304 4
defect deal_without_contact deals 301
defect deal_without_contact deals 302
defect edge_endpoint_absent deals 302 contacts 103 3
defect inverse_pair_missing deals 303 contacts 101
defect inverse_pair_missing contacts 101 deals 304
`)
	for _, claim := range []string{"deal_without_contact deals 303", "deal_without_contact deals 304", "inverse_pair_missing deals 301 contacts 102"} {
		if err := p.Script("claim", "defect "+claim); err == nil {
			t.Errorf("%s: the truth has it", claim)
		}
	}
}

// TestDriftIsOfTheLastNight lets nights pass that a text describes.
func TestDriftIsOfTheLastNight(t *testing.T) {
	t.Parallel()
	p := parse(t, truthText+"contacts 102 -> companies 202 \"Advisor\"\n")
	before := len(p.Truth())
	drift := func() string {
		t.Helper()
		var lines []string
		for _, d := range p.Truth() {
			if line := d.String(); strings.HasPrefix(line, "edge_label") || strings.HasPrefix(line, "association_") {
				lines = append(lines, line)
			}
		}
		if len(p.Truth()) != before+len(lines) {
			t.Errorf("what is wrong by itself has changed: %v", p.Truth())
		}
		return strings.Join(lines, "\n")
	}
	for _, night := range []struct{ name, text, want string }{
		{"a label for another", `
unlink contacts 102 companies 202 "Advisor"
contacts 102 -> companies 202 "Friend"
defect edge_label_changed contacts 102 companies 202
defect edge_label_changed companies 202 contacts 102`,
			"edge_label_changed companies 202 contacts 102\nedge_label_changed contacts 102 companies 202"},
		{"nothing", "", ""},
		{"there and back, and labels come and go", `
unlink contacts 102 companies 202 "Friend"
contacts 102 -> companies 202 "Friend"
rename contacts companies "Advisor" "Counsel"
limit contacts companies plain 5
label contacts 41 "Guest" companies 42
defect association_definition_changed contacts companies USER_DEFINED:31
defect association_definition_changed contacts companies USER_DEFINED:41`,
			"association_definition_changed companies contacts USER_DEFINED:42\nassociation_definition_changed contacts companies HUBSPOT_DEFINED:279\n" +
				"association_definition_changed contacts companies USER_DEFINED:31\nassociation_definition_changed contacts companies USER_DEFINED:41"},
		{"a label goes, with that of a pair", "undefine contacts companies \"Guest\"\n",
			"association_definition_changed companies contacts USER_DEFINED:42\nassociation_definition_changed contacts companies USER_DEFINED:41"},
	} {
		if err := p.Script(night.name, strings.TrimSpace(night.text)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(night.want, drift()); diff != "" {
			t.Errorf("%s: - want, + the truth:\n%s", night.name, diff)
		}
	}
}

// TestClaimsHaveToHold has texts that say of a portal what is not so.
func TestClaimsHaveToHold(t *testing.T) {
	t.Parallel()
	const portal = "contacts 1\ncompanies 2\ncontacts 1 -> companies 2 primary\ndeals 3\ndeals 3 -> contacts 1\ndeals 3 -> companies 2\n"
	for claim, want := range map[string]string{
		"defect":                                                          "portal:7: defect: expected a check, and the line ends",
		"defect deal_lost deals 3":                                        "portal:7: defect: expected a check among association_definition_changed, deal_fully_orphaned, deal_without_company, deal_without_contact, edge_endpoint_absent, edge_label_changed, inverse_label_missing, inverse_pair_missing, not deal_lost",
		"defect deal_without_contact deals 4":                             "portal:7: defect: there is no record deals 4",
		"defect deal_without_contact deals 3":                             "portal:7: defect: deal_without_contact finds no such thing in the portal as this line leaves it",
		"defect deal_fully_orphaned contacts 1":                           "portal:7: defect: deal_fully_orphaned finds no such thing in the portal as this line leaves it",
		"defect inverse_pair_missing contacts 1":                          "portal:7: defect: expected an object type, and the line ends",
		"defect inverse_pair_missing contacts 1 companies 2":              "portal:7: defect: inverse_pair_missing finds no such thing in the portal as this line leaves it",
		"defect inverse_label_missing contacts 1 companies 2 \"Friend\"":  "portal:7: defect: expected an association type from contacts to companies, not Friend; there are HUBSPOT_DEFINED:1 \"Primary\", HUBSPOT_DEFINED:279, HUBSPOT_DEFINED:931 \"Billing Contact\"",
		"defect association_definition_changed contacts companies Friend": "portal:7: defect: expected an association type, CATEGORY:ID, not Friend",
		"defect edge_label_changed contacts 1 companies 2":                "portal:7: defect: edge_label_changed finds no such thing in the portal as this line leaves it",
	} {
		_, err := sim.Parse("portal", portal+claim+"\n")
		var wrong *sim.ParseError
		if !errors.As(err, &wrong) || err.Error() != want {
			t.Errorf("%s\ngot  %v\nwant %s", claim, err, want)
		}
	}
}
