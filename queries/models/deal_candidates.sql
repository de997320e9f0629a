-- Open deals that have companies, and contacts with a primary company: which that is. Contacts do not count whose label
--   towards the deal says that they are outsiders: the setting outsider_labels.
-- kept
-- column deal_id: The deal
-- column contact_ids: The first five of its contacts that have a primary company
-- column candidates: How many primary companies these contacts have between them
-- column candidate_id: One of them
-- column company_ids: The first five companies of the deal

WITH contact AS (
  SELECT DISTINCT n.from_id AS deal_id, n.to_id AS contact_id, k.company_id
  FROM neighbors n
  SEMI JOIN open_deals d
    ON d.object_id = n.from_id
  JOIN parties k
    ON k.contact_id = n.to_id AND k.is_primary
  ANTI JOIN link_types o
    ON o.from_type = 'deals' AND o.from_id = n.from_id AND o.to_type = 'contacts' AND o.to_id = n.to_id
      AND lower(o.label) IN (SELECT value FROM settings WHERE key = 'outsider_labels')
  WHERE n.from_type = 'deals'
    AND n.to_type = 'contacts'
),
company AS (
  SELECT c.object_id AS deal_id, c.company_id, row_number() OVER (PARTITION BY c.object_id ORDER BY c.company_id) AS place
  FROM record_companies c
  SEMI JOIN contact p
    ON p.deal_id = c.object_id
  WHERE c.object_type = 'deals'
),
placed AS (
  SELECT c.deal_id, c.contact_id, c.company_id, dense_rank() OVER (PARTITION BY c.deal_id ORDER BY c.contact_id) AS place
  FROM contact c
)
SELECT p.deal_id,
  array_sort(array_agg(DISTINCT p.contact_id) FILTER (WHERE p.place <= 5)) AS contact_ids,
  count(DISTINCT p.company_id) AS candidates,
  min(p.company_id) AS candidate_id,
  k.company_ids
FROM placed p
JOIN (
  SELECT c.deal_id, array_sort(array_agg(c.company_id) FILTER (WHERE c.place <= 5)) AS company_ids
  FROM company c
  GROUP BY c.deal_id
) k
  ON k.deal_id = p.deal_id
GROUP BY p.deal_id, k.company_ids
