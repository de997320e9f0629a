package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

// csvWriter writes the findings, groups or differences of a stream as CSV with a header:
// no other event has a row. Lines end with a line feed.
type csvWriter struct {
	w   *csv.Writer
	raw bool
}

func newCSV(w io.Writer, o Options) *csvWriter { return &csvWriter{w: csv.NewWriter(w), raw: o.RawCSV} }

// The columns.
var (
	findingHeader = []string{"check", "fingerprint", "kind", "severity", "state", "first_seen", "last_seen", "resolved_at", "cause",
		"waived_until", "waived_by", "waived_reason", "subject_type", "subject_id", "subject_name", "from_type", "from_id", "to_type", "to_id",
		"category", "type_id", "amount", "currency", "url", "evidence"}
	ownedHeader      = append(append([]string{}, findingHeader...), "new", "owner_id", "owner")
	groupHeader      = []string{"by", "name", "findings", "open", "new", "waived", "money"}
	differenceHeader = []string{"section", "change", "from_type", "from_id", "from_name", "to_type", "to_id", "to_name", "category", "type_id", "before", "after"}
)

func (c *csvWriter) Write(e Event) error {
	switch e := e.(type) {
	case Begin:
		c.head(findingHeader)
	case Finding:
		c.row(findingCells(e.Finding))
	case Register:
		if e.By != "" {
			c.head(groupHeader)
		} else {
			c.head(ownedHeader)
		}
	case Owned:
		c.row(append(findingCells(e.Finding), strconv.FormatBool(e.Fresh), textOf(e.OwnerID), textOf(e.Owner)))
	case Whole:
		c.head(ownedHeader)
		c.row(append(findingCells(e.Finding), strconv.FormatBool(e.Fresh), textOf(e.OwnerID), textOf(e.Owner)))
		return c.end()
	case Group:
		cells := grouped(e)
		c.row(append([]string{e.By}, cells...))
	case Nights:
		c.head(differenceHeader)
	case Difference:
		c.row([]string{e.Section, e.Change, e.FromType, textOf(e.FromID), textOf(e.FromName), textOf(e.ToType), textOf(e.ToID), textOf(e.ToName),
			textOf(e.Category), textOf(e.TypeID), strings.Join(e.Before, "; "), strings.Join(e.After, "; ")})
	case End, Done:
		return c.end()
	}
	return c.w.Error()
}

func (c *csvWriter) end() error {
	c.w.Flush()
	return c.w.Error()
}

func (c *csvWriter) head(names []string) { _ = c.w.Write(names) } // Error returns it

func (c *csvWriter) row(cells []string) {
	if !c.raw {
		for i := range cells {
			cells[i] = terminal.Cell(cells[i])
		}
	}
	_ = c.w.Write(cells) // Error returns it
}

// findingCells are the cells of a finding.
func findingCells(f queries.Finding) []string {
	amount := ""
	if m := f.Money(); m != nil {
		amount = m.FloatString(4)
	}
	at := func(t *time.Time) string {
		if t == nil {
			return ""
		}
		return t.UTC().Format(time.RFC3339)
	}
	return []string{f.CheckID, f.Fingerprint, string(f.Kind), string(f.Severity), string(f.State), at(&f.FirstSeen), at(&f.LastSeen), at(f.ResolvedAt), textOf(f.Cause),
		at(f.WaivedUntil), textOf(f.WaivedBy), textOf(f.WaivedReason), textOf(f.SubjectType), textOf(f.SubjectID), textOf(f.SubjectName),
		textOf(f.FromType), textOf(f.FromID), textOf(f.ToType), textOf(f.ToID), textOf(f.Category), textOf(f.TypeID), amount, textOf(f.Currency), textOf(f.URL), f.Evidence}
}

// textOf is a value as text, empty where it is null.
func textOf[T any](v *T) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(*v)
}
