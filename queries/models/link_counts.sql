-- Associations between settled records whose way back was read, counted by the object types of their ends: what the checks
--   of inverses could have found.
-- kept
-- column from_type: Object type of the records that list the associations
-- column to_type: Object type of the others
-- column associations: Associations of pairs that list each other, whose inverse type is known
-- column pairs: Pairs of records, counted in one direction if they list each other, and else in the one that is there

SELECT a.from_type, a.to_type,
  count(*) FILTER (WHERE a.has_reverse AND a.has_inverse IS NOT NULL) AS associations,
  count(DISTINCT (a.from_id, a.to_id)) FILTER (WHERE NOT a.has_reverse OR a.from_type < a.to_type OR a.from_type = a.to_type AND a.from_id <= a.to_id) AS pairs
FROM current_associations a
ANTI JOIN unsettled f
  ON f.object_type = a.from_type AND f.object_id = a.from_id
ANTI JOIN unsettled t
  ON t.object_type = a.to_type AND t.object_id = a.to_id
WHERE a.has_reverse IS NOT NULL
GROUP BY a.from_type, a.to_type
