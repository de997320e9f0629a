package queries

import (
	"slices"
	"strings"
	"time"
)

// A finding lives from snapshot to snapshot, not from audit to audit: states
// compare with the newest result of an earlier snapshot, so that auditing a snapshot
// again gives the same. Audits that skipped the check, or in which it broke, are as if
// they had not been: an outage resolves nothing.

// past is what earlier audits know of one check.
type past struct {
	judged   bool           // there is an earlier result
	version  string         // of the check, in the newest of them; empty: not known
	cells    map[place]bool // places that the check ever judged; nil: any
	register []Finding      // what it ever found, as of the newest of them
}

// knew reports whether the check ever judged a place.
func (p past) knew(at place) bool { return p.judged && (p.cells == nil || p.cells[at]) }

// tonight is what one check finds in an audit, and what it is compared with.
type tonight struct {
	check           Check
	portal          int64
	audit, snapshot string
	start           time.Time // of the snapshot
	baseline        *string
	undone          map[string]bool // by fingerprint: open events that a repair has undone
	accepted        string          // newest snapshot of which somebody has taken note; empty: none
	ids             aliases
	found           []Finding
	looked          func(Finding) bool // reports whether anything can be said of a finding
	changed         bool               // the check has changed since its newest result
	before          map[string]bool    // the identities that it finds, as it is now, in the baseline; nil: there is none
}

// life is the outcome: findings in their places in life, those that are open and those
// whose life ended tonight, and what changed.
type life struct {
	findings []Finding
	changes  []Change
	fresh    map[string]bool // by fingerprint: new, reopened, or an event of tonight
	due      map[string]bool // by fingerprint: fresh, or not waived any more
}

// live gives what was found its place in its life.
func (p past) live(t tonight) (*life, error) {
	l := &lives{life: &life{fresh: map[string]bool{}, due: map[string]bool{}}, past: p, tonight: t, claimed: map[string]bool{}}
	known, err := l.known()
	if err != nil {
		return nil, err
	}
	for _, f := range t.found {
		identity, err := t.check.identity(t.portal, f, nil)
		if err != nil {
			return nil, err
		}
		l.meet(f, identity, known[identity])
	}
	for _, f := range p.register {
		if f.Open() && !l.claimed[f.Fingerprint] {
			if err := l.miss(f); err != nil {
				return nil, err
			}
		}
	}
	return l.life, nil
}

// lives are the lives of a check's findings under way.
type lives struct {
	*life
	past
	tonight
	claimed map[string]bool // findings of the register that were found again
}

// known lists the register by what its findings are about: as they are stored where
// that is found tonight, and else under the ids of today.
func (l *lives) known() (map[string][]Finding, error) {
	found := map[string]bool{}
	for _, f := range l.found {
		identity, err := l.check.identity(l.portal, f, nil)
		if err != nil {
			return nil, err
		}
		found[identity] = true
	}
	known := map[string][]Finding{}
	for _, f := range l.register {
		identity, err := l.check.identity(l.portal, f, nil)
		if err == nil && !found[identity] {
			identity, err = l.check.identity(l.portal, f, l.ids)
		}
		if err != nil {
			return nil, err
		}
		known[identity] = append(known[identity], f)
	}
	return known, nil
}

// meet gives a finding its place beside those of the register that are about the same.
// The oldest of those that are open stays, or else the oldest; the others become one
// with it.
func (l *lives) meet(f Finding, identity string, same []Finding) {
	f.Fingerprint, f.Kind, f.CheckID = fingerprint(identity), l.check.Kind, l.check.ID
	f.FirstSeen, f.LastSeen = l.start, l.start
	f.FirstAuditID, f.LastAuditID, f.SnapshotID = l.audit, l.audit, l.snapshot
	slices.SortFunc(same, compareAges)
	at := slices.IndexFunc(same, Finding.Open)
	if at < 0 && len(same) > 0 {
		at = 0
	}
	var before *Finding
	if at >= 0 {
		before = &same[at]
		f.inherit(*before)
		l.claimed[f.Fingerprint] = true
	}
	for i, other := range same {
		if i != at && other.Open() {
			l.claimed[other.Fingerprint] = true
			l.end(other, MergedAway, &f.Fingerprint)
		}
	}
	if l.check.Kind == EventKind {
		l.event(f, before)
		return
	}
	old := !l.knew(placeOf(l.check, f)) || l.changed && (l.before == nil || l.before[identity])
	switch {
	case before != nil && before.Open():
		f.State = Ongoing
	case old: // it may have been so before; nobody looked
		f.State = Ongoing
		l.note(f, Entered, nil)
	case before != nil:
		f.State = Reopened
		l.note(f, OpenedAgain, nil)
	default:
		f.State = New
		l.note(f, Opened, nil)
	}
	f.ResolvedAt, f.Cause, f.MergedInto = nil, nil, nil
	l.findings = append(l.findings, f)
}

// inherit takes over what stays the same of a finding over its life.
func (f *Finding) inherit(before Finding) {
	f.Fingerprint, f.FirstSeen, f.FirstAuditID = before.Fingerprint, before.FirstSeen, before.FirstAuditID
	f.WaivedUntil, f.WaivedBy, f.WaivedReason, f.FailedAt = before.WaivedUntil, before.WaivedBy, before.WaivedReason, before.FailedAt
}

// compareAges orders the oldest finding first.
func compareAges(a, b Finding) int {
	if c := a.FirstSeen.Compare(b.FirstSeen); c != 0 {
		return c
	}
	return strings.Compare(a.Fingerprint, b.Fingerprint)
}

// event gives an event its place. It is itself and its baseline: seen again from the
// same baseline it is what it was.
func (l *lives) event(f Finding, before *Finding) {
	f.State, f.BaselineID = Event, l.baseline
	again := before != nil && before.BaselineID != nil && l.baseline != nil && *before.BaselineID == *l.baseline
	if again && before.Cause != nil && (*before.Cause == "undone" || *before.Cause == repaired) {
		again = false // it happened once more
	}
	if again {
		f.SnapshotID, f.State, f.ResolvedAt, f.Cause = before.SnapshotID, before.State, before.ResolvedAt, before.Cause
		if !before.Open() {
			return // somebody has taken note of it
		}
	}
	if !again {
		f.FailedAt = nil
		l.note(f, Happened, nil)
	}
	if l.taken(f) {
		l.end(f, Closed, text("accepted"))
		return
	}
	l.findings = append(l.findings, f)
}

// taken reports whether somebody has taken note of the night of an event.
func (l *lives) taken(f Finding) bool {
	return l.accepted != "" && CompareIDs(f.SnapshotID, l.accepted) <= 0
}

// miss says what becomes of an open finding that was not found.
func (l *lives) miss(f Finding) error {
	if l.check.Kind == EventKind {
		undone := f.BaselineID != nil && l.baseline != nil && *f.BaselineID == *l.baseline && l.looked(f)
		switch {
		case l.taken(f):
			l.end(f, Closed, text("accepted"))
		case undone:
			l.end(f, Closed, text("undone"))
		case l.undone[f.Fingerprint]:
			l.end(f, Closed, text(repaired))
		default: // time alone resolves nothing
			l.findings = append(l.findings, f)
		}
		return nil
	}
	if !l.looked(f) {
		f.State = Ongoing
		l.findings = append(l.findings, f)
		return nil
	}
	identity, err := l.check.identity(l.portal, f, l.ids)
	if err != nil {
		return err
	}
	if l.changed && !l.before[identity] {
		l.end(f, Dropped, nil)
		return nil
	}
	l.end(f, Closed, nil)
	return nil
}

// end ends the life of a finding: how names the change, of which cause is the cause.
func (l *lives) end(f Finding, how string, cause *string) {
	f.State, f.ResolvedAt = Resolved, &l.start
	if f.Cause = cause; how != Closed {
		f.Cause = text(how)
	}
	if how == MergedAway {
		f.MergedInto = cause
	}
	f.WaivedUntil, f.WaivedBy, f.WaivedReason = nil, nil, nil
	l.note(f, how, cause)
	l.findings = append(l.findings, f)
}

// note notes a change.
func (l *lives) note(f Finding, change string, cause *string) {
	if change == Opened || change == OpenedAgain || change == Happened {
		l.fresh[f.Fingerprint], l.due[f.Fingerprint] = true, true
	}
	l.changes = append(l.changes, Change{AuditID: l.audit, SnapshotID: l.snapshot, Fingerprint: f.Fingerprint, CheckID: l.check.ID, Change: change, Cause: cause, At: l.start})
}

// placeOf is the place that a finding lies in.
func placeOf(c Check, f Finding) place {
	var p place
	from, to := f.FromType, f.ToType
	if c.aboutRecords() {
		from, to = f.SubjectType, nil
	}
	if !slices.ContainsFunc(c.Needs, Need.wide) {
		return p
	}
	if from != nil {
		p.from = *from
	}
	if to != nil {
		p.to = *to
	}
	return p
}

func text(s string) *string { return &s }
