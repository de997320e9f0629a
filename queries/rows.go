package queries

import "time"

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

// State is where a finding stands in its life.
type State string

const (
	// New: it was never found before.
	New State = "new"
	// Ongoing: it was open in the earlier audit too.
	Ongoing State = "ongoing"
	// Resolved: it was open in the earlier audit and is not found any more.
	Resolved State = "resolved"
	// Reopened: it was found, resolved, and is found again.
	Reopened State = "reopened"
)

// CheckResult is a row of the table check_results: the outcome of one check in
// one audit. The counts are nil where nothing is known, that is, where the
// status is Skip or Error.
type CheckResult struct {
	AuditID    string   `parquet:"audit_id,dict" comment:"Audit: its start in UTC, YYYYMMDDThhmmssZ, with -2, -3 if that was taken"`
	SnapshotID string   `parquet:"snapshot_id,dict" comment:"Snapshot that was audited"`
	BaselineID *string  `parquet:"baseline_id,optional,dict" comment:"Snapshot that it was compared with; null where there was none"`
	CheckID    string   `parquet:"check_id,dict" comment:"Check: the name of its file, and of its view in the schema checks"`
	Severity   Severity `parquet:"severity,dict" comment:"critical, high, medium or low: the check's own; a finding may have another"`
	Status     Status   `parquet:"status,dict" comment:"ok: nothing found; warn: findings, within the gate; fail: findings beyond the gate; skip: no evidence; error: the query broke"`
	Violations *int64   `parquet:"violations,optional" comment:"Findings that are open; null where nothing is known"`
	Universe   *int64   `parquet:"universe,optional" comment:"What the check looked at, in the unit of its findings: the denominator of percent; null where nothing is known"`
	Percent    *float64 `parquet:"percent,optional" comment:"100 * violations / universe, two digits; null where universe is 0 or not known"`
	New        *int64   `parquet:"new,optional" comment:"Open findings that were not open in the audit of an earlier snapshot; 0 where there is no such audit, null where nothing is known"`
	Resolved   *int64   `parquet:"resolved,optional" comment:"Findings that were open in the audit of an earlier snapshot and are gone; null where nothing is known"`
	SkipReason *string  `parquet:"skip_reason,optional" comment:"Why the check was skipped, or the error of its query"`
	DurationMS int64    `parquet:"duration_ms" comment:"How long its queries ran, in milliseconds"`
}

// Finding is a row of the table findings: what one check says of one thing in
// one audit. The six edge columns name an association that exists; what does
// not is in the evidence.
type Finding struct {
	AuditID     string    `parquet:"audit_id,dict" comment:"Audit"`
	SnapshotID  string    `parquet:"snapshot_id,dict" comment:"Snapshot that was audited"`
	CheckID     string    `parquet:"check_id,dict" comment:"Check that found it"`
	Severity    Severity  `parquet:"severity,dict" comment:"critical, high, medium or low"`
	Fingerprint string    `parquet:"fingerprint" comment:"Identity of the finding over all audits: a hash of the portal, the check and the check's identity columns"`
	State       State     `parquet:"state,dict" comment:"new, ongoing, resolved (found before, gone now) or reopened (found before, gone, found again)"`
	FirstSeen   time.Time `parquet:"first_seen,timestamp(microsecond:local)" comment:"Start of the snapshot that it was first found in, UTC"`
	LastSeen    time.Time `parquet:"last_seen,timestamp(microsecond:local)" comment:"Start of the newest snapshot that it was found in, UTC"`
	SubjectType *string   `parquet:"subject_type,optional,dict" comment:"Object type of the record that it is about"`
	SubjectID   *int64    `parquet:"subject_id,optional" comment:"The record that it is about"`
	FromType    *string   `parquet:"from_type,optional,dict" comment:"Object type that the association starts from"`
	FromID      *int64    `parquet:"from_id,optional" comment:"Record that the association starts from"`
	ToType      *string   `parquet:"to_type,optional,dict" comment:"Object type that the association leads to"`
	ToID        *int64    `parquet:"to_id,optional" comment:"Record that the association leads to"`
	Category    *string   `parquet:"category,optional,dict" comment:"Category of the association type"`
	TypeID      *int32    `parquet:"type_id,optional" comment:"Id of the association type"`
	Evidence    string    `parquet:"evidence" comment:"What the check shows beside the other columns, a JSON object; of a resolved finding, what it showed when last found"`
}

// Setting is a row of the table settings: what the checks read. A list is several
// rows of one key.
type Setting struct {
	Key   string `parquet:"key,dict" comment:"Name of the setting"`
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
	ScopeHash    string    `json:"scope_hash" parquet:"scope_hash" comment:"Equal for crawls that asked for the same things; only such are compared"`
	Objects      int64     `json:"objects" parquet:"objects" comment:"Rows of objects"`
	Associations int64     `json:"associations" parquet:"associations" comment:"Rows of associations"`
	Requests     int64     `json:"requests" parquet:"requests" comment:"HTTP requests that were sent, repeats included"`
	ToolVersion  string    `json:"tool_version" parquet:"tool_version" comment:"Version of hubgraph"`
	TimeZone     *string   `json:"time_zone" parquet:"time_zone,optional" comment:"Time zone of the portal, as IANA names it; null where HubSpot does not say, and in snapshots of older versions"`
	Currency     *string   `json:"currency" parquet:"currency,optional" comment:"Currency of the portal's company, ISO 4217, in which amounts without one are; null where HubSpot does not say, and in snapshots of older versions"`
}

// DefaultSettings are what the checks read where nobody says otherwise:
// grace_hours, the age in hours from which on a record counts as settled.
// HubSpot's own automatic associations take minutes.
func DefaultSettings() []Setting {
	return []Setting{{Key: "grace_hours", Value: "24"}}
}
