package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"hubgraph/queries"
)

// document is the audit for scripts. Keys are only ever added; every key is always
// there, null where it has no value.
type document struct {
	AuditID    string               `json:"audit_id"`
	Snapshot   queries.SnapshotRow  `json:"snapshot"`
	Baseline   *queries.SnapshotRow `json:"baseline"`
	NoBaseline *string              `json:"no_baseline"`
	Aside      *string              `json:"aside"`
	FailOn     queries.Severity     `json:"fail_on"`
	Unread     int64                `json:"unread"`
	Notes      []string             `json:"notes"`
	Checks     []check              `json:"checks"`
	Findings   []finding            `json:"findings"`
	Families   []jsonFamily         `json:"families"`
	Crawl      json.Marshaler       `json:"crawl"` // null where the audit is of a crawl before
}

type check struct {
	ID         string           `json:"id"`
	Title      string           `json:"title"`
	Kind       queries.Kind     `json:"kind"`
	Severity   queries.Severity `json:"severity"`
	Gate       string           `json:"gate"`
	Status     queries.Status   `json:"status"`
	Violations *int64           `json:"violations"`
	Universe   *int64           `json:"universe"`
	Percent    *float64         `json:"percent"`
	New        *int64           `json:"new"`
	Resolved   *int64           `json:"resolved"`
	Waived     *int64           `json:"waived"`
	SkipReason *string          `json:"skip_reason"`
	SkipCause  *queries.Cause   `json:"skip_cause"`
	LeftOut    []string         `json:"cells_left_out"`
	Reran      bool             `json:"reran_baseline"`
	Version    *string          `json:"version"`
	Note       *string          `json:"note"`
	Advice     *string          `json:"advice"`
	Repair     *string          `json:"repair"` // the command that plans it; null: there is none
}

type finding struct {
	Check        string           `json:"check"`
	Fingerprint  string           `json:"fingerprint"`
	Kind         queries.Kind     `json:"kind"`
	State        queries.State    `json:"state"`
	Cause        *string          `json:"cause"`
	Severity     queries.Severity `json:"severity"`
	FirstSeen    time.Time        `json:"first_seen"`
	LastSeen     time.Time        `json:"last_seen"`
	ResolvedAt   *time.Time       `json:"resolved_at"`
	WaivedUntil  *time.Time       `json:"waived_until"`
	WaivedBy     *string          `json:"waived_by"`
	WaivedReason *string          `json:"waived_reason"`
	SubjectType  *string          `json:"subject_type"`
	SubjectID    *int64           `json:"subject_id"`
	SubjectName  *string          `json:"subject_name"`
	FromType     *string          `json:"from_type"`
	FromID       *int64           `json:"from_id"`
	ToType       *string          `json:"to_type"`
	ToID         *int64           `json:"to_id"`
	Category     *string          `json:"category"`
	TypeID       *int32           `json:"type_id"`
	Amount       *json.Number     `json:"amount"`
	Currency     *string          `json:"currency"`
	URL          *string          `json:"url"`
	Family       *string          `json:"family"` // id; null: it is alone, waived or resolved
	Evidence     json.RawMessage  `json:"evidence"`
}

// newDocument is an audit without checks and findings.
func newDocument(e Begin) document {
	return document{AuditID: e.AuditID, Snapshot: e.Snapshot, Baseline: e.Baseline, FailOn: e.FailOn, Unread: e.Unread,
		NoBaseline: orNull(e.NoBaseline), Aside: orNull(e.Aside), Notes: append([]string{}, e.Notes...), Checks: []check{}, Findings: []finding{}, Families: []jsonFamily{}}
}

func newCheck(e Check) check {
	return check{e.CheckID, e.Title, e.Kind, e.Severity, e.Gate, e.Status, e.Violations, e.Universe, e.Percent, e.New, e.Resolved, e.Waived,
		e.SkipReason, e.SkipCause, append([]string{}, e.CellsLeftOut...), e.Reran, e.Version, e.Note, orNull(e.Advice), orNull(e.Repair)}
}

func newFinding(e queries.Finding) finding {
	var amount *json.Number
	if m := e.Money(); m != nil {
		n := json.Number(m.FloatString(4))
		amount = &n
	}
	return finding{e.CheckID, e.Fingerprint, e.Kind, e.State, e.Cause, e.Severity, e.FirstSeen, e.LastSeen, e.ResolvedAt,
		e.WaivedUntil, e.WaivedBy, e.WaivedReason, e.SubjectType, e.SubjectID, e.SubjectName, e.FromType, e.FromID, e.ToType, e.ToID, e.Category, e.TypeID,
		amount, e.Currency, e.URL, e.Family, json.RawMessage(e.Evidence)}
}

// jsonWriter writes a stream as one JSON document, in one line. An audit is gathered
// before; what is a list elsewhere is written as it comes.
type jsonWriter struct {
	w io.Writer
	document
	crawl json.Marshaler
	rows  int    // written of a list
	tail  string // what closes the list and the document
}

func newJSON(w io.Writer) *jsonWriter { return &jsonWriter{w: w} }

func (j *jsonWriter) Write(e Event) error {
	switch e := e.(type) {
	case Crawl:
		j.crawl = e.Night
	case Begin:
		j.document = newDocument(e)
		j.Crawl = j.crawl
	case Check:
		j.Checks = append(j.Checks, newCheck(e))
	case Finding:
		j.Findings = append(j.Findings, newFinding(e.Finding))
	case End:
		j.Families = newFamilies(e.Causes)
		return encode(j.w, j.document)
	case Whole:
		return encode(j.w, newWhole(e))
	case Register:
		return j.begin(newRegister(e), e.list())
	case Nights:
		return j.begin(newNights(e), "differences")
	case Owned:
		return j.row(newOwned(e))
	case Group:
		return j.row(newGroup(e))
	case Difference:
		return j.row(newDifference(e))
	case Done:
		_, err := io.WriteString(j.w, j.tail)
		return err
	}
	return nil
}

// begin writes what stands before the list of that name.
func (j *jsonWriter) begin(head any, list string) error {
	b, err := marshal(head)
	if err != nil {
		return err
	}
	j.tail = "]}\n"
	_, err = fmt.Fprintf(j.w, "%s,%q:[", bytes.TrimSuffix(b, []byte("}")), list)
	return err
}

func (j *jsonWriter) row(v any) error {
	b, err := marshal(v)
	if err != nil {
		return err
	}
	if j.rows++; j.rows > 1 {
		b = append([]byte{','}, b...)
	}
	_, err = j.w.Write(b)
	return err
}

// marshal is a value as JSON in which < > & stand as they are.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	err := encode(&b, v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// encode writes a value as a line of JSON.
func encode(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	return encoder.Encode(v)
}

// linesWriter writes each event as a line of JSON with its type.
type linesWriter struct{ w io.Writer }

func newLines(w io.Writer) linesWriter { return linesWriter{w} }

func (l linesWriter) Write(e Event) error {
	switch e := e.(type) {
	case Crawl:
		return l.line("crawl", e.Night)
	case Begin:
		head := newDocument(e)
		return l.line("audit", struct {
			document
			Crawl    *struct{} `json:"crawl,omitempty"` // these are lines of their own
			Checks   *struct{} `json:"checks,omitempty"`
			Findings *struct{} `json:"findings,omitempty"`
			Families *struct{} `json:"families,omitempty"`
		}{document: head})
	case Check:
		return l.line("check", newCheck(e))
	case Finding:
		return l.line("finding", newFinding(e.Finding))
	case End:
		for _, f := range e.Causes.Families {
			if err := l.line("family", newFamily(f)); err != nil {
				return err
			}
		}
		return l.line("end", struct {
			Outcome string                 `json:"outcome"`
			Counts  map[queries.Status]int `json:"counts"`
		}{e.Outcome.String(), e.Counts})
	case Whole:
		return l.line("finding", newWhole(e))
	case Register:
		return l.line("register", newRegister(e))
	case Owned:
		return l.line("finding", newOwned(e))
	case Group:
		return l.line("group", newGroup(e))
	case Nights:
		return l.line("diff", newNights(e))
	case Difference:
		return l.line("difference", newDifference(e))
	}
	return nil
}

// line writes an object with its type in front.
func (l linesWriter) line(typ string, v any) error {
	b, err := marshal(v)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(l.w, "{\"type\":%q,%s\n", typ, b[1:])
	return err
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
