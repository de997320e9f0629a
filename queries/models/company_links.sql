-- Settled contacts, deals and tickets that have companies, and could have a primary one, with those that they have.
-- column object_type: contacts, deals or tickets
-- column object_id: The record
-- column companies: How many companies it has
-- column company_ids: The first five of them
-- column primaries: How many of them are its primary one
-- column primary_id: The one that is, the oldest of several

WITH company AS (
  SELECT l.from_type, l.from_id, l.to_id, max(CASE WHEN l.is_primary THEN 1 ELSE 0 END) AS is_primary
  FROM link_types l
  SEMI JOIN association_types d
    ON d.from_type = l.from_type AND d.to_type = 'companies' AND d.is_primary
  SEMI JOIN live o
    ON o.object_type = l.from_type AND o.object_id = l.from_id AND o.settled
  ANTI JOIN unread u
    ON u.object_type = l.from_type AND u.object_id = l.from_id AND u.to_type = 'companies'
  WHERE l.from_type IN ('contacts', 'deals', 'tickets')
    AND l.to_type = 'companies'
  GROUP BY l.from_type, l.from_id, l.to_id
),
placed AS (
  SELECT c.from_type, c.from_id, c.to_id, c.is_primary, row_number() OVER (PARTITION BY c.from_type, c.from_id ORDER BY c.to_id) AS place
  FROM company c
)
SELECT p.from_type AS object_type, p.from_id AS object_id, count(*) AS companies,
  array_sort(array_agg(p.to_id) FILTER (WHERE p.place <= 5)) AS company_ids,
  CAST(sum(p.is_primary) AS bigint) AS primaries,
  min(CASE WHEN p.is_primary = 1 THEN p.to_id END) AS primary_id
FROM placed p
GROUP BY p.from_type, p.from_id
