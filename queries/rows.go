package queries

import (
	"slices"
	"strings"
	"time"
)

// Severity says how bad what a check finds is, in the view of its author.
type Severity string

// The severities, from the worst down.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
)

// Status is the outcome of a check in an audit.
type Status string

const (
	// OK: nothing was found.
	OK Status = "ok"
	// Warn: there are findings, within the check's gate or below the severity
	// that can fail the audit.
	Warn Status = "warn"
	// Fail: there are findings that the check's gate does not allow.
	Fail Status = "fail"
	// Skip: there is no evidence to find anything in; nothing is known.
	Skip Status = "skip"
	// Error: the check's query broke; nothing is known.
	Error Status = "error"
)

// Kind says what a check's findings are.
type Kind string

const (
	// StateKind: a finding is true of one night, and is open until it is not found any more.
	StateKind Kind = "state"
	// EventKind: a finding is a difference of two nights, and is open until somebody has
	// taken note of it.
	EventKind Kind = "event"
)

// State is where a finding stands in its life.
type State string

const (
	// New: it was not found before, where the check had looked before.
	New State = "new"
	// Ongoing: it is open, and not new.
	Ongoing State = "ongoing"
	// Resolved: it was open before, and is not any more.
	Resolved State = "resolved"
	// Reopened: it was found, resolved, and is found again.
	Reopened State = "reopened"
	// Event: two nights differ, and nobody has taken note of it.
	Event State = "event"
)

// CheckResult is a row of the table check_results: the outcome of one check in one
// audit. The counts are nil where nothing is known, that is, where the status is Skip or
// Error.
type CheckResult struct {
	AuditID      string   `parquet:"audit_id,dict" comment:"Audit: its start in UTC, YYYYMMDDThhmmssZ, with -2, -3 if that was taken"`
	SnapshotID   string   `parquet:"snapshot_id,dict" comment:"Snapshot that was audited"`
	BaselineID   *string  `parquet:"baseline_id,optional,dict" comment:"Snapshot that it was compared with; null where there was none"`
	CheckID      string   `parquet:"check_id,dict" comment:"Check: the name of its file, and of its view in the schema checks"`
	Title        string   `parquet:"title,dict" comment:"What the check finds"`
	Kind         Kind     `parquet:"kind,dict" comment:"state: true of one night; event: a difference of two nights"`
	Severity     Severity `parquet:"severity,dict" comment:"critical, high, medium or low: the check's own; a finding may have another"`
	Gate         string   `parquet:"gate,dict" comment:"Which findings make the check fail: new, any, never, count > N, percent > P, or money > N CUR"`
	Status       Status   `parquet:"status,dict" comment:"ok: nothing is open; warn: findings, within the gate; fail: findings beyond the gate; skip: no evidence; error: the query broke"`
	Violations   *int64   `parquet:"violations,optional" comment:"Findings that are open, waived ones too; null where nothing is known"`
	Universe     *int64   `parquet:"universe,optional" comment:"What the check looked at, in the unit of its findings: the denominator of percent; null where nothing is known"`
	Percent      *float64 `parquet:"percent,optional" comment:"100 * violations / universe, two digits, without those that were not looked at this time; null where universe is 0 or not known"`
	New          *int64   `parquet:"new,optional" comment:"Findings that are new or reopened, and events of this night; null where nothing is known"`
	Resolved     *int64   `parquet:"resolved,optional" comment:"Findings that were open before and are not any more; null where nothing is known"`
	Waived       *int64   `parquet:"waived,optional" comment:"Open findings that a waiver marks: no gate counts them; null where nothing is known"`
	SkipReason   *string  `parquet:"skip_reason,optional" comment:"Why the check was skipped, or the error of its query"`
	SkipCause    *Cause   `parquet:"skip_cause,optional,dict" comment:"Kind of skip_reason: no_evidence, out_of_scope, no_baseline, first_night, no_records or off"`
	CellsLeftOut []string `parquet:"cells_left_out,list" comment:"Cells that the check needs and the crawl did not read: what it finds there stays as it was"`
	Version      *string  `parquet:"version,optional,dict" comment:"Hash of the check's SQL, its models and its settings; null in audits by older versions of hubgraph"`
	ScopeHash    string   `parquet:"scope_hash,dict" comment:"Hash of what the crawl asked for"`
	Reran        bool     `parquet:"reran_baseline" comment:"The check has changed since its last result, and was run on the baseline, too, to compare with that"`
	Note         *string  `parquet:"note,optional" comment:"What else has to be known of the result"`
	Admitted     bool     `parquet:"admitted" comment:"The audit entered the register: it was of the newest snapshot, with all checks, against the baseline that the settings name"`
	DurationMS   int64    `parquet:"duration_ms" comment:"How long its queries ran, in milliseconds"`
}

// Finding is a row of the table findings: what one check says of one thing. In the
// DuckDB file there is one row for each fingerprint there ever was, as of the newest
// audit; in an audit's own file are those that were open in it, or resolved by it. The
// six edge columns name an association that exists; what does not is in the evidence.
type Finding struct {
	Fingerprint  string     `parquet:"fingerprint" comment:"Identity of the finding over all audits: a hash of the portal, the check and what it was about when it was first found"`
	CheckID      string     `parquet:"check_id,dict" comment:"Check that found it"`
	Kind         Kind       `parquet:"kind,dict" comment:"state: true of one night; event: a difference of two nights"`
	Severity     Severity   `parquet:"severity,dict" comment:"critical, high, medium or low"`
	State        State      `parquet:"state,dict" comment:"new, ongoing, resolved (open before, and not any more), reopened (resolved, and found again) or event (two nights differ, and nobody has taken note of it)"`
	WaivedUntil  *time.Time `parquet:"waived_until,optional,timestamp(microsecond:local)" comment:"End of the waiver that marks it, UTC; null where none does"`
	WaivedBy     *string    `parquet:"waived_by,optional,dict" comment:"Who waived it"`
	WaivedReason *string    `parquet:"waived_reason,optional,dict" comment:"Why it was waived"`
	FirstSeen    time.Time  `parquet:"first_seen,timestamp(microsecond:local)" comment:"Start of the snapshot that it was first found in, UTC"`
	LastSeen     time.Time  `parquet:"last_seen,timestamp(microsecond:local)" comment:"Start of the newest snapshot that it was found in, UTC"`
	ResolvedAt   *time.Time `parquet:"resolved_at,optional,timestamp(microsecond:local)" comment:"Start of the snapshot in which it was resolved, UTC; null where it is open"`
	FirstAuditID string     `parquet:"first_audit_id,dict" comment:"Audit that found it first"`
	LastAuditID  string     `parquet:"last_audit_id,dict" comment:"Newest audit that found it"`
	SnapshotID   string     `parquet:"snapshot_id,dict" comment:"Newest snapshot that it was found in; of an event, the one that it happened before"`
	BaselineID   *string    `parquet:"baseline_id,optional,dict" comment:"Of an event, the snapshot that it happened after; null of all others"`
	SubjectType  *string    `parquet:"subject_type,optional,dict" comment:"Object type of the record that it is about"`
	SubjectID    *int64     `parquet:"subject_id,optional" comment:"The record that it is about"`
	SubjectName  *string    `parquet:"subject_name,optional" comment:"Name of that record; null for people, unless their names were asked for"`
	FromType     *string    `parquet:"from_type,optional,dict" comment:"Object type that the association starts from"`
	FromID       *int64     `parquet:"from_id,optional" comment:"Record that the association starts from"`
	ToType       *string    `parquet:"to_type,optional,dict" comment:"Object type that the association leads to"`
	ToID         *int64     `parquet:"to_id,optional" comment:"Record that the association leads to"`
	Category     *string    `parquet:"category,optional,dict" comment:"Category of the association type"`
	TypeID       *int32     `parquet:"type_id,optional" comment:"Id of the association type"`
	Amount       *int64     `parquet:"amount,optional,decimal(4:18)" comment:"Money that it is about, in currency"`
	Currency     *string    `parquet:"currency,optional,dict" comment:"Currency of amount, ISO 4217"`
	URL          *string    `parquet:"url,optional" comment:"The record in HubSpot"`
	Cause        *string    `parquet:"cause,optional,dict" comment:"Why it is resolved, as far as that is known: linked, deleted, merged, accepted, undone, repaired or dropped; null where it is open"`
	FailedAt     *time.Time `parquet:"failed_at,optional,timestamp(microsecond:local)" comment:"Start of the newest snapshot in whose audit it made its check fail, UTC"`
	MergedInto   *string    `parquet:"merged_into,optional" comment:"Fingerprint of the older finding that it became one with, as their records were merged"`
	Family       *string    `parquet:"family,optional,dict" comment:"Findings of one cause, as far as what they share says so, have one family: its id; null where it is alone, waived or resolved"`
	FamilyRule   *string    `parquet:"family_rule,optional,dict" comment:"What the findings of the family share, such as one hub record: companies:201"`
	Evidence     string     `parquet:"evidence" comment:"What the check shows beside the other columns, a JSON object; of a resolved finding, what it showed when last found"`
}

// Open reports whether the finding is open: neither resolved nor taken note of.
func (f Finding) Open() bool { return f.State != Resolved }

// What an audit can change in the register of findings.
const (
	Entered      = "entered"  // found where the check had not looked before
	Opened       = "new"      // found, and it was not before
	Closed       = "resolved" // not found any more, or taken note of
	OpenedAgain  = "reopened" // found again
	Happened     = "event"    // two nights differ
	MergedAway   = "merged"   // became one with an older finding
	Dropped      = "dropped"  // the check, which has changed, would not have found it before
	FailedTheRun = "failed"   // it made its check fail
	WaivedNow    = "waived"   // a waiver marks it
	UnwaivedNow  = "unwaived" // none does any more
)

// Change is a row of the table finding_changes: what an audit changed of a finding.
type Change struct {
	AuditID     string    `parquet:"audit_id,dict" comment:"Audit"`
	SnapshotID  string    `parquet:"snapshot_id,dict" comment:"Snapshot that was audited"`
	Fingerprint string    `parquet:"fingerprint" comment:"The finding"`
	CheckID     string    `parquet:"check_id,dict" comment:"Check that found it"`
	Change      string    `parquet:"change,dict" comment:"entered (found where nobody had looked before), new, resolved, reopened, event, merged (into an older finding), dropped (the check has changed, and no longer says so), failed (it made its check fail), waived or unwaived"`
	Cause       *string   `parquet:"cause,optional,dict" comment:"Why it was resolved, as far as that is known: linked, deleted, merged, accepted, undone or repaired; of merged, the fingerprint of the older finding"`
	At          time.Time `parquet:"at,timestamp(microsecond:local)" comment:"Start of the snapshot, UTC"`
}

// JudgedCell is a row of the table judged_cells: that a check looked into a cell for
// the first time. What it finds there later is new.
type JudgedCell struct {
	AuditID  string  `parquet:"audit_id,dict" comment:"Audit that was the first to do so"`
	CheckID  string  `parquet:"check_id,dict" comment:"Check"`
	FromType *string `parquet:"from_type,optional,dict" comment:"Object type of the records, or that the associations start from; null where the check judges all it needs as a whole"`
	ToType   *string `parquet:"to_type,optional,dict" comment:"Object type that the associations lead to; null where the cell is one of records"`
}

// LinkStat is a row of the table link_stats: how many associations of one type came and
// went between the baseline and the audited snapshot, of records that live in both.
type LinkStat struct {
	SnapshotID string `parquet:"snapshot_id,dict" comment:"Snapshot that was audited"`
	BaselineID string `parquet:"baseline_id,dict" comment:"Snapshot that it was compared with"`
	FromType   string `parquet:"from_type,dict" comment:"Object type that the association starts from"`
	ToType     string `parquet:"to_type,dict" comment:"Object type that it leads to"`
	Category   string `parquet:"category,dict" comment:"Category of the association type"`
	TypeID     int32  `parquet:"type_id" comment:"Association type"`
	Edges      int64  `parquet:"edges" comment:"Associations of this type in the baseline"`
	Removed    int64  `parquet:"removed" comment:"Those that are gone, between records that live in both nights"`
	Added      int64  `parquet:"added" comment:"Those that came, between records that live in both nights"`
}

// Setting is a row of the table settings: what the checks read. A list is several
// rows of one key; CHECK.NAME is the setting of that name for one check.
type Setting struct {
	Key   string `parquet:"key,dict" comment:"Name of the setting; CHECK.NAME where it is for one check alone"`
	Value string `parquet:"value" comment:"Its value as text"`
}

// SnapshotRow is a row of the tables snapshot, baseline and snapshots.
type SnapshotRow struct {
	SnapshotID   string    `json:"snapshot_id" parquet:"snapshot_id" comment:"Start in UTC, YYYYMMDDThhmmssZ, with -2, -3 if that was taken"`
	PortalID     int64     `json:"portal_id" parquet:"portal_id" comment:"HubSpot portal (hub id)"`
	APIVersion   string    `json:"api_version" parquet:"api_version" comment:"Version of HubSpot's API that was spoken"`
	StartedAt    time.Time `json:"started_at" parquet:"started_at,timestamp(microsecond:local)" comment:"Start of the crawl, UTC"`
	FinishedAt   time.Time `json:"finished_at" parquet:"finished_at,timestamp(microsecond:local)" comment:"End of the crawl, UTC"`
	Complete     bool      `json:"complete" parquet:"complete" comment:"Everything that was asked was read, see coverage"`
	ScopeHash    string    `json:"scope_hash" parquet:"scope_hash" comment:"Hash of what the crawl asked for, for information: nights are compared cell by cell"`
	Objects      int64     `json:"objects" parquet:"objects" comment:"Rows of objects"`
	Associations int64     `json:"associations" parquet:"associations" comment:"Rows of associations"`
	Requests     int64     `json:"requests" parquet:"requests" comment:"HTTP requests that were sent, repeats included"`
	ToolVersion  string    `json:"tool_version" parquet:"tool_version" comment:"Version of hubgraph"`
	TimeZone     *string   `json:"time_zone" parquet:"time_zone,optional" comment:"Time zone of the portal, as IANA names it; null where HubSpot does not say, and in snapshots of older versions"`
	Currency     *string   `json:"currency" parquet:"currency,optional" comment:"Currency of the portal's company, ISO 4217, in which amounts without one are; null where HubSpot does not say, and in snapshots of older versions"`
}

// DefaultSettings are what the checks, and some of a user's own, read where nobody says
// otherwise: the settings that they declare, with their defaults.
func DefaultSettings(own ...Check) []Setting {
	var rows []Setting
	known := map[string]bool{}
	for _, c := range slices.Concat(All(), own) {
		for _, s := range c.Settings {
			if known[s.Name] {
				continue
			}
			known[s.Name] = true
			values := []string{s.Default}
			if s.Several() {
				values = strings.Fields(s.Default)
			}
			for _, v := range values {
				rows = append(rows, Setting{s.Name, v})
			}
		}
	}
	return rows
}
