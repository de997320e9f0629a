-- Links between records that are live in both nights: gone, new, or with other association types, one row for both
--   directions where both ends list the link; and what else one end alone lists now (listed) or does not any more
--   (unlisted), such as the way back of a link, or that a record is the primary one.

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
),
-- Of links that are in none of the three.
ends AS (
  SELECT CASE WHEN c.added THEN 'listed' ELSE 'unlisted' END AS change, c.from_type, c.from_id, c.to_type, c.to_id,
    list_sort(list(DISTINCT c.category || ':' || c.type_id)) || list_transform(list_sort(coalesce(list(DISTINCT c.label) FILTER (c.label IS NOT NULL), [])), l -> '"' || l || '"') AS types
  FROM link_changes c
  ANTI JOIN every e
    ON e.from_type = c.from_type AND e.from_id = c.from_id AND e.to_type = c.to_type AND e.to_id = c.to_id
  ANTI JOIN every r
    ON r.from_type = c.to_type AND r.from_id = c.to_id AND r.to_type = c.from_type AND r.to_id = c.from_id
  GROUP BY ALL
),
both_ways AS (
  SELECT e.*
  FROM every e
  ANTI JOIN every r
    ON r.change = e.change AND r.from_type = e.to_type AND r.from_id = e.to_id AND r.to_type = e.from_type AND r.to_id = e.from_id
      AND (r.from_type, r.from_id) < (e.from_type, e.from_id)
  UNION ALL
  SELECT n.change, n.from_type, n.from_id, n.to_type, n.to_id,
    CASE n.change WHEN 'unlisted' THEN n.types ELSE [] END, CASE n.change WHEN 'listed' THEN n.types ELSE [] END
  FROM ends n
)
SELECT e.change, e.from_type, e.from_id, f.name AS from_name, e.to_type, e.to_id, t.name AS to_name, NULL::VARCHAR AS category, NULL::INTEGER AS type_id,
  e."before", e."after"
FROM both_ways e
LEFT JOIN live f
  ON f.object_type = e.from_type AND f.object_id = e.from_id
LEFT JOIN live t
  ON t.object_type = e.to_type AND t.object_id = e.to_id
