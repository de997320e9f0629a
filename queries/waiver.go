package queries

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Waiver says that some findings are accepted for a time: those of Check that have the
// Fingerprint, one of the Fingerprints, or all the values in Where. It has one of the three.
type Waiver struct {
	Check        string            // id; empty: of any check
	Fingerprint  string            // its first 8 to 64 hexadecimal digits; empty: Where says which
	Fingerprints []string          // the same of several findings, sorted
	Where        map[string]string // column of findings: value as text
	Reason       string
	By           string    // who accepts them; may be empty
	Expires      time.Time // midnight UTC at the start of the day from which it no longer holds
	Line         int       // in the file that it is from
}

// Names reports whether the waiver names a finding by its fingerprint.
func (w Waiver) Names(fingerprint string) bool {
	if w.Fingerprint != "" {
		return strings.HasPrefix(fingerprint, w.Fingerprint)
	}
	start := fingerprint[:min(len(fingerprint), LeastDigits)]
	at, _ := slices.BinarySearch(w.Fingerprints, start)
	for _, name := range w.Fingerprints[at:] {
		if strings.HasPrefix(fingerprint, name) {
			return true
		}
		if !strings.HasPrefix(name, start) {
			break
		}
	}
	return false
}

// LeastDigits is how many digits of a fingerprint name a finding at least.
const LeastDigits = 8

// String names a waiver in a line, such as "deal_without_contact where subject_id is
// 301, until 2027-01-31: sold by phone".
func (w Waiver) String() string {
	text := w.Check
	if text == "" {
		text = "any check"
	}
	if w.Fingerprint != "" {
		text += " " + w.Fingerprint
	}
	if n := len(w.Fingerprints); n > 0 {
		text += fmt.Sprintf(" %s and %d more", w.Fingerprints[0], n-1)
	}
	var columns []string
	for _, column := range slices.Sorted(maps.Keys(w.Where)) {
		columns = append(columns, column+" is "+w.Where[column])
	}
	if len(columns) > 0 {
		text += " where " + strings.Join(columns, " and ")
	}
	return fmt.Sprintf("%s, until %s: %s", text, w.Expires.Format(time.DateOnly), w.Reason)
}
