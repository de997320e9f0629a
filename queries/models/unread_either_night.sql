-- Lists that were not read of single records in this night or in the baseline: those of unread, of both. Of a record
--   that was itself not read, all lists. No difference of the nights is reported of it.
-- kept
-- column object_type: Object type of the record
-- column object_id: The record; one that was merged away stands here under both of its ids
-- column to_type: Object type of the list that was not read

WITH gap AS (
  SELECT u.object_type, u.object_id, u.to_type
  FROM unread u
  UNION ALL
  SELECT g.from_type, g.from_id, g.to_type
  FROM baseline_gaps g
  WHERE g.from_id IS NOT NULL
    AND g.kind IN ('objects', 'associations')
  UNION ALL
  SELECT g.from_type, i.current_id, g.to_type
  FROM baseline_gaps g
  JOIN id_alias i
    ON i.object_type = g.from_type AND i.old_id = g.from_id
  WHERE g.kind IN ('objects', 'associations')
)
SELECT g.object_type, g.object_id, g.to_type
FROM gap g
WHERE g.to_type IS NOT NULL
UNION ALL
SELECT g.object_type, g.object_id, c.to_type
FROM gap g
CROSS JOIN (SELECT DISTINCT to_type FROM coverage WHERE kind = 'associations') c
WHERE g.to_type IS NULL
