package lake

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"hubgraph/internal/sentence"
)

// What a snapshot can be compared with, beside the id of a snapshot and a date.
const (
	LastComplete = "last-complete"
	LastAccepted = "accepted"
	NoBaseline   = "none"
)

// Baseline is what a snapshot is compared with.
type Baseline struct {
	Entry *Entry // nil: nothing
	Why   string // it is compared with nothing
	First bool   // there is no earlier snapshot that could be compared with
}

// Baseline finds what a snapshot is compared with, which is always an earlier one that was
// read: for LastComplete the newest of those of a month that read most of its object types,
// so that neither a crawl of a part nor a type that came yesterday cuts the nights apart; for LastAccepted the accepted one; for a date, the
// newest of that day, UTC, or of the days before. An id must be of such a snapshot.
func (p *Portal) Baseline(of Entry, choice string) (Baseline, error) {
	if choice == NoBaseline {
		return Baseline{Why: "no baseline: none was asked for"}, nil
	}
	entries, err := p.Snapshots()
	if err != nil {
		return Baseline{}, err
	}
	earlier := slices.DeleteFunc(entries, func(e Entry) bool { return CompareIDs(e.ID, of.ID) >= 0 })
	switch day, isDay := time.Parse(time.DateOnly, choice); {
	case choice == LastComplete:
		return lastComplete(of, earlier), nil
	case choice == LastAccepted:
		return p.lastAccepted(of, earlier)
	case isDay == nil:
		for _, e := range slices.Backward(earlier) {
			if e.Manifest.Snapshot.StartedAt.Before(day.AddDate(0, 0, 1)) {
				return Baseline{Entry: &e}, nil
			}
		}
		return Baseline{}, sentence.New(ErrNoSnapshot, "%s holds no complete snapshot of %s or before that is earlier than %s: `hubgraph snapshots list` lists them", p.dir, choice, of.ID)
	}
	found, err := p.Find(choice)
	switch {
	case err != nil:
		return Baseline{}, err
	case CompareIDs(found.ID, of.ID) >= 0:
		return Baseline{}, wrongBaseline("snapshot %s is not earlier than %s: only an earlier night can be a baseline", found.ID, of.ID)
	case !found.Readable():
		return Baseline{}, wrongBaseline("snapshot %s is incomplete and cannot be a baseline", found.ID)
	}
	return Baseline{Entry: &found}, nil
}

// Night finds a snapshot that was read by what people call it: an id, a date, for which
// it is the newest of that day, UTC, or of the days before, LastAccepted, or
// LastComplete, which is the newest. Without one it is ErrNoSnapshot.
func (p *Portal) Night(name string) (Entry, error) {
	newest, err := p.NewestComplete()
	if err != nil || name == LastComplete {
		return newest, err
	}
	if name == LastAccepted {
		id, err := p.Accepted()
		if err == nil && id == "" {
			err = sentence.New(ErrNoSnapshot, "no night has been accepted yet: `hubgraph accept` does so")
		}
		if err != nil {
			return Entry{}, err
		}
		name = id
	}
	day, err := time.Parse(time.DateOnly, name)
	if err != nil {
		e, err := p.Find(name)
		if err == nil && !e.Readable() {
			err = dataError("snapshot %s is incomplete and cannot be compared", e.ID)
		}
		return e, err
	}
	entries, err := p.Snapshots()
	if err != nil {
		return Entry{}, err
	}
	for _, e := range slices.Backward(entries) {
		if e.Manifest.Snapshot.StartedAt.Before(day.AddDate(0, 0, 1)) {
			return e, nil
		}
	}
	return Entry{}, sentence.New(ErrNoSnapshot, "%s holds no complete snapshot of %s or before: the first is %s", p.dir, name, entries[0].ID)
}

func wrongBaseline(format string, args ...any) error { return dataError(format, args...) }

// compared is how far back a snapshot is looked for that read more of the object types
// than the newest.
const compared = 31 * 24 * time.Hour

func lastComplete(of Entry, earlier []Entry) Baseline {
	var best *Entry
	most := 0
	for _, e := range slices.Backward(earlier) {
		old := of.Manifest.Snapshot.StartedAt.Sub(e.Manifest.Snapshot.StartedAt) > compared
		if old && best != nil {
			break
		}
		if shared := sharedTypes(of, e); shared > most {
			best, most = &e, shared
		}
	}
	switch {
	case best != nil:
		return Baseline{Entry: best}
	case len(earlier) == 0:
		return Baseline{Why: "no baseline: there is no earlier complete snapshot", First: true}
	}
	return Baseline{Why: "no baseline: no earlier snapshot read any of these object types", First: true}
}

// lastAccepted finds the accepted snapshot. That nobody has accepted one, or that it was
// lost, is no reason to compare with another.
func (p *Portal) lastAccepted(of Entry, earlier []Entry) (Baseline, error) {
	id, err := p.Accepted()
	if err != nil {
		return Baseline{}, err
	}
	for _, e := range earlier {
		if e.ID == id {
			return Baseline{Entry: &e}, nil
		}
	}
	switch {
	case id == "":
		return Baseline{Why: "no baseline: no night has been accepted yet, `hubgraph accept` does so", First: len(earlier) == 0}, nil
	case CompareIDs(id, of.ID) >= 0:
		return lastComplete(of, earlier), nil // what differs from that is accepted
	}
	return Baseline{Why: fmt.Sprintf("no baseline: the accepted snapshot %s is gone", id)}, nil
}

// types are the ids of the object types of a snapshot; of an older format, its scope
// stands for them.
func (e Entry) types() []string {
	if e.namesTypes() {
		return e.Manifest.Certificate.Types
	}
	return []string{"scope " + e.Manifest.Snapshot.ScopeHash}
}

func (e Entry) namesTypes() bool {
	return e.Manifest.Certificate != nil && len(e.Manifest.Certificate.Types) > 0
}

// Scope names the object types of a snapshot: equal for crawls of the same.
func (e Entry) Scope() string { return strings.Join(e.types(), ",") }

// sharedTypes counts the object types of a snapshot that another has, too. Where one of
// them is of an older format, and does not name its types, equal scopes share all.
func sharedTypes(of, other Entry) int {
	if !(of.namesTypes() && other.namesTypes()) && of.Manifest.Snapshot.ScopeHash == other.Manifest.Snapshot.ScopeHash {
		return len(of.types())
	}
	shared := 0
	for _, t := range of.types() {
		if slices.Contains(other.types(), t) {
			shared++
		}
	}
	return shared
}
