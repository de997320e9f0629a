package web

import "fmt"

// figure is a number or a table of the report, and the SQL that shows it in the DuckDB file.
type figure struct{ ID, Title, SQL string }

// holder is the record whose money a finding names, as SQL.
const holder = `CASE WHEN subject_id IS NOT NULL THEN concat_ws(':', subject_type, subject_id)
    WHEN to_type = 'deals' AND from_type IS DISTINCT FROM 'deals' THEN concat_ws(':', to_type, to_id)
    WHEN from_id IS NOT NULL THEN concat_ws(':', from_type, from_id) ELSE fingerprint END`

// figures are the queries behind the figures of an audit's report, by their ids.
func figures(audit string) []figure {
	return []figure{
		{"verdict", "Checks by outcome", fmt.Sprintf("SELECT status, count(*) AS checks\nFROM check_results\nWHERE audit_id = '%s'\nGROUP BY status\nORDER BY status", audit)},
		{"open", "Open findings", "SELECT count(*) AS open, count(waived_until) AS waived\nFROM findings\nWHERE state <> 'resolved'"},
		{"money", "Money in open findings: that of a record counts once", "SELECT currency, sum(amount) AS money\nFROM (\n  SELECT DISTINCT upper(currency) AS currency, amount, " + holder + " AS holder\n  FROM findings\n  WHERE state <> 'resolved' AND amount IS NOT NULL\n)\nGROUP BY currency\nORDER BY currency"},
		{"new", "New findings", fmt.Sprintf("SELECT f.*\nFROM findings AS f\nSEMI JOIN (\n  SELECT fingerprint FROM finding_changes\n  WHERE audit_id = '%s' AND change IN ('new', 'reopened', 'event')\n) USING (fingerprint)\nWHERE state <> 'resolved' AND waived_until IS NULL", audit)},
		{"nights", "Open findings over the nights", "SELECT check_id, snapshot_id, arg_max(violations, audit_id) AS open\nFROM check_results\nWHERE coalesce(admitted, TRUE)\nGROUP BY ALL\nORDER BY ALL"},
		{"waivers", "Waivers", "SELECT waived_by, waived_until, waived_reason, count(*) AS findings\nFROM findings\nWHERE state <> 'resolved' AND waived_until IS NOT NULL\nGROUP BY ALL\nORDER BY ALL"},
		{"coverage", "Coverage", "SELECT kind, from_type, to_type, requested, received, empty, failed, unread, verdict, reason\nFROM coverage\nORDER BY kind, from_type, to_type"},
		{"gaps", "What was not read", "FROM gaps ORDER BY ALL"},
	}
}
