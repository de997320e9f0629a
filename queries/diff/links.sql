-- Links between records that are live in both nights: gone, new, or with other association types. One row for both
--   directions where both ends list the link.

WITH every AS (
  SELECT 'gone' AS change, g.from_type, g.from_id, g.to_type, g.to_id,
    g.types || list_transform(coalesce(g.labels, []), l -> '"' || l || '"') AS "before", [] AS "after"
  FROM links_gone g
  UNION ALL
  SELECT 'new', n.from_type, n.from_id, n.to_type, n.to_id,
    [], n.types || list_transform(coalesce(n.labels, []), l -> '"' || l || '"')
  FROM links_new n
  UNION ALL
  SELECT 'changed', c.from_type, c.from_id, c.to_type, c.to_id,
    coalesce(c.removed, []) || list_transform(coalesce(c.removed_labels, []), l -> '"' || l || '"'),
    coalesce(c.added, []) || list_transform(coalesce(c.added_labels, []), l -> '"' || l || '"')
  FROM links_changed c
)
SELECT e.change, e.from_type, e.from_id, f.name AS from_name, e.to_type, e.to_id, t.name AS to_name, NULL::VARCHAR AS category, NULL::INTEGER AS type_id,
  e."before", e."after"
FROM every e
LEFT JOIN live f
  ON f.object_type = e.from_type AND f.object_id = e.from_id
LEFT JOIN live t
  ON t.object_type = e.to_type AND t.object_id = e.to_id
ANTI JOIN every r
  ON r.change = e.change AND r.from_type = e.to_type AND r.from_id = e.to_id AND r.to_type = e.from_type AND r.to_id = e.from_id
    AND (r.from_type, r.from_id) < (e.from_type, e.from_id)
