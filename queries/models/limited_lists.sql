-- Records that are associated with many others under an association type whose number is limited: with at least four
--   fifths of what the limit allows. Left out are primary records and parents, of which there is one.
-- column from_type: Object type of the record
-- column from_id: The record
-- column to_type: Object type of the others
-- column category: Category of the association type
-- column type_id: Association type
-- column label: Its label; null for the plain one, whose limit is that of the pair
-- column max_to: The limit
-- column neighbors: How many it has
-- column newest_id: The newest of them

WITH limited AS (
  SELECT d.from_type, d.to_type, d.category, d.type_id, d.label, d.max_to
  FROM association_types d
  WHERE d.max_to IS NOT NULL
    AND NOT d.is_primary
    AND NOT (d.from_type = 'companies' AND d.to_type = 'companies' AND d.category = 'HUBSPOT_DEFINED' AND d.type_id = 14)
),
busy AS (
  SELECT o.object_type, o.object_id
  FROM objects o
  WHERE 5 * o.degree >= 4 * (SELECT min(max_to) FROM limited)
)
SELECT l.from_type, l.from_id, l.to_type, l.category, l.type_id, d.label, d.max_to, count(DISTINCT l.to_id) AS neighbors, max(l.to_id) AS newest_id
FROM link_types l
JOIN limited d
  ON d.from_type = l.from_type AND d.to_type = l.to_type AND d.category = l.category AND d.type_id = l.type_id
SEMI JOIN busy b
  ON b.object_type = l.from_type AND b.object_id = l.from_id
GROUP BY l.from_type, l.from_id, l.to_type, l.category, l.type_id, d.label, d.max_to
HAVING 5 * count(DISTINCT l.to_id) >= 4 * d.max_to
