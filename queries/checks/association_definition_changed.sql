-- title: Association label renamed, added, deleted, or given another limit
-- severity: medium
-- description: Workflows, reports and integrations name labels. One that is renamed or deleted breaks them
--   without a word, and deleting one takes it off every association that had it: high where it was in use.
-- needs: types * *, baseline
-- universe:
--   SELECT count(*)
--   FROM (
--     SELECT from_type, to_type, category, type_id FROM association_types
--     UNION
--     SELECT from_type, to_type, category, type_id FROM baseline_association_types
--   ) d
-- identity: from_type, to_type, category, type_id
-- gate: any
-- tags: drift, labels
-- maturity: stable

WITH definition AS (
  SELECT
    coalesce(n.from_type, b.from_type) AS from_type,
    coalesce(n.to_type, b.to_type) AS to_type,
    coalesce(n.category, b.category) AS category,
    coalesce(n.type_id, b.type_id) AS type_id,
    CASE
      WHEN n.from_type IS NULL THEN 'deleted'
      WHEN b.from_type IS NULL THEN 'added'
      WHEN n.label IS DISTINCT FROM b.label THEN 'renamed'
      ELSE 'limit'
    END AS kind,
    b.label AS old_label,
    n.label AS new_label,
    CASE WHEN n.max_to IS DISTINCT FROM b.max_to THEN b.max_to END AS old_max_to,
    CASE WHEN n.max_to IS DISTINCT FROM b.max_to THEN n.max_to END AS new_max_to,
    coalesce(n.name, b.name) AS name
  FROM association_types n
  FULL OUTER JOIN baseline_association_types b
    ON b.from_type = n.from_type AND b.to_type = n.to_type AND b.category = n.category AND b.type_id = n.type_id
  WHERE n.from_type IS NULL
    OR b.from_type IS NULL
    OR n.label IS DISTINCT FROM b.label
    OR n.max_to IS DISTINCT FROM b.max_to
),
used AS (
  SELECT a.from_type, a.to_type, a.category, a.type_id,
    sum(CASE WHEN a.snapshot_id = b.snapshot_id THEN a.edges END) AS edges_before,
    sum(CASE WHEN a.snapshot_id = s.snapshot_id THEN a.edges END) AS edges_now
  FROM association_stats a
  CROSS JOIN snapshot s
  CROSS JOIN baseline b
  GROUP BY a.from_type, a.to_type, a.category, a.type_id
)
SELECT
  d.from_type,
  d.to_type,
  d.category,
  d.type_id,
  CASE WHEN d.kind = 'deleted' AND u.edges_before > 0 THEN 'high' ELSE 'medium' END AS severity,
  d.kind,
  d.name,
  d.old_label,
  d.new_label,
  d.old_max_to,
  d.new_max_to,
  coalesce(u.edges_before, 0) AS edges_before,
  coalesce(u.edges_now, 0) AS edges_now
FROM definition d
LEFT JOIN used u
  ON u.from_type = d.from_type AND u.to_type = d.to_type AND u.category = d.category AND u.type_id = d.type_id
