-- A shortest way from one live record to another over associations, of at most six steps; no rows where there is none:
--   path_between('deals', 301, 'contacts', 51).
-- macro (type, id, other_type, other_id)

WITH RECURSIVE reached AS (
  SELECT type AS at_type, CAST(id AS BIGINT) AS at_id, 0 AS step
  UNION
  SELECT n.to_type, n.to_id, r.step + 1
  FROM reached AS r
  JOIN neighbors AS n ON n.from_type = r.at_type AND n.from_id = r.at_id
  WHERE r.step < 6
),
shortest AS (
  SELECT r.at_type, r.at_id, min(r.step) AS step
  FROM reached AS r
  GROUP BY r.at_type, r.at_id
),
-- Backwards from the end: at each step the first of the records that are one step nearer to the start.
way AS (
  SELECT s.at_type, s.at_id, s.step
  FROM shortest AS s
  WHERE s.at_type = other_type AND s.at_id = other_id
  UNION
  (
    SELECT s.at_type, s.at_id, s.step
    FROM way AS w
    JOIN neighbors AS n ON n.from_type = w.at_type AND n.from_id = w.at_id
    JOIN shortest AS s ON s.at_type = n.to_type AND s.at_id = n.to_id AND s.step = w.step - 1
    ORDER BY s.at_type, s.at_id
    LIMIT 1
  )
)
SELECT w.step, l.object_type, l.object_id, o.name, o.url
FROM way AS w
JOIN live AS l ON l.object_type = w.at_type AND l.object_id = w.at_id
JOIN objects AS o ON o.object_type = w.at_type AND o.object_id = w.at_id
ORDER BY w.step
