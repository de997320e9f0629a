-- Findings that are open today: new, ongoing, reopened, and events that nobody has taken note of. Waived ones are among
--   them, marked. The dearest first, then the oldest.
-- column check_id: Check that found it
-- column severity: critical, high, medium or low
-- column state: new, ongoing, reopened or event
-- column subject_type: Object type of the record that it is about
-- column subject_id: The record that it is about
-- column subject_name: Name of that record; null for people, unless their names were asked for
-- column from_type: Object type that the association starts from
-- column from_id: Record that the association starts from
-- column to_type: Object type that the association leads to
-- column to_id: Record that the association leads to
-- column amount: Money that it is about, in currency
-- column currency: Currency of amount, ISO 4217
-- column first_seen: Start of the snapshot that it was first found in, UTC
-- column waived_until: End of the waiver that marks it, UTC; null where none does
-- column evidence: What the check shows beside the other columns, a JSON object
-- column url: The record in HubSpot
-- column fingerprint: Identity of the finding over all audits

SELECT f.check_id, f.severity, f.state, f.subject_type, f.subject_id, f.subject_name, f.from_type, f.from_id, f.to_type, f.to_id,
  f.amount, f.currency, f.first_seen, f.waived_until, f.evidence, f.url, f.fingerprint
FROM findings AS f
WHERE f.state <> 'resolved'
ORDER BY f.amount DESC NULLS LAST, f.first_seen, f.check_id, f.fingerprint
