package queries

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// soon is how long before its end a waiver is reported, in days.
const soon = 7

// active reports whether a waiver holds in a night.
func (w Waiver) active(start time.Time) bool { return start.Before(w.Expires) }

// matches reports whether a waiver is of a finding; joined are the fingerprints of
// findings that have become one with it. Records may be named by ids that were merged away.
func (w Waiver) matches(f Finding, joined []string, ids aliases) bool {
	if w.Check != "" && w.Check != f.CheckID {
		return false
	}
	if len(w.Where) == 0 {
		return slices.ContainsFunc(append(joined, f.Fingerprint), w.Names)
	}
	for column, want := range w.Where {
		if f.column(column) != want && f.column(column) != ids.renamed(f.column(strings.TrimSuffix(column, "_id")+"_type"), want) {
			return false
		}
	}
	return true
}

// renamed is the id of today of a record that is named by an id as text; empty where that
// is none that was merged away.
func (a aliases) renamed(of, id string) string {
	n, err := strconv.ParseInt(id, 10, 64)
	current, merged := a[record{of, n}]
	if err != nil || !merged {
		return ""
	}
	return fmt.Sprint(current)
}

// column is a column of findings as a text, empty where it is null.
func (f Finding) column(name string) string {
	texts := map[string]*string{"subject_type": f.SubjectType, "subject_name": f.SubjectName, "from_type": f.FromType, "to_type": f.ToType,
		"category": f.Category, "currency": f.Currency, "fingerprint": &f.Fingerprint, "check_id": &f.CheckID}
	severity := string(f.Severity)
	texts["severity"] = &severity
	numbers := map[string]*int64{"subject_id": f.SubjectID, "from_id": f.FromID, "to_id": f.ToID}
	if t := texts[name]; t != nil {
		return *t
	}
	if n := numbers[name]; n != nil {
		return fmt.Sprint(*n)
	}
	if name == "type_id" && f.TypeID != nil {
		return fmt.Sprint(*f.TypeID)
	}
	return ""
}

// waivers are those of an audit, and which of them matched a finding.
type waivers struct {
	list   []Waiver
	used   []bool
	judged map[string]bool // checks that judged all they need
}

// mark marks the open findings of a check with the first waiver that matches each, and
// notes what changes by it. What is not waived any more is due at once: it is fresh.
func (w *waivers) mark(l *life, register []Finding, night tonight) {
	into := map[string][]string{} // fingerprints by the finding that they became one with
	for _, f := range slices.Concat(register, l.findings) {
		if f.MergedInto != nil {
			into[*f.MergedInto] = append(into[*f.MergedInto], f.Fingerprint)
		}
	}
	for i := range l.findings {
		f := &l.findings[i]
		if !f.Open() {
			continue
		}
		before := f.WaivedUntil != nil
		f.WaivedUntil, f.WaivedBy, f.WaivedReason = nil, nil, nil
		for n, waiver := range w.list {
			if !waiver.matches(*f, joined(into, f.Fingerprint), night.ids) {
				continue
			}
			w.used[n] = true
			if f.WaivedUntil == nil && waiver.active(night.start) {
				until := waiver.Expires.UTC()
				f.WaivedUntil, f.WaivedBy, f.WaivedReason = &until, text(waiver.By), text(waiver.Reason)
			}
		}
		change := Change{AuditID: night.audit, SnapshotID: night.snapshot, Fingerprint: f.Fingerprint, CheckID: f.CheckID, At: night.start}
		switch {
		case before && f.WaivedUntil == nil:
			change.Change = UnwaivedNow
			l.due[f.Fingerprint] = true
		case !before && f.WaivedUntil != nil:
			change.Change = WaivedNow
		default:
			continue
		}
		l.changes = append(l.changes, change)
	}
}

// joined lists the fingerprints that became one with a finding, directly or not.
func joined(into map[string][]string, fingerprint string) []string {
	all := slices.Clone(into[fingerprint])
	for i := 0; i < len(all); i++ {
		for _, name := range into[all[i]] {
			if !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// notes reports the waivers that want somebody's attention.
func (w *waivers) notes(start time.Time, checks []Check) []string {
	var notes []string
	for i, waiver := range w.list {
		// Of what was not looked at nobody knows whether a waiver matches it.
		looked := !slices.ContainsFunc(checks, func(c Check) bool { return (waiver.Check == "" || waiver.Check == c.ID) && !w.judged[c.ID] })
		switch {
		case !waiver.active(start):
			notes = append(notes, fmt.Sprintf("a waiver has expired (%s): remove it, or give it another date", waiver))
		case !w.used[i] && looked:
			notes = append(notes, fmt.Sprintf("a waiver matches no open finding (%s): remove it", waiver))
		case w.used[i] && !waiver.active(start.AddDate(0, 0, soon)):
			notes = append(notes, fmt.Sprintf("a waiver expires soon (%s)", waiver))
		}
	}
	return notes
}
