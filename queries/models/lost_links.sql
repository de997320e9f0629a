-- Links that were lost overnight, of records that are live in both nights: one row for each pair, as it is seen from the
--   deal towards the contact, from the contact towards the company: from the object type whose name is the later
--   one, where that record listed the link. No rows without a baseline.
-- kept
-- column from_type: Object type of the record that the link was seen from
-- column from_id: That record
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column types: Association types that the record had with the other, CATEGORY:ID
-- column labels: Their labels; null where the link was a plain one
-- column replaced_by: Records of the type of the other, TYPE:ID, with which the record got a link in the same night; between records of one type, those that either got
-- column others: Records of the type of the other that the record is linked with now

WITH lost AS (
  SELECT g.from_type, g.from_id, g.to_type, g.to_id, g.types, g.labels
  FROM links_gone g
  LEFT JOIN links_gone r
    ON r.from_type = g.to_type AND r.from_id = g.to_id AND r.to_type = g.from_type AND r.to_id = g.from_id
  WHERE r.from_type IS NULL
    OR g.from_type > g.to_type
    OR g.from_type = g.to_type AND g.from_id <= g.to_id
),
replacement AS (
  SELECT l.from_type, l.from_id, l.to_type, l.to_id, array_sort(array_agg(DISTINCT n.to_type || ':' || cast(n.to_id AS string))) AS replaced_by
  FROM lost l
  JOIN (
    SELECT from_type, from_id, to_type, to_id
    FROM links_new
    UNION ALL
    SELECT to_type, to_id, from_type, from_id
    FROM links_new
  ) n
    ON n.to_type = l.to_type
      AND (n.from_type = l.from_type AND n.from_id = l.from_id OR l.from_type = l.to_type AND n.from_type = l.to_type AND n.from_id = l.to_id)
  GROUP BY l.from_type, l.from_id, l.to_type, l.to_id
),
left_over AS (
  SELECT n.from_type, n.from_id, n.to_type, count(DISTINCT n.to_id) AS others
  FROM neighbors n
  SEMI JOIN lost l
    ON l.from_type = n.from_type AND l.from_id = n.from_id AND l.to_type = n.to_type
  GROUP BY n.from_type, n.from_id, n.to_type
)
SELECT l.from_type, l.from_id, l.to_type, l.to_id, l.types, l.labels, r.replaced_by, coalesce(o.others, 0) AS others
FROM lost l
LEFT JOIN replacement r
  ON r.from_type = l.from_type AND r.from_id = l.from_id AND r.to_type = l.to_type AND r.to_id = l.to_id
LEFT JOIN left_over o
  ON o.from_type = l.from_type AND o.from_id = l.from_id AND o.to_type = l.to_type
