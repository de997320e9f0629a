-- title: Open deal that looks like another
-- severity: low
-- kind: state
-- description: Same pipeline, same amount, the same contacts and companies, made within 14 days: somebody, or an integration,
--   made it twice, and the forecast counts it twice. Orders for several sites are meant to be so.
-- advice: Merge the two in HubSpot: `hubgraph sql "FROM checks.twin_deals"` names the other one.
-- needs: objects deals, objects contacts, objects companies, associations deals contacts, associations contacts deals,
--   associations deals companies, associations companies deals
-- universe:
--   SELECT count(*) AS n
--   FROM open_deals d
--   SEMI JOIN neighbors n
--     ON n.from_type = 'deals' AND n.from_id = d.object_id AND n.to_type IN ('contacts', 'companies')
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24, twin_days int 14
-- tags: duplicates, deals
-- maturity: experimental
-- column like_deal_ids: Older deals that it looks like
-- column parties: Contacts and companies that both have, TYPE:ID

WITH deal AS (
  SELECT d.object_type, d.object_id, d.name, d.amount, d.currency, d.pipeline_id, d.pipeline, d.created_at, d.owner_id, d.url, p.parties
  FROM open_deals d
  JOIN (
    SELECT n.from_id, array_sort(array_agg(n.to_type || ':' || cast(n.to_id AS string))) AS parties
    FROM (SELECT DISTINCT from_id, to_type, to_id FROM neighbors WHERE from_type = 'deals' AND to_type IN ('contacts', 'companies')) n
    GROUP BY n.from_id
  ) p
    ON p.from_id = d.object_id
  WHERE d.amount IS NOT NULL
)
SELECT d.object_type AS subject_type, d.object_id AS subject_id, d.name AS subject_name, d.amount, d.currency,
  array_sort(array_agg(o.object_id)) AS like_deal_ids, d.parties, d.pipeline, d.created_at, d.owner_id, d.url
FROM deal d
CROSS JOIN (
  SELECT cast(coalesce(max(value), '14') || ' days' AS interval) AS span
  FROM settings
  WHERE key = 'twin_days'
) w
JOIN deal o
  ON o.parties = d.parties AND o.amount = d.amount AND coalesce(o.currency, '') = coalesce(d.currency, '')
    AND coalesce(o.pipeline_id, '') = coalesce(d.pipeline_id, '')
WHERE o.object_id < d.object_id
  AND d.created_at < o.created_at + w.span
  AND o.created_at < d.created_at + w.span
GROUP BY d.object_type, d.object_id, d.name, d.amount, d.currency, d.parties, d.pipeline, d.created_at, d.owner_id, d.url
