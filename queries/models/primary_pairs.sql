-- Records that had exactly one primary company in the baseline and have exactly one now. No rows without a baseline.
-- column object_type: contacts, deals or tickets
-- column object_id: The record
-- column old_id: Its primary company in the baseline, under its id of today
-- column new_id: Its primary company

WITH earlier AS (
  SELECT e.from_type AS object_type, e.from_id AS object_id, e.to_id AS company_id
  FROM earlier_associations e
  SEMI JOIN baseline_association_types d
    ON d.from_type = e.from_type AND d.to_type = e.to_type AND d.category = e.category AND d.type_id = e.type_id AND d.is_primary
  WHERE e.from_type IN ('contacts', 'deals', 'tickets')
    AND e.to_type = 'companies'
  UNION ALL
  SELECT e.to_type, e.to_id, e.from_id
  FROM earlier_associations e
  JOIN baseline_association_types d
    ON d.from_type = e.from_type AND d.to_type = e.to_type AND d.category = e.category AND d.type_id = e.type_id
  SEMI JOIN baseline_association_types i
    ON i.from_type = e.to_type AND i.to_type = e.from_type AND i.category = d.inverse_category AND i.type_id = d.inverse_type_id AND i.is_primary
  WHERE e.from_type = 'companies'
    AND e.to_type IN ('contacts', 'deals', 'tickets')
    AND e.has_inverse IS NOT TRUE
)
SELECT k.object_type, k.object_id, b.primary_id AS old_id, k.primary_id AS new_id
FROM company_links k
JOIN (
  SELECT e.object_type, e.object_id, min(e.company_id) AS primary_id
  FROM earlier e
  GROUP BY e.object_type, e.object_id
  HAVING min(e.company_id) = max(e.company_id)
) b
  ON b.object_type = k.object_type AND b.object_id = k.object_id
WHERE k.primaries = 1
