-- Links that the baseline had and this night has not, from neither end, between records that are live in both: one row
--   for each end that listed it. No rows without a baseline.
-- column from_type: Object type of the record that listed the other
-- column from_id: That record
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column types: Association types that it had, CATEGORY:ID
-- column labels: Their labels; null where the association was a plain one

SELECT c.from_type, c.from_id, c.to_type, c.to_id,
  array_sort(array_agg(DISTINCT c.category || ':' || cast(c.type_id AS string))) AS types,
  array_sort(array_agg(DISTINCT c.label) FILTER (WHERE c.label IS NOT NULL)) AS labels
FROM link_changes c
ANTI JOIN neighbors n
  ON n.from_type = c.from_type AND n.from_id = c.from_id AND n.to_type = c.to_type AND n.to_id = c.to_id
WHERE NOT c.added
GROUP BY c.from_type, c.from_id, c.to_type, c.to_id
