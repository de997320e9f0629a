package settings

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// catalog is one of few flags and checks.
func catalog() Catalog {
	grace := Setting{Name: "grace_hours", Type: "int", Default: []string{"24"}}
	return Catalog{
		Keys: []Key{
			{Name: "data"}, {Name: "types", Kind: List, Some: true}, {Name: "fail-on"}, {Name: "baseline"}, {Name: "directions"},
			{Name: "properties", Kind: Lines}, {Name: "check", Kind: List}, {Name: "quiet", Kind: Bool}, {Name: "resume-within", Kind: Time},
			{Name: "max-operations", Kind: Count}, {Name: "keep-last"}, {Name: "fault", Kind: Lines},
			{Name: "memory", Check: func(v string) error {
				if !strings.HasSuffix(v, "GB") {
					return fmt.Errorf("%q is no size", v)
				}
				return nil
			}},
		},
		Checks: []Check{
			{ID: "deal_without_contact", Settings: []Setting{grace}},
			{ID: "free_mail", Settings: []Setting{{Name: "domains", Type: "list", Default: []string{"gmail.com"}}, {Name: "share", Type: "number"}, grace}},
			{ID: "plain"},
		},
		Gate: func(text string) error {
			if text != "any" && text != "percent > 5" {
				return fmt.Errorf("%q is no gate", text)
			}
			return nil
		},
	}
}

func TestParse(t *testing.T) {
	f, err := Parse("hubgraph.yaml", []byte(`# every kind of value
data: /var/lib/hubgraph
types: contacts, deals
fail-on: high
baseline: accepted
remind_days: 3
memory: 2GB
quiet: True
resume_within: 90m
max-operations: 5
fault:
  - poison:deals:301,305
properties: {contacts: [jobtitle, "email"], deals: amount}
known_gaps: ["deals:301", p_cars:5]
inverses: contacts companies USER_DEFINED:21 USER_DEFINED:22
keep: {daily: 14, monthly: unlimited}
checks:
  grace-hours: 48
  domains: []
  deal_without_contact: {grace_hours: 72, severity: medium, gate: "percent > 5"}
  free_mail:
    domains: a.org, b.org
    share: 0.5
  plain: {off: true}
`), catalog())
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, e := range f.Entries {
		values[e.Key] = fmt.Sprint(e.Line, " ", strings.Join(e.Values, "|"))
	}
	want := map[string]string{
		"data": "2 /var/lib/hubgraph", "types": "3 contacts|deals", "fail_on": "4 high", "baseline": "5 accepted", "remind_days": "6 3",
		"memory": "7 2GB", "quiet": "8 true", "resume_within": "9 90m", "max_operations": "10 5", "fault": "11 poison:deals:301,305",
		"properties": "13 contacts=jobtitle,email|deals=amount", "known_gaps": "14 deals:301|p_cars:5",
		"inverses":   "15 contacts companies USER_DEFINED:21 USER_DEFINED:22",
		"keep_daily": "16 14", "keep_monthly": "16 unlimited", "checks.grace_hours": "18 48", "checks.domains": "19 ",
		"checks.deal_without_contact.grace_hours": "20 72", "checks.deal_without_contact.severity": "20 medium",
		"checks.deal_without_contact.gate": "20 percent > 5", "checks.free_mail.domains": "22 a.org|b.org", "checks.free_mail.share": "23 0.5",
		"checks.plain.off": "24 true",
	}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Error(diff)
	}
	medium, gate := "medium", "percent > 5"
	audit := Audit{FailOn: "high", RemindDays: 3, Baseline: Accepted, Values: map[string][]string{"grace_hours": {"48"}, "domains": nil},
		Checks: map[string]CheckOverride{
			"deal_without_contact": {Values: map[string][]string{"grace_hours": {"72"}}, Severity: &medium, Gate: &gate},
			"free_mail":            {Values: map[string][]string{"domains": {"a.org", "b.org"}, "share": {"0.5"}}},
			"plain":                {Values: map[string][]string{}, Off: true},
		}}
	if diff := cmp.Diff(audit, f.Audit); diff != "" {
		t.Error(diff)
	}
}

// TestAuditValue: what is said of a check goes before what is said of all, and that
// before the default; an empty list is a value.
func TestAuditValue(t *testing.T) {
	f, err := Parse("", []byte("checks: {domains: [], deal_without_contact: {grace_hours: 72}}"), catalog())
	if err != nil {
		t.Fatal(err)
	}
	checks := catalog().Checks
	for _, tt := range []struct {
		check   string
		setting Setting
		want    string
	}{
		{"deal_without_contact", checks[0].Settings[0], "[72]"},
		{"free_mail", checks[1].Settings[2], "[24]"},
		{"free_mail", checks[1].Settings[0], "[]"},
	} {
		if got := fmt.Sprint(f.Audit.Value(tt.check, tt.setting)); got != tt.want {
			t.Errorf("%s of %s is %s, want %s", tt.setting.Name, tt.check, got, tt.want)
		}
	}
}

func TestNothingIsSet(t *testing.T) {
	for _, text := range []string{"", "# a comment\n", "---\n...\n", "{}"} {
		f, err := Parse("hubgraph.yaml", []byte(text), catalog())
		if err != nil || len(f.Entries) > 0 || f.Audit.RemindDays != 7 {
			t.Errorf("%q: %v, %v", text, f, err)
		}
	}
	if f, _, err := Read(filepath.Join(t.TempDir(), "hubgraph.yaml"), catalog()); err != nil || len(f.Entries) > 0 {
		t.Errorf("no file: %v, %v", f, err)
	}
	if _, _, err := Read(t.TempDir(), catalog()); err == nil || !strings.Contains(err.Error(), "cannot be read: ") {
		t.Errorf("a folder: %v", err)
	}
}

// TestWrong: each fault is one line that names where it is, what, and the way out.
func TestWrong(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"data: x\n\ntyps: [deals]", `f:3: unknown key "typs": did you mean types?`},
		{"zebra: 1", `f:1: unknown key "zebra": no flag and no setting is called that`},
		{"Types: deals", `f:1: unknown key "Types": did you mean types?`},
		{"max-operatoins: 1", `f:1: unknown key "max-operatoins": did you mean max_operations?`},
		{"<<: {data: x}", `f:1: unknown key "<<": no flag and no setting is called that`},
		{"grace_hours: 3", `f:1: "grace_hours" stands outside of checks: write it below that key`},
		{"plain: {off: true}", `f:1: "plain" stands outside of checks: write it below that key`},
		{"types: a\ndata: b\ntypes: c", `f:3: "types" stands twice, first in line 1: keep one`},
		{"fail_on: low\nfail-on: high", `f:2: "fail-on" stands twice, first in line 1: keep one`},
		{"keep: {last: 1}\nkeep_last: 2", `f:2: "keep_last" stands twice, first in line 1: keep one`},
		{"data: x\n\tquiet: true", `f:2: the line begins with a tab: YAML is indented with blanks`},
		{"checks:\n\tgrace_hours: 1", `f:2: the line begins with a tab: YAML is indented with blanks`},
		{"types: [a", `f:1: this is no YAML: did not find expected ',' or ']'`},
		{"data: 'x", `f: this is no YAML: found unexpected end of stream`},
		{"data: *x", `f: this is no YAML: unknown anchor 'x' referenced`},
		{"data: x\xff", `f: this is no YAML: invalid leading UTF-8 octet`},
		{"data: x\n---\ndata: y", `f:2: a second document begins here: keep one`},
		{"- data", `f:1: the file takes keys with values, each as KEY: VALUE`},
		{"data", `f:1: the file takes keys with values, each as KEY: VALUE`},
		{"? [data]\n: x", `f:1: a key must be a word`},
		{"data:", `f:1: data has no value`},
		{"data: null", `f:1: data has no value: write "null" in quotes if it is a text`},
		{"data: ''", `f:1: data has no value`},
		{"data: true", `f:1: data is neither true nor false: write "true" in quotes if it is a text`},
		{"data: [a, b]", `f:1: data takes one value, not a list`},
		{"data: {a: b}", `f:1: data takes one value, not keys with values`},
		{"data: |\n  a\n  b", `f:1: data: a text of several lines or with control characters cannot be a value`},
		{"types: {a: b}", `f:1: types takes a list, not keys with values`},
		{"types: []", `f:1: types is an empty list: name something, or leave the key out`},
		{"types: [a, [b]]", `f:1: types takes one value, not a list`},
		{"types: a,,b", `f:1: types: an item has no text: there is a comma too many`},
		{"types:\n- a\n-\n", `f:3: types has no value`},
		{"quiet: yes", `f:1: quiet: "yes" is neither true nor false`},
		{"resume_within: 6", `f:1: resume_within: "6" is no time: write 6h or 90m`},
		{"max_operations: -1", `f:1: max_operations: "-1" is no whole number from 0 to 2147483647`},
		{"max_operations: [1]", `f:1: max_operations takes one value, not a list`},
		{"remind_days: soon", `f:1: remind_days: "soon" is no whole number from 0 to 2147483647`},
		{"memory: 2", `f:1: memory: "2" is no size`},
		{"fail_on: huge", `f:1: fail_on: "huge" is no severity: write critical, high, medium or low`},
		{"baseline: none", `f:1: baseline: "none" is not known: choose last-complete or accepted`},
		{"directions: larger", `f:1: directions: "larger" is not known: choose both or smaller`},
		{"check: [plain, plane]", `f:1: check: there is no check "plane": did you mean plain?`},
		{"known_gaps: [deals301]", `f:1: known_gaps: "deals301" is no record: write it as TYPE:ID, such as deals:123`},
		{"known_gaps:\n- deals:1\n- deal:301", `f:3: known_gaps: "deal:301" is not how gaps are named: write deals:301`},
		{"known_gaps: dels:301", `f:1: known_gaps: "dels:301" is of no object type: did you mean deals?`},
		{"known_gaps: 2-123:301", `f:1: known_gaps: "2-123:301" is of no object type: write a standard one such as deals:301, or a custom object such as p_cars:301`},
		{"inverses: [contacts deals]", `f:1: inverses: "contacts deals" names no inverse: write FROM TO TYPE INVERSE, such as contacts companies USER_DEFINED:21 USER_DEFINED:22`},
		{"properties: {contacts: }", `f:1: properties.contacts has no value`},
		{"properties: contacts", `f:1: properties: "contacts" is no list with a name: write NAME: [TEXT, …]`},
		{"properties: {contacts: a, contacts: b}", `f:1: "contacts" stands twice, first in line 1: keep one`},
		{"keep: {dayly: 1}", `f:1: unknown key "dayly" below keep: did you mean daily?`},
		{"keep: {yearly: 1}", `f:1: unknown key "yearly" below keep: the rules are last, daily, weekly, monthly`},
		{"keep: {daily: all}", `f:1: keep_daily: "all" is no count of snapshots: write a number, or unlimited`},
		{"keep: 3", `f:1: keep takes keys with values, each as KEY: VALUE`},
		{"checks: {grace_hours: soon}", `f:1: checks.grace_hours: "soon" is no whole number from 0 to 2147483647`},
		{"checks: {grace_hours: [1, 2]}", `f:1: checks.grace_hours takes one value, not a list`},
		{"checks: {grace_hour: 1}", `f:1: unknown key "grace_hour" below checks: did you mean grace_hours?`},
		{"checks:\n  deal_without_contacts: {off: true}", `f:2: unknown key "deal_without_contacts" below checks: did you mean deal_without_contact?`},
		{"checks: {zebra: 1}", `f:1: unknown key "zebra" below checks: no check is called that, and none reads such a setting`},
		{"checks:", `f:1: checks takes keys with values, each as KEY: VALUE`},
		{"checks: {plain: off}", `f:1: checks.plain takes keys with values, each as KEY: VALUE`},
		{"checks: {plain: {of: true}}", `f:1: unknown key "of" below checks.plain: did you mean off?`},
		{"checks: {plain: {zebra: true}}", `f:1: unknown key "zebra" below checks.plain: there are severity, gate, off`},
		{"checks: {plain: {grace_hours: 1}}", `f:1: checks.plain.grace_hours: this check reads no such setting`},
		{"checks: {plain: {severity: worst}}", `f:1: checks.plain.severity: "worst" is no severity: write critical, high, medium or low`},
		{"checks: {plain: {gate: most}}", `f:1: checks.plain.gate: "most" is no gate`},
		{"checks: {plain: {off: on}}", `f:1: checks.plain.off: "on" is neither true nor false`},
		{"checks: {free_mail: {share: half}}", `f:1: checks.free_mail.share: "half" is no number`},
		{"checks: {free_mail: {share: .inf}}", `f:1: checks.free_mail.share: ".inf" is no number`},
		{"typs: a\nfail_on: huge\nquiet: 1", "f:1: unknown key \"typs\": did you mean types?\nf:2: fail_on: \"huge\" is no severity: write critical, high, medium or low\nf:3: quiet: \"1\" is neither true nor false"},
		{"data: &x [*x]", `f:1: data takes one value, not a list`},
		{"types: &x [*x]", `f:1: types takes one value, not a list`},
	} {
		f, err := Parse("f", []byte(tt.text), catalog())
		if err == nil || err.Error() != tt.want || f != nil {
			t.Errorf("%q:\n%v, want\n%s", tt.text, err, tt.want)
		}
	}
}

// TestAliases: a value may stand elsewhere in the file.
func TestAliases(t *testing.T) {
	f, err := Parse("f", []byte("types: &x [contacts]\ncheck: [plain]\nchecks: {plain: &y {off: true}, free_mail: *y}\nproperties: {deals: *x}"), catalog())
	if err != nil || !f.Audit.Checks["free_mail"].Off {
		t.Errorf("%v, %v", f, err)
	}
	if e, ok := f.Entry("properties"); !ok || e.Values[0] != "deals=contacts" {
		t.Errorf("%v", e)
	}
}

// FuzzParse: whatever a file holds, it is read, or what is wrong is reported in lines.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"types: [a]\n", "checks: {plain: {off: true}}", "a: &x [*x]", "- check: plain\n  where: {subject_id: 1}\n", "\t", "{", "? ", "a: !!binary x", "%YAML 1.1\n---\na: b", "<<: *a", "keep: {last: 1}", "data: \"\\u0085\""} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := Parse("f", text, catalog())
		if (read == nil) != (err != nil) {
			t.Errorf("%v, %v", read, err)
		}
		holdsLines(t, err)
		_, err = ParseWaivers("f", text, catalog())
		holdsLines(t, err)
	})
}

// holdsLines fails where an error is not all in lines that name the file.
func holdsLines(t *testing.T, err error) {
	t.Helper()
	var lines Errors
	if err == nil || !errors.As(err, &lines) {
		if err != nil {
			t.Errorf("no Errors: %v", err)
		}
		return
	}
	for _, line := range lines {
		if text := line.Error(); !strings.HasPrefix(text, "f:") || strings.ContainsFunc(text, unicode.IsControl) {
			t.Errorf("%q", text)
		}
	}
}

func TestUnread(t *testing.T) {
	read := []string{"HUBGRAPH_DATA", "HUBSPOT_ACCESS_TOKEN", "HUBSPOT_ACCESS_TOKEN_FILE", "HUBSPOT_BASE_URL"}
	for variable, want := range map[string]string{
		"HUBGRAPH_DATA=x":           "",
		"HUBGRAPH_DTA=x":            "HUBGRAPH_DTA is set, and nothing reads it: did you mean HUBGRAPH_DATA?",
		"HUBGRAPH_DTA=":             "",
		"HUBGRAPH_MAX_OPERATIONS=1": "HUBGRAPH_MAX_OPERATIONS is set, and nothing reads it: write max_operations into hubgraph.yaml instead",
		"HUBGRAPH_SOMETHING=1":      "HUBGRAPH_SOMETHING is set, and nothing reads it: unset it",
		"HUBSPOT_ACCES_TOKEN=x":     "HUBSPOT_ACCES_TOKEN is set, and nothing reads it: did you mean HUBSPOT_ACCESS_TOKEN?",
		"HUBSPOT_BASE_URI=x":        "HUBSPOT_BASE_URI is set, and nothing reads it: did you mean HUBSPOT_BASE_URL?",
		"HUBSPOT_PORTAL=x":          "",
		"HUBSPOT_ACCESS_TOKEN_2=x":  "",
		"PATH=x":                    "",
		"without a value":           "",
	} {
		if got := strings.Join(Unread([]string{variable}, read, catalog().Keys), "\n"); got != want {
			t.Errorf("%s: %q, want %q", variable, got, want)
		}
	}
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "waivers.yaml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
