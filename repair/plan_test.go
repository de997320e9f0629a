package repair

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/unix"
	"pgregory.net/rapid"
)

func TestPlanRoundTrip(t *testing.T) {
	p := mending()
	p.CreatedAt = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	p.ExpiresAt = p.CreatedAt.Add(MaxAge)
	p.Seal()
	name := filepath.Join(t.TempDir(), "plan.json")
	if err := p.Write(name); err != nil {
		t.Fatal(err)
	}
	got, err := Read(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(p, got); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the plan's mode is %v, %v", info.Mode(), err)
	}
}

// TestDigestIsOfTheWholePlan hashes plans as one text, which is what a digest is of.
func TestDigestIsOfTheWholePlan(t *testing.T) {
	full, none, some := mending(), &Plan{}, mending()
	full.Blocked = []Refused{{Operation: full.Operations[0], Cause: `"a" < b & c`}, {Operation: full.Operations[0]}}
	full.Seal()
	some.Operations = some.Operations[:1]
	some.Seal()
	for _, p := range []*Plan{full, none, some} {
		unsealed := *p
		unsealed.Digest = ""
		text, err := json.Marshal(unsealed)
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprintf("sha256:%x", sha256.Sum256(text)); p.digest() != want {
			t.Errorf("the digest of %s is %s, want %s", text, p.digest(), want)
		}
	}
	if len(full.Operations) < 2 {
		t.Error("the plan has no two operations")
	}
}

// TestAPlanReplacesFilesOnly writes a plan where something is that is no file: a rename would
// put the plan in its place.
func TestAPlanReplacesFilesOnly(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{pipe, dir} {
		before, err := os.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := mending().Write(name); err == nil || !strings.Contains(err.Error(), name+" is there and is no file") {
			t.Errorf("%s: %v", name, err)
		}
		if after, err := os.Stat(name); err != nil || !os.SameFile(before, after) {
			t.Errorf("%s was replaced: %v", name, err)
		}
	}
}

// TestEditedPlanIsRefused changes single bytes: what Read still takes must be the
// same plan, that is, the change was to blanks only.
func TestEditedPlanIsRefused(t *testing.T) {
	p := mending()
	p.CreatedAt, p.ExpiresAt = p.CreatedAt.UTC(), time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	p.Seal()
	name := filepath.Join(t.TempDir(), "plan.json")
	if err := p.Write(name); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		edited := append([]byte(nil), text...)
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		edited[at] = rapid.Byte().Draw(t, "byte")
		if err := os.WriteFile(name, edited, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := Read(name)
		if err == nil {
			if diff := cmp.Diff(p, got); diff != "" {
				t.Fatalf("another plan is taken: %s", diff)
			}
			return
		}
		if !errors.Is(err, ErrEdited) && !errors.Is(err, ErrNoPlan) && !errors.Is(err, ErrNewer) || !strings.Contains(err.Error(), "hubgraph") {
			t.Fatalf("refused with %v", err)
		}
	})
}

func TestPlanIsChecked(t *testing.T) {
	p := mending()
	now := p.ExpiresAt.Add(-time.Minute)
	if err := p.Check(77, now); err != nil {
		t.Error(err)
	}
	for want, err := range map[error]error{
		ErrOtherPortal: p.Check(78, now),
		ErrExpired:     p.Check(77, p.ExpiresAt.Add(time.Second)),
	} {
		if !errors.Is(err, want) {
			t.Errorf("%v instead of %v", err, want)
		}
	}
}

// TestPlansThatCannotBeUsed has files that are no plan of this schema, one of a newer one,
// and plans that were sealed with operations that demand too little.
func TestPlansThatCannotBeUsed(t *testing.T) {
	text := func(change func(*Plan)) string {
		p := mending()
		change(p)
		p.Digest = p.digest()
		b, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	whole := text(func(*Plan) {})
	require := func(that string) string {
		return text(func(p *Plan) {
			op := &p.Operations[1]
			op.Require = slices.DeleteFunc(op.Require, func(r Requirement) bool { return r.That == that })
		})
	}
	for name, tt := range map[string]struct {
		text string
		want error
		says string
	}{
		"schema 1":     {`{"schema":1,"portal_id":77,"operations":[]}`, ErrNoPlan, "has schema 1"},
		"newer":        {`{"schema":3,"portal_id":77,"steps":[]}`, ErrNewer, "use a newer hubgraph"},
		"no schema":    {`{"portal_id":77}`, ErrNoPlan, "names no schema"},
		"no JSON":      {"hello", ErrNoPlan, "cannot be read as JSON"},
		"empty":        {"", ErrNoPlan, "cannot be read as JSON"},
		"a list":       {"[]", ErrNoPlan, "it holds the JSON array where an object is expected"},
		"a text":       {`{"schema":"2"}`, ErrNoPlan, "the JSON string does not fit as schema"},
		"a fraction":   {`{"schema":2.5}`, ErrNoPlan, "the JSON number 2.5 does not fit as schema"},
		"a list in it": {strings.Replace(whole, `"from_id":12`, `"from_id":[12]`, 1), ErrEdited, "the JSON array does not fit as operations.from_id"},
		"truncated":    {whole[:len(whole)/2], ErrNoPlan, "cannot be read as JSON"},
		"edited":       {strings.Replace(whole, `"from_id":12`, `"from_id":13`, 1), ErrEdited, "was changed after it was made"},
		"a key more":   {strings.Replace(whole, `"portal_id"`, `"more":1,"portal_id"`, 1), ErrEdited, "unknown field"},
		"no live":      {require(IsLive), ErrNoPlan, "operation 2 does not demand that companies:12 lives"},
		"no defined":   {require(IsDefined), ErrNoPlan, "operation 2 does not demand that HUBSPOT_DEFINED:280 is defined"},
		"no links": {text(func(p *Plan) {
			p.Operations[1].Require = p.Operations[1].Require[:3]
		}), ErrNoPlan, "operation 2 demands nothing of what its records list"},
		"half a requirement": {text(func(p *Plan) { p.Operations[0].Require[3].ID = nil }), ErrNoPlan, `the requirement "lacks" lacks a part`},
		"unknown":            {text(func(p *Plan) { p.Operations[0].Require[3].That = "nice" }), ErrNoPlan, `"nice" is no requirement`},
		"a number beyond":    {text(func(p *Plan) { p.Operations[1].N = 9 }), ErrNoPlan, "operation 2 has the number 9"},
		"a number twice":     {text(func(p *Plan) { p.Operations[1].N = 1 }), ErrNoPlan, "operation 2 has the number 1"},
		"unknown action":     {text(func(p *Plan) { p.Operations[0].Action = "merge" }), ErrNoPlan, `action "merge"`},
		"unknown class":      {text(func(p *Plan) { p.Operations[0].Class = "hoped" }), ErrNoPlan, `class "hoped"`},
		"no types":           {text(func(p *Plan) { p.Operations[0].Types = []Type{} }), ErrNoPlan, "names no association types"},
	} {
		file := filepath.Join(t.TempDir(), "plan.json")
		if err := os.WriteFile(file, []byte(tt.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(file); !errors.Is(err, tt.want) || !strings.Contains(err.Error(), tt.says) || strings.Contains(err.Error(), "(json: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Read(filepath.Join(t.TempDir(), "none.json")); !errors.Is(err, ErrNoPlan) {
		t.Errorf("a file that is not there: %v", err)
	}
}
