-- Links that this night has and the baseline had not, from neither end, between records that are live in both: one row
--   for each end that lists it. No rows without a baseline.
-- column from_type: Object type of the record that lists the other
-- column from_id: That record
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column types: Association types that it has, CATEGORY:ID
-- column labels: Their labels; null where the association is a plain one

SELECT c.from_type, c.from_id, c.to_type, c.to_id,
  array_sort(array_agg(DISTINCT c.category || ':' || cast(c.type_id AS string))) AS types,
  array_sort(array_agg(DISTINCT c.label) FILTER (WHERE c.label IS NOT NULL)) AS labels
FROM link_changes c
ANTI JOIN earlier_associations e
  ON e.from_type = c.from_type AND e.from_id = c.from_id AND e.to_type = c.to_type AND e.to_id = c.to_id
ANTI JOIN earlier_associations r
  ON r.from_type = c.to_type AND r.from_id = c.to_id AND r.to_type = c.from_type AND r.to_id = c.from_id
WHERE c.added
GROUP BY c.from_type, c.from_id, c.to_type, c.to_id
