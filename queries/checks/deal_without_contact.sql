-- title: Open deal without any contact
-- severity: high
-- description: The company is known, but not the person who decides. The contacts of the deal's companies
--   are named as candidates. Deals that have no company either are told by deal_fully_orphaned.
-- needs: objects deals, associations deals contacts, associations contacts deals,
--   associations deals companies, associations companies deals
-- universe:
--   SELECT count(*)
--   FROM objects o
--   CROSS JOIN snapshot s
--   WHERE o.object_type = 'deals'
--     AND o.seen
--     AND NOT o.archived
--     AND o.is_closed IS NOT TRUE
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
bare AS (
  SELECT o.*
  FROM objects o
  CROSS JOIN snapshot s
  ANTI JOIN (SELECT deal_id FROM link WHERE neighbor_type = 'contacts') l
    ON l.deal_id = o.object_id
  WHERE o.object_type = 'deals'
    AND o.seen
    AND NOT o.archived
    AND o.is_closed IS NOT TRUE
    AND (o.created_at IS NULL OR o.created_at < s.started_at - coalesce((SELECT max(cast(value AS int)) FROM settings WHERE key = 'grace_hours'), 24) * INTERVAL '1' HOUR)
),
company AS (
  SELECT DISTINCT l.deal_id, l.neighbor_id AS company_id
  FROM link l
  SEMI JOIN bare b
    ON b.object_id = l.deal_id
  WHERE l.neighbor_type = 'companies'
),
companies AS (
  SELECT c.deal_id, array_sort(array_agg(c.company_id)) AS company_ids
  FROM company c
  GROUP BY c.deal_id
),
candidate AS (
  SELECT DISTINCT c.deal_id, a.to_id AS contact_id
  FROM company c
  JOIN associations a
    ON a.from_type = 'companies' AND a.from_id = c.company_id AND a.to_type = 'contacts'
),
placed AS (
  SELECT c.deal_id, c.contact_id, row_number() OVER (PARTITION BY c.deal_id ORDER BY c.contact_id) AS place
  FROM candidate c
),
candidates AS (
  SELECT p.deal_id, count(*) AS contacts, array_sort(array_agg(p.contact_id) FILTER (WHERE p.place <= 5)) AS contact_ids
  FROM placed p
  GROUP BY p.deal_id
)
SELECT
  b.object_type AS subject_type,
  b.object_id AS subject_id,
  b.amount,
  b.currency,
  b.pipeline_id,
  b.stage_id,
  b.close_date,
  b.created_at,
  b.owner_id,
  c.company_ids,
  coalesce(n.contacts, 0) AS candidates,
  n.contact_ids AS candidate_contact_ids,
  b.url
FROM bare b
JOIN companies c
  ON c.deal_id = b.object_id
LEFT JOIN candidates n
  ON n.deal_id = b.object_id
