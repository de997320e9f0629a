-- Records, and lists of what a record is associated with, that the crawl did not read although it read the
--   others: see gaps. A record that was merged away stands here under both of its ids.
-- kept
-- column object_type: Object type of the record
-- column object_id: The record
-- column to_type: Object type of the list that was not read; null where it is the record itself

SELECT g.from_type AS object_type, g.from_id AS object_id, g.to_type
FROM gaps g
WHERE g.from_id IS NOT NULL
  AND g.kind IN ('objects', 'associations')
UNION ALL
SELECT g.from_type, i.current_id, g.to_type
FROM gaps g
JOIN id_alias i
  ON i.object_type = g.from_type AND i.old_id = g.from_id
WHERE g.kind IN ('objects', 'associations')
