-- title: Association that is listed under a merged-away id
-- severity: low
-- kind: state
-- description: HubSpot leads from the old id to the record that is left, so nothing is lost. But whoever joins by id
--   misses it, and counts the record twice.
-- advice: Nothing has to be done in HubSpot. In your own queries, go by id_alias: `hubgraph sql "FROM id_alias"`.
-- needs: objects *, associations * *
-- universe:
--   SELECT a.from_type, a.to_type, cast(sum(a.edges) AS bigint) AS n
--   FROM association_stats a
--   SEMI JOIN snapshot s
--     ON s.snapshot_id = a.snapshot_id
--   WHERE a.edges > 0
--   GROUP BY a.from_type, a.to_type
-- identity: from_type, from_id, to_type, to_id, category, type_id
-- gate: never
-- tags: dangling, integrity
-- maturity: stable
-- column listed_from: Merged-away ids under which the association was listed at its start; null where it was the id of today
-- column listed_to: Merged-away ids under which the association was listed at its end; null where it was the id of today
-- column listed_today_too: The association is listed under the ids of today, too

SELECT m.from_type, m.from_id, f.name AS from_name, m.to_type, m.to_id, t.name AS to_name, m.category, m.type_id,
  m.listed_from, m.listed_to,
  c.type_id IS NOT NULL AS listed_today_too,
  f.url
FROM (
  SELECT a.from_type, coalesce(i.current_id, a.from_id) AS from_id, a.to_type, coalesce(j.current_id, a.to_id) AS to_id, a.category, a.type_id,
    array_sort(array_agg(DISTINCT a.from_id) FILTER (WHERE i.current_id IS NOT NULL)) AS listed_from,
    array_sort(array_agg(DISTINCT a.to_id) FILTER (WHERE j.current_id IS NOT NULL)) AS listed_to
  FROM associations a
  LEFT JOIN id_alias i
    ON i.object_type = a.from_type AND i.old_id = a.from_id
  LEFT JOIN id_alias j
    ON j.object_type = a.to_type AND j.old_id = a.to_id
  WHERE a.live IS NOT TRUE
    AND coalesce(i.current_id, j.current_id) IS NOT NULL
  GROUP BY a.from_type, coalesce(i.current_id, a.from_id), a.to_type, coalesce(j.current_id, a.to_id), a.category, a.type_id
) m
JOIN live f
  ON f.object_type = m.from_type AND f.object_id = m.from_id
JOIN live t
  ON t.object_type = m.to_type AND t.object_id = m.to_id
LEFT JOIN associations c
  ON c.live AND c.from_type = m.from_type AND c.from_id = m.from_id AND c.to_type = m.to_type AND c.to_id = m.to_id
    AND c.category = m.category AND c.type_id = m.type_id
WHERE m.from_type <> m.to_type
  OR m.from_id <> m.to_id
