-- title: Record lists another that does not list it
-- severity: high
-- description: HubSpot keeps every association from both ends, so what only one end knows is missing from
--   half of all lists and reports. Look at the live records before repairing: many at once mean that
--   the portal changed during the crawl.
-- needs: objects *, associations * *, directions, types * *
-- universe:
--   SELECT count(*)
--   FROM (
--     SELECT DISTINCT a.from_type, a.from_id, a.to_type, a.to_id
--     FROM associations a
--     SEMI JOIN coverage c
--       ON c.kind = 'associations' AND coalesce(c.readable, c.complete) AND c.from_type = a.to_type AND c.to_type = a.from_type
--   ) p
-- identity: ends
-- gate: any
-- repair: inverse
-- tags: inverse, integrity
-- maturity: stable

-- Associations that name a merged-away id, under the ids of the records that are left.
WITH merged AS (
  SELECT a.from_type, coalesce(f.current_id, a.from_id) AS from_id, a.to_type, coalesce(t.current_id, a.to_id) AS to_id
  FROM associations a
  LEFT JOIN id_alias f
    ON f.object_type = a.from_type AND f.old_id = a.from_id
  LEFT JOIN id_alias t
    ON t.object_type = a.to_type AND t.old_id = a.to_id
  WHERE f.current_id IS NOT NULL
    OR t.current_id IS NOT NULL
),
-- A pair of which any row has its inverse has both directions: only rows without can tell of one.
one_way AS (
  SELECT a.from_type, a.from_id, a.to_type, a.to_id, a.category, a.type_id, a.label
  FROM associations a
  ANTI JOIN associations r
    ON r.from_type = a.to_type AND r.from_id = a.to_id AND r.to_type = a.from_type AND r.to_id = a.from_id
  ANTI JOIN merged m
    ON m.from_type = a.to_type AND m.from_id = a.to_id AND m.to_type = a.from_type AND m.to_id = a.from_id
  SEMI JOIN coverage c
    ON c.kind = 'associations' AND coalesce(c.readable, c.complete) AND c.from_type = a.to_type AND c.to_type = a.from_type
  WHERE a.has_inverse IS NOT TRUE
),
settled AS (
  SELECT w.*, f.url AS from_url, t.url AS to_url
  FROM one_way w
  JOIN objects f
    ON f.object_type = w.from_type AND f.object_id = w.from_id
  JOIN objects t
    ON t.object_type = w.to_type AND t.object_id = w.to_id
  CROSS JOIN snapshot s
  WHERE f.seen
    AND NOT f.archived
    AND t.seen
    AND NOT t.archived
    AND (greatest(f.created_at, t.created_at) IS NULL OR greatest(f.created_at, t.created_at) < s.started_at - coalesce((SELECT max(cast(value AS int)) FROM settings WHERE key = 'grace_hours'), 24) * INTERVAL '1' HOUR)
),
typed AS (
  SELECT w.*, d.label AS defined_label, d.inverse_category, d.inverse_type_id,
    row_number() OVER (
      PARTITION BY w.from_type, w.from_id, w.to_type, w.to_id
      ORDER BY CASE WHEN d.is_default THEN 0 ELSE 1 END, w.category, w.type_id
    ) AS place
  FROM settled w
  LEFT JOIN association_types d
    ON d.from_type = w.from_type AND d.to_type = w.to_type AND d.category = w.category AND d.type_id = w.type_id
)
SELECT
  t.from_type,
  t.from_id,
  t.to_type,
  t.to_id,
  max(t.category) FILTER (WHERE t.place = 1) AS category,
  max(t.type_id) FILTER (WHERE t.place = 1) AS type_id,
  array_sort(array_agg(t.category || ':' || cast(t.type_id AS string))) AS types,
  array_sort(array_agg(DISTINCT coalesce(t.label, t.defined_label)) FILTER (WHERE coalesce(t.label, t.defined_label) IS NOT NULL)) AS labels,
  array_sort(array_agg(DISTINCT t.inverse_category || ':' || cast(t.inverse_type_id AS string)) FILTER (WHERE t.inverse_type_id IS NOT NULL)) AS missing,
  array_sort(array_agg(t.category || ':' || cast(t.type_id AS string)) FILTER (WHERE t.inverse_type_id IS NULL)) AS inverse_unknown,
  max(t.from_url) AS from_url,
  max(t.to_url) AS to_url
FROM typed t
GROUP BY t.from_type, t.from_id, t.to_type, t.to_id
