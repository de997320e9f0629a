-- Settled contacts, deals and tickets that have companies, and could have a primary one, with those that they have.
-- kept
-- column object_type: contacts, deals or tickets
-- column object_id: The record
-- column companies: How many companies it has
-- column company_ids: The first five of them
-- column primaries: How many of them are its primary one
-- column primary_id: The one that is, the oldest of several

WITH placed AS (
  SELECT c.object_type, c.object_id, c.company_id, c.is_primary,
    row_number() OVER (PARTITION BY c.object_type, c.object_id ORDER BY c.company_id) AS place
  FROM record_companies c
  SEMI JOIN association_types d
    ON d.from_type = c.object_type AND d.to_type = 'companies' AND d.is_primary
  ANTI JOIN unsettled s
    ON s.object_type = c.object_type AND s.object_id = c.object_id
  ANTI JOIN unread u
    ON u.object_type = c.object_type AND u.object_id = c.object_id AND u.to_type = 'companies'
  WHERE c.object_type IN ('contacts', 'deals', 'tickets')
)
SELECT p.object_type, p.object_id, count(*) AS companies,
  array_sort(array_agg(p.company_id) FILTER (WHERE p.place <= 5)) AS company_ids,
  count(*) FILTER (WHERE p.is_primary) AS primaries,
  min(p.company_id) FILTER (WHERE p.is_primary) AS primary_id
FROM placed p
GROUP BY p.object_type, p.object_id
