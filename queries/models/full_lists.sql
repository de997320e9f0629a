-- Records that list exactly as many others of a type as fit on so many pages: the setting page_size.
-- column from_type: Object type of the record
-- column from_id: The record
-- column to_type: Object type of the others
-- column listed: How many it lists
-- column neighbors: How many there are, if those are counted that list the record

WITH page AS (
  SELECT cast(coalesce(max(s.value), '100') AS int) AS size
  FROM settings s
  WHERE s.key = 'page_size'
),
hub AS (
  SELECT o.object_type, o.object_id, p.size
  FROM objects o
  CROSS JOIN page p
  WHERE o.degree >= p.size
)
SELECT l.from_type, l.from_id, l.to_type, l.listed, l.neighbors
FROM (
  SELECT n.from_type, n.from_id, n.to_type, h.size,
    count(DISTINCT CASE WHEN n.listed THEN n.to_id END) AS listed,
    count(DISTINCT n.to_id) AS neighbors
  FROM neighbors n
  JOIN hub h
    ON h.object_type = n.from_type AND h.object_id = n.from_id
  GROUP BY n.from_type, n.from_id, n.to_type, h.size
) l
WHERE l.listed >= l.size
  AND l.listed % l.size = 0
