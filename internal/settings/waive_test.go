package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"hubgraph/queries"
)

var day = time.Date(2027, 1, 31, 0, 0, 0, 0, time.UTC)

// TestAddWaiver adds a waiver to files of several forms: what was there stays as it was,
// and what was added is read back.
func TestAddWaiver(t *testing.T) {
	w := queries.Waiver{Check: "plain", Fingerprint: strings.Repeat("12345678", 8), Reason: `it's: "sold" # by phone`, By: "Ada", Expires: day}
	for name, before := range map[string]string{
		"none": "", "comment": "# ours\n", "list": "# why\n- check: plain # this one\n  fingerprint: 0123abcd\n  reason: x\n  expires: 2027-02-01\n# at the end\n",
		"without end":   "- check: plain\n  fingerprint: 0123abcd\n  reason: x\n  expires: 2027-02-01",
		"indented":      "  - where: {from_id: 3}\n    reason: x\n    expires: 2027-02-01\n",
		"start of yaml": "---\n- {fingerprint: 0123abcd, reason: x, expires: 2027-02-01}\n",
	} {
		file := filepath.Join(t.TempDir(), "waivers.yaml")
		if name != "none" {
			if err := os.WriteFile(file, []byte(before), 0o640); err != nil {
				t.Fatal(err)
			}
		}
		line, err := AddWaiver(file, w, catalog())
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text, _ := os.ReadFile(file)
		all, err := ReadWaivers(file, catalog())
		if err != nil || !strings.HasPrefix(string(text), before) {
			t.Errorf("%s: %v\n%s", name, err, text)
			continue
		}
		want := w
		want.Line = line
		if diff := cmp.Diff(want, all[len(all)-1]); diff != "" || line != strings.Count(strings.TrimSuffix(before, "\n"), "\n")+1+min(1, len(before)) {
			t.Errorf("%s: line %d\n%s\n%s", name, line, text, diff)
		}
		if info, _ := os.Stat(file); name != "none" && info.Mode().Perm() != 0o640 {
			t.Errorf("%s: mode %v", name, info.Mode())
		}
		if _, err := AddWaiver(file, w, catalog()); err == nil || !strings.Contains(err.Error(), ": the finding has a waiver, until 2027-01-31: give that another date") {
			t.Errorf("%s, twice: %v", name, err)
		}
		if again, _ := os.ReadFile(file); string(again) != string(text) {
			t.Errorf("%s: refused, and changed", name)
		}
	}
}

// TestAddWaiverKeepsLinks writes through a link.
func TestAddWaiverKeepsLinks(t *testing.T) {
	dir := t.TempDir()
	link := filepath.Join(dir, "waivers.yaml")
	if err := os.WriteFile(filepath.Join(dir, "real.yaml"), []byte("# ours\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("real.yaml", link); err != nil {
		t.Fatal(err)
	}
	if _, err := AddWaiver(link, queries.Waiver{Check: "plain", Fingerprint: "0123abcd", Reason: "x", Expires: day}, catalog()); err != nil {
		t.Fatal(err)
	}
	if to, err := os.Readlink(link); err != nil || to != "real.yaml" {
		t.Errorf("the link leads to %q, %v", to, err)
	}
	if all, err := ReadWaivers(filepath.Join(dir, "real.yaml"), catalog()); err != nil || len(all) != 1 {
		t.Errorf("%v, %v", all, err)
	}
}

// TestAddWaiverRefuses files that a line behind them would break, or that are wrong.
func TestAddWaiverRefuses(t *testing.T) {
	for before, want := range map[string]string{
		"[{fingerprint: 0123abcd, reason: x, expires: 2027-02-01}]\n":           "is not written as a list with a line for each hyphen: add the waiver by hand",
		"- {fingerprint: 0123abcd, reason: x, expires: 2027-02-01}\n...\n":      "add the waiver by hand",
		"- {fingerprint: 0123abcd, expires: 2027-02-01}\n":                      `the waiver lacks "reason"`,
		"- {check: unheard_of, fingerprint: 0123abcd, reason: x, expires: 1}\n": `there is no check "unheard_of"`,
	} {
		file := writeFile(t, before)
		_, err := AddWaiver(file, queries.Waiver{Check: "plain", Fingerprint: "abcdabcd", Reason: "x", Expires: day}, catalog())
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", before, err)
		}
		if text, _ := os.ReadFile(file); string(text) != before {
			t.Errorf("%q became %q", before, text)
		}
	}
}

func TestNewWaiver(t *testing.T) {
	for _, tt := range []struct{ reason, by, until, want string }{
		{"sold by\n phone", "Ada", "2027-01-31", ""},
		{" ", "", "2027-01-31", "a waiver says why: give --reason"},
		{"x", "", "", "a waiver says for how long: give --until, a day such as 2027-01-31"},
		{"x", "", "soon", `--until "soon" is no day: write one as 2027-01-31`},
		{"x", "", "2027-01-30", "--until 2027-01-30 is past: a waiver holds before that day, UTC"},
		{"x\x1b[2J", "", "2027-01-31", "--reason and --by are text without control characters, of at most 1000 bytes"},
		{"x\xff", "", "2027-01-31", "--reason and --by are text without control characters, of at most 1000 bytes"},
	} {
		w, err := NewWaiver(tt.reason, tt.by, tt.until, day.Add(-time.Hour))
		switch {
		case tt.want != "":
			if err == nil || err.Error() != tt.want {
				t.Errorf("%q: %v, want %s", tt.reason, err, tt.want)
			}
		case err != nil || w.Reason != "sold by phone" || w.By != "Ada" || !w.Expires.Equal(day):
			t.Errorf("%+v, %v", w, err)
		}
	}
}

// TestAddWaiverOfSeveral writes one waiver of several findings, which is read back and
// matches each of them and no other; none of them can be waived again.
func TestAddWaiverOfSeveral(t *testing.T) {
	file := filepath.Join(t.TempDir(), "waivers.yaml")
	w := queries.Waiver{Fingerprints: []string{"0000000011111111", "00000000aaaaaaaa", "123456789abcdef0"}, Reason: "moved", Expires: day}
	line, err := AddWaiver(file, w, catalog())
	if err != nil {
		t.Fatal(err)
	}
	all, err := ReadWaivers(file, catalog())
	if err != nil {
		t.Fatal(err)
	}
	w.Line = line
	if diff := cmp.Diff([]queries.Waiver{w}, all); diff != "" {
		t.Error(diff)
	}
	if got := all[0].String(); got != "any check 0000000011111111 and 2 more, until 2027-01-31: moved" {
		t.Error(got)
	}
	rest := strings.Repeat("0", 48)
	for name, want := range map[string]bool{"0000000011111111": true, "00000000aaaaaaaa": true, "123456789abcdef0": true, "0000000022222222": false, "00000000aaaaaaab": false, "ffffffffffffffff": false, "0000000000000000": false} {
		if all[0].Names(name+rest) != want {
			t.Errorf("%s is named: %t", name, !want)
		}
	}
	for _, again := range []queries.Waiver{
		{Fingerprints: []string{"00000000aaaaaaaa", "ffffffffffffffff"}, Reason: "x", Expires: day},
		{Check: "plain", Fingerprint: "123456789abcdef0" + rest, Reason: "x", Expires: day},
	} {
		if _, err := AddWaiver(file, again, catalog()); err == nil || !strings.Contains(err.Error(), "has a waiver, until 2027-01-31: ") {
			t.Errorf("%s: %v", again, err)
		}
	}
}
