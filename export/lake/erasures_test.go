package lake

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestErasuresAreOfThoseWhoKnowTheRecord notes erasures one after the other, the second behind
// lines of which an editor took the end, and asks for records that were erased, and others.
func TestErasuresAreOfThoseWhoKnowTheRecord(t *testing.T) {
	p := openData(t)
	file, key := filepath.Join(p.Audited(), erasedFile), filepath.Join(p.Audited(), erasedKey)
	first, second := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), time.Date(2026, 2, 2, 3, 4, 5, 0, time.UTC)
	if e, err := p.Erasures(); err != nil || e.Any() || !e.When("0-1", 101).IsZero() {
		t.Errorf("before any erasure: %+v, %v", e, err)
	}
	if err := p.NoteErased(first, "1", Erased{"0-1", 101}, Erased{"0-1", 102}); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, bytes.TrimSuffix(text, []byte("\n")), FileMode); err != nil {
		t.Fatal(err)
	}
	if err := p.NoteErased(second, "1", Erased{"0-1", 102}, Erased{"0-2", 103}); err != nil {
		t.Fatal(err)
	}
	e, err := p.Erasures()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		typeID string
		id     int64
		want   time.Time
	}{{"0-1", 101, first}, {"0-1", 102, second}, {"0-2", 103, second}, {"0-1", 103, time.Time{}}, {"0-2", 101, time.Time{}}, {"0-1", 1, time.Time{}}} {
		if got := e.When(tt.typeID, tt.id); !got.Equal(tt.want) {
			t.Errorf("%s:%d was erased at %s, want %s", tt.typeID, tt.id, got, tt.want)
		}
	}
	if text, err := os.ReadFile(file); err != nil || bytes.Count(text, []byte("\n")) != 4 || bytes.Contains(text, []byte(":101")) {
		t.Errorf("%v: %s", err, text)
	}
	for name, spoil := range map[string][2]string{"a line": {file, "nonsense\n"}, "a line of something else": {file, "{}\n"}, "the key": {key, "abc\n"}, "no key": {key, ""}} {
		whole, err := os.ReadFile(spoil[0])
		if err == nil {
			err = os.WriteFile(spoil[0], []byte(spoil[1]), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := p.Erasures(); !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "folder") { // that of all audits
			t.Errorf("%s is spoilt: %v", name, err)
		}
		if err := p.NoteErased(first, "1", Erased{"0-1", 104}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s is spoilt, and is noted behind it: %v", name, err)
		}
		if err := os.WriteFile(spoil[0], whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
