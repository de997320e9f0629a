-- title: Deal linked to neither contact nor company
-- severity: critical
-- description: Nobody can be called about such a deal, and no report by customer counts its money.
--   Critical while it is open or where it was won, medium where it was lost. Deals younger than the
--   setting grace_hours are left out: automatic associations need their time.
-- needs: objects deals, associations deals contacts, associations contacts deals,
--   associations deals companies, associations companies deals
-- universe:
--   SELECT count(*)
--   FROM objects o
--   CROSS JOIN snapshot s
--   WHERE o.object_type = 'deals'
--     AND o.seen
--     AND NOT o.archived
--     AND (o.created_at IS NULL OR o.created_at < s.started_at - coalesce((SELECT max(cast(value AS int)) FROM settings WHERE key = 'grace_hours'), 24) * INTERVAL '1' HOUR)
-- identity: subject_type, subject_id
-- gate: new
-- tags: orphans, deals
-- maturity: stable

-- Whom a deal is linked with, whichever end lists it: inverse_pair_missing tells where one does not.
WITH link AS (
  SELECT a.from_id AS deal_id, a.to_type AS neighbor_type, a.to_id AS neighbor_id
  FROM associations a
  WHERE a.from_type = 'deals'
    AND a.to_type IN ('contacts', 'companies')
  UNION ALL
  SELECT coalesce(i.current_id, a.to_id), a.from_type, a.from_id
  FROM associations a
  LEFT JOIN id_alias i
    ON i.object_type = a.to_type AND i.old_id = a.to_id
  WHERE a.to_type = 'deals'
    AND a.from_type IN ('contacts', 'companies')
),
orphan AS (
  SELECT o.*
  FROM objects o
  CROSS JOIN snapshot s
  ANTI JOIN link l
    ON l.deal_id = o.object_id
  WHERE o.object_type = 'deals'
    AND o.seen
    AND NOT o.archived
    AND (o.created_at IS NULL OR o.created_at < s.started_at - coalesce((SELECT max(cast(value AS int)) FROM settings WHERE key = 'grace_hours'), 24) * INTERVAL '1' HOUR)
),
-- Whom the deal was linked to in the baseline, under the ids of today.
linked AS (
  SELECT DISTINCT coalesce(d.current_id, b.from_id) AS deal_id, b.to_type, coalesce(n.current_id, b.to_id) AS neighbor_id
  FROM baseline_associations b
  LEFT JOIN id_alias d
    ON d.object_type = b.from_type AND d.old_id = b.from_id
  LEFT JOIN id_alias n
    ON n.object_type = b.to_type AND n.old_id = b.to_id
  WHERE b.from_type = 'deals'
    AND b.to_type IN ('contacts', 'companies')
),
placed AS (
  SELECT l.deal_id, l.to_type || ':' || cast(l.neighbor_id AS string) AS neighbor,
    row_number() OVER (PARTITION BY l.deal_id ORDER BY l.to_type, l.neighbor_id) AS place
  FROM linked l
  SEMI JOIN orphan o
    ON o.object_id = l.deal_id
),
lost AS (
  SELECT p.deal_id, count(*) AS links, array_sort(array_agg(p.neighbor) FILTER (WHERE p.place <= 5)) AS neighbors
  FROM placed p
  GROUP BY p.deal_id
)
SELECT
  o.object_type AS subject_type,
  o.object_id AS subject_id,
  CASE WHEN o.is_closed IS NOT TRUE OR o.is_won IS TRUE THEN 'critical' ELSE 'medium' END AS severity,
  o.amount,
  o.currency,
  o.pipeline_id,
  o.stage_id,
  o.is_closed,
  o.is_won,
  o.close_date,
  o.created_at,
  o.owner_id,
  l.links AS baseline_links,
  l.neighbors AS baseline_neighbors,
  o.url
FROM orphan o
LEFT JOIN lost l
  ON l.deal_id = o.object_id
