-- Records that had exactly one primary company in the baseline and have exactly one now. No rows without a baseline.
-- column object_type: contacts, deals or tickets
-- column object_id: The record
-- column old_id: Its primary company in the baseline, under its id of today
-- column new_id: Its primary company

SELECT k.object_type, k.object_id, b.primary_id AS old_id, k.primary_id AS new_id
FROM company_links k
JOIN (
  SELECT l.from_type, l.from_id, min(l.to_id) AS primary_id
  FROM baseline_links l
  WHERE l.from_type IN ('contacts', 'deals', 'tickets')
    AND l.to_type = 'companies'
    AND l.is_primary
  GROUP BY l.from_type, l.from_id
  HAVING count(*) = 1
) b
  ON b.from_type = k.object_type AND b.from_id = k.object_id
WHERE k.primaries = 1
