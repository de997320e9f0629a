package repair

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestPlanRoundTrip(t *testing.T) {
	p := mending()
	p.CreatedAt = time.Date(2026, 11, 22, 3, 0, 0, 0, time.UTC)
	p.ExpiresAt = p.CreatedAt.Add(Life)
	p.seal()
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

// TestEditedPlanIsRefused changes single bytes: what Read still takes must be the
// same plan, that is, the change was to blanks only.
func TestEditedPlanIsRefused(t *testing.T) {
	p := mending()
	p.CreatedAt, p.ExpiresAt = p.CreatedAt.UTC(), time.Date(2026, 11, 23, 3, 0, 0, 0, time.UTC)
	p.seal()
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
		if !errors.Is(err, ErrEdited) || !strings.Contains(err.Error(), "hubgraph") {
			t.Fatalf("refused with %v", err)
		}
	})
}

func TestPlanIsChecked(t *testing.T) {
	p := mending()
	now := p.ExpiresAt.Add(-time.Minute)
	if err := p.Check(77, now, 3); err != nil {
		t.Error(err)
	}
	for want, err := range map[error]error{
		ErrOtherPortal: p.Check(78, now, 3),
		ErrExpired:     p.Check(77, p.ExpiresAt.Add(time.Second), 3),
		ErrTooMany:     p.Check(77, now, 2),
	} {
		if !errors.Is(err, want) {
			t.Errorf("%v instead of %v", err, want)
		}
	}
}

func TestNewerPlanIsRefused(t *testing.T) {
	p := mending()
	p.Schema = Schema + 1
	p.seal()
	name := filepath.Join(t.TempDir(), "plan.json")
	if err := p.Write(name); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(name); !errors.Is(err, ErrEdited) || !strings.Contains(err.Error(), "newer hubgraph") {
		t.Errorf("a newer format is refused with %v", err)
	}
}
