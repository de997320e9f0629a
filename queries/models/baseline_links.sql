-- Links of the baseline: one row for each ordered pair of records that were live then, under the ids that they have by
--   now, whichever end listed it. No rows without a baseline.
-- column from_type: Object type of the record that the link is seen from
-- column from_id: That record
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column types: Association types of this direction, CATEGORY:ID: its own, and the inverses of what the other end listed
-- column labels: Their labels; null where the association was a plain one
-- column is_primary: One of its types marked the primary record
-- column listed: The record listed the other; null where that is not known
-- column listed_back: The other record listed this one; null where that is not known

WITH typed AS (
  SELECT e.from_type, e.from_id, e.to_type, e.to_id, e.category, e.type_id, coalesce(e.label, d.label) AS label,
    d.is_primary, TRUE AS listed, CASE WHEN e.has_inverse THEN TRUE ELSE e.has_reverse END AS listed_back
  FROM earlier_associations e
  LEFT JOIN baseline_association_types d
    ON d.from_type = e.from_type AND d.to_type = e.to_type AND d.category = e.category AND d.type_id = e.type_id
  UNION ALL
  SELECT r.to_type, r.to_id, r.from_type, r.from_id, d.inverse_category, d.inverse_type_id, i.label,
    i.is_primary, r.has_reverse, TRUE
  FROM earlier_associations r
  LEFT JOIN baseline_association_types d
    ON d.from_type = r.from_type AND d.to_type = r.to_type AND d.category = r.category AND d.type_id = r.type_id
  LEFT JOIN baseline_association_types i
    ON i.from_type = r.to_type AND i.to_type = r.from_type AND i.category = d.inverse_category AND i.type_id = d.inverse_type_id
  WHERE r.has_inverse IS NOT TRUE
)
SELECT t.from_type, t.from_id, t.to_type, t.to_id,
  array_sort(array_agg(DISTINCT t.category || ':' || cast(t.type_id AS string)) FILTER (WHERE t.type_id IS NOT NULL)) AS types,
  array_sort(array_agg(DISTINCT t.label) FILTER (WHERE t.label IS NOT NULL)) AS labels,
  coalesce(bool_or(t.is_primary), FALSE) AS is_primary,
  bool_or(t.listed) AS listed,
  bool_or(t.listed_back) AS listed_back
FROM typed t
GROUP BY t.from_type, t.from_id, t.to_type, t.to_id
