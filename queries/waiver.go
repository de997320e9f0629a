package queries

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Waiver says that some findings are accepted for a time: those of Check that have the
// Fingerprint, or all the values in Where. It has one of the two.
type Waiver struct {
	Check       string            // id; empty: of any check
	Fingerprint string            // its first 8 to 64 hexadecimal digits; empty: Where says which
	Where       map[string]string // column of findings: value as text
	Reason      string
	By          string    // who accepts them; may be empty
	Expires     time.Time // midnight UTC at the start of the day from which it no longer holds
	Line        int       // in the file that it is from
}

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
	var columns []string
	for _, column := range slices.Sorted(maps.Keys(w.Where)) {
		columns = append(columns, column+" is "+w.Where[column])
	}
	if len(columns) > 0 {
		text += " where " + strings.Join(columns, " and ")
	}
	return fmt.Sprintf("%s, until %s: %s", text, w.Expires.Format(time.DateOnly), w.Reason)
}
