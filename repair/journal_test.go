package repair

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubgraph/hubspot/sim"
)

// written is the journal of a run, as text, and its folder.
func written(t *testing.T) (dir, name string, text []byte) {
	t.Helper()
	dir = t.TempDir()
	portal, p := crowd(3)
	a := applyIn(t, dir, portal, p, quick(), nil)
	if a.err != nil {
		t.Fatal(a.err)
	}
	name = journalIn(t, dir).Name
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return dir, name, text
}

// TestAJournalIsReadAsItWasWritten reads back all that a run said.
func TestAJournalIsReadAsItWasWritten(t *testing.T) {
	dir, _, _ := written(t)
	h := journalIn(t, dir)
	if h.FinishedAt == nil || h.Run.PortalID != 77 || h.Run.Operations != 3 || len(h.Operations) != 3 {
		t.Fatalf("%+v", h)
	}
	past := h.Operations[2]
	if !past.Verified || past.Outcome != Applied || past.Operation.FromID != 1002 || past.Open {
		t.Errorf("%+v", past)
	}
	if diff := cmp.Diff([]Row{ends{key("companies", 1002), key("contacts", 2)}.row(plainBack)}, past.Seen); diff != "" {
		t.Errorf("what came with it: %s", diff)
	}
	runs, err := Status(filepath.Dir(dir))
	if err != nil || len(runs) != 0 { // the folder is none of a portal
		t.Errorf("%v, %v", runs, err)
	}
	status := h.status()
	if status.Applied != 3 || status.Open != 0 || status.Unsent != 0 || status.FinishedAt == nil {
		t.Errorf("%+v", status)
	}
}

// TestAJournalThatEndsInTheMiddleOfALine is cut at each byte of its last lines: what is whole
// is read, and the run can be gone on with.
func TestAJournalThatEndsInTheMiddleOfALine(t *testing.T) {
	_, name, text := written(t)
	lines := bytes.SplitAfter(text, []byte{'\n'})
	whole := len(text) - len(lines[len(lines)-2])
	for _, size := range []int{whole, whole + 1, whole + 20, len(text) - 1} {
		if err := os.WriteFile(name, text[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		h, err := ReadJournal(name)
		if err != nil || h.FinishedAt != nil || h.size != int64(whole) {
			t.Fatalf("cut to %d of %d: %v, %+v", size, len(text), err, h)
		}
		j, err := Resume(h)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(j.write(Entry{Event: resumed}), j.write(Entry{Event: ended}), j.Close()); err != nil {
			t.Fatal(err)
		}
		if h, err := ReadJournal(name); err != nil || h.FinishedAt == nil {
			t.Errorf("gone on with after %d bytes: %v", size, err)
		}
	}
}

// TestAJournalThatWasChangedIsRefused changes single bytes before the last line.
func TestAJournalThatWasChangedIsRefused(t *testing.T) {
	_, name, text := written(t)
	last := bytes.LastIndexByte(text[:len(text)-1], '\n')
	rapid.Check(t, func(t *rapid.T) {
		at, b := rapid.IntRange(0, last-1).Draw(t, "at"), rapid.Byte().Draw(t, "byte")
		if text[at] == b {
			return
		}
		changed := append([]byte(nil), text...)
		changed[at] = b
		if err := os.WriteFile(name, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := ReadJournal(name)
		line := 1 + bytes.Count(text[:at], []byte{'\n'})
		if !errors.Is(err, ErrCorrupt) || !strings.Contains(err.Error(), fmt.Sprintf("line %d of the journal %s", line, name)) {
			t.Fatalf("byte %d of line %d: %v", at, line, err)
		}
	})
	lines := bytes.SplitAfter(text, []byte{'\n'})
	if err := os.WriteFile(name, bytes.Join(append(lines[:2:2], lines[3:]...), nil), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadJournal(name); !errors.Is(err, ErrCorrupt) {
		t.Errorf("a lost line: %v", err)
	}
}

// TestNothingIsSentWithoutAJournal has a journal on a disk that is full.
func TestNothingIsSentWithoutAJournal(t *testing.T) {
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	portal, p := crowd(3)
	r := &rig{portal: mustParse(t, portal)}
	r.server = sim.NewServer(r.portal, sim.Options{})
	client, stop := r.client(t)
	defer stop()
	journal := &Journal{id: "20261122T030000Z", file: full}
	_, err = Apply(t.Context(), client, p, journal, quick())
	if !errors.Is(err, ErrJournal) || strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), "no space left on device") || r.writes != 0 {
		t.Errorf("%d writes, and the run ends with %v", r.writes, err)
	}
	if err := journal.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestRunsAreFoundByTheirIDs(t *testing.T) {
	dir, _, _ := written(t)
	repairs := t.TempDir()
	if err := os.Symlink(dir, filepath.Join(repairs, "portal=77")); err != nil {
		t.Fatal(err)
	}
	dir = repairs
	if h, err := FindRun(dir, "20261122T030000Z"); err != nil || h.Run.RunID != "20261122T030000Z" {
		t.Errorf("%v, %v", h, err)
	}
	for _, id := range []string{"20261122T030000Z-2", "", "../run", "x/y"} {
		if _, err := FindRun(dir, id); !errors.Is(err, ErrNoRun) {
			t.Errorf("%q: %v", id, err)
		}
	}
}
