package report

import (
	"encoding/json"
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
	Evidence     json.RawMessage  `json:"evidence"`
}

// jsonWriter gathers the stream and writes it as one line.
type jsonWriter struct {
	w io.Writer
	document
}

func newJSON(w io.Writer) *jsonWriter {
	return &jsonWriter{w: w, document: document{Notes: []string{}, Checks: []check{}, Findings: []finding{}}}
}

func (j *jsonWriter) Write(e Event) error {
	switch e := e.(type) {
	case Begin:
		j.AuditID, j.Snapshot, j.Baseline, j.FailOn, j.Unread = e.AuditID, e.Snapshot, e.Baseline, e.FailOn, e.Unread
		j.NoBaseline, j.Aside = orNull(e.NoBaseline), orNull(e.Aside)
		j.Notes = append(j.Notes, e.Notes...)
	case Check:
		j.Checks = append(j.Checks, check{e.CheckID, e.Title, e.Kind, e.Severity, e.Gate, e.Status, e.Violations, e.Universe, e.Percent, e.New, e.Resolved, e.Waived,
			e.SkipReason, e.SkipCause, append([]string{}, e.CellsLeftOut...), e.Reran, e.Version, e.Note, orNull(e.Advice), orNull(e.Repair)})
	case Finding:
		var amount *json.Number
		if m := e.Money(); m != nil {
			n := json.Number(m.FloatString(4))
			amount = &n
		}
		j.Findings = append(j.Findings, finding{e.CheckID, e.Fingerprint, e.Kind, e.State, e.Cause, e.Severity, e.FirstSeen, e.LastSeen, e.ResolvedAt,
			e.WaivedUntil, e.WaivedBy, e.WaivedReason, e.SubjectType, e.SubjectID, e.SubjectName, e.FromType, e.FromID, e.ToType, e.ToID, e.Category, e.TypeID,
			amount, e.Currency, e.URL, json.RawMessage(e.Evidence)})
	case End:
		encoder := json.NewEncoder(j.w)
		encoder.SetEscapeHTML(false)
		return encoder.Encode(j.document)
	}
	return nil
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
