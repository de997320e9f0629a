package settings

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/queries"
)

func TestReadWaivers(t *testing.T) {
	got, err := ReadWaivers(writeFile(t, `# accepted until the migration is over
- check: plain
  fingerprint: 0123ABCD
  reason: sold by phone
  by: Ada
  expires: 2027-01-31
- where: {subject_type: deals, subject-id: 301, currency: EUR}
  reason: >
    of a test,
    twice
  expires: "2027-02-28"
`), catalog())
	if err != nil {
		t.Fatal(err)
	}
	want := []queries.Waiver{
		{Check: "plain", Fingerprint: "0123abcd", Reason: "sold by phone", By: "Ada", Expires: time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC), Line: 2},
		{Where: map[string]string{"subject_type": "deals", "subject_id": "301", "currency": "EUR"}, Reason: "of a test, twice",
			Expires: time.Date(2027, 2, 28, 0, 0, 0, 0, time.UTC), Line: 7},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for i, text := range []string{
		"plain 0123abcd, until 2027-01-31: sold by phone",
		"any check where currency is EUR and subject_id is 301 and subject_type is deals, until 2027-02-28: of a test, twice",
	} {
		if got[i].String() != text {
			t.Errorf("%s, want %s", got[i], text)
		}
	}
	if none, err := ReadWaivers(filepath.Join(t.TempDir(), "waivers.yaml"), catalog()); err != nil || none != nil {
		t.Errorf("no file: %v, %v", none, err)
	}
	for _, text := range []string{"", "[]", "# none"} {
		if none, err := ParseWaivers("w", []byte(text), catalog()); err != nil || none != nil {
			t.Errorf("%q: %v, %v", text, none, err)
		}
	}
}

// TestWrongWaivers changes one line of a waiver that is right.
func TestWrongWaivers(t *testing.T) {
	for _, tt := range []struct{ key, line, want string }{
		{"fingerprint", "", `w:1: a waiver has one of fingerprint, fingerprints and where, to say which findings it is about`},
		{"by", "where: {subject_id: 1}", `w:1: a waiver has one of fingerprint, fingerprints and where, to say which findings it is about`},
		{"reason", "", `w:1: the waiver lacks "reason": a waiver says why, and for how long`},
		{"expires", "", `w:1: the waiver lacks "expires": a waiver says why, and for how long`},
		{"reason", "reason: ''", `w:3: reason has no value`},
		{"expires", "expires: 2027-02-30", `w:4: expires: "2027-02-30" is no day: write one as 2027-01-31`},
		{"expires", "expires: never", `w:4: expires: "never" is no day: write one as 2027-01-31`},
		{"check", "check: plane", `w:1: check: there is no check "plane": did you mean plain?`},
		{"check", "check: zebra", "w:1: check: there is no check \"zebra\": `hubgraph checks` lists all"},
		{"fingerprint", "fingerprint: 0123abc", `w:2: fingerprint: "0123abc" is no fingerprint: write its 64 hexadecimal digits, or at least the first 8`},
		{"fingerprint", "fingerprint: " + long, `w:2: fingerprint: "` + long + `" is no fingerprint: write its 64 hexadecimal digits, or at least the first 8`},
		{"fingerprint", "fingerprint: [01234567]", `w:2: fingerprint takes one value, not a list`},
		{"by", "reson: x", `w:5: unknown key "reson": did you mean reason?`},
		{"by", "zebra: x", `w:5: unknown key "zebra": a waiver has check, fingerprint, fingerprints, where, reason, by, expires`},
		{"fingerprint", "where: {}", `w:2: where is empty, and would be about every finding: name a column`},
		{"fingerprint", "where: deals:301", `w:2: where takes keys with values, each as KEY: VALUE`},
		{"fingerprint", "where: {subject: 301}", `w:2: unknown key "subject" below where: did you mean subject_id?`},
		{"fingerprint", "where: {evidence: x}", `w:2: unknown key "evidence" below where: the columns are category, check_id, currency, from_id, from_type, severity, subject_id, subject_name, subject_type, to_id, to_type, type_id`},
		{"fingerprint", "where: {subject_id: x}", `w:2: where.subject_id: "x" is no id: ids are whole numbers`},
		{"fingerprint", "where: {currency: }", `w:2: where.currency has no value`},
		{"fingerprint", "where: {severity: worst}", `w:2: where.severity: "worst" is no severity: write critical, high, medium or low`},
		{"fingerprint", "where: {to_id: 1, to-id: 2}", `w:2: "to-id" stands twice, first in line 2: keep one`},
	} {
		lines := []string{"check: plain", "fingerprint: 01234567", "reason: why", "expires: 2027-01-31", "by: Ada"}
		for i, line := range lines {
			if strings.HasPrefix(line, tt.key+":") {
				lines[i] = tt.line
			}
		}
		_, err := ParseWaivers("w", []byte("- "+strings.Join(lines, "\n  ")), catalog())
		if fmt.Sprint(err) != tt.want {
			t.Errorf("%s:\n%v, want\n%s", tt.line, err, tt.want)
		}
	}
	for text, want := range map[string]string{
		"check: plain":  `w:1: waivers are a list: begin each with a hyphen, as in - check: CHECK`,
		"- plain":       `w:1: a waiver takes keys with values, each as KEY: VALUE`,
		"- {}":          "w:1: the waiver lacks \"reason\": a waiver says why, and for how long\nw:1: the waiver lacks \"expires\": a waiver says why, and for how long\nw:1: a waiver has one of fingerprint, fingerprints and where, to say which findings it is about",
		"-\n\tcheck: x": `w:2: the line begins with a tab: YAML is indented with blanks`,
	} {
		if _, err := ParseWaivers("w", []byte(text), catalog()); fmt.Sprint(err) != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// long has two digits too many for a fingerprint.
var long = strings.Repeat("0a", 33)
