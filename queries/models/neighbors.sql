-- Who is associated with whom, from both ends, whichever of them lists it: for SEMI JOIN and ANTI JOIN, as a
--   pair may stand here more than once. Both records live, and stand under the ids that they have after merges.
-- column from_type: Object type of the record
-- column from_id: The record
-- column to_type: Object type of its neighbor
-- column to_id: Its neighbor

SELECT a.from_type, a.from_id, a.to_type, a.to_id
FROM current_associations a
UNION ALL
SELECT r.to_type, r.to_id, r.from_type, r.from_id
FROM current_associations r
WHERE r.has_reverse IS NOT TRUE
