-- Who is associated with whom, from both ends, whichever of them lists it: for SEMI JOIN and ANTI JOIN, as a
--   pair may stand here more than once. Both records live, and stand under the ids that they have after merges.
-- column from_type: Object type of the record
-- column from_id: The record
-- column to_type: Object type of its neighbor
-- column to_id: Its neighbor
-- column listed: The record lists it; false where only the neighbor lists the record
-- column category: Category of the association type, of the direction in which it is listed
-- column type_id: Association type of that direction

SELECT a.from_type, a.from_id, a.to_type, a.to_id, TRUE AS listed, a.category, a.type_id
FROM associations a
WHERE a.live
UNION ALL
SELECT m.from_type, m.from_id, m.to_type, m.to_id, TRUE, m.category, m.type_id
FROM moved_associations m
UNION ALL
SELECT a.to_type, a.to_id, a.from_type, a.from_id, FALSE, a.category, a.type_id
FROM associations a
WHERE a.live
  AND a.has_reverse IS NOT TRUE
UNION ALL
SELECT m.to_type, m.to_id, m.from_type, m.from_id, FALSE, m.category, m.type_id
FROM moved_associations m
WHERE m.has_reverse IS NOT TRUE
