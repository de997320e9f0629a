-- Open deals that have companies, and contacts that have some.
-- kept
-- column deal_id: The deal
-- column contact_company_ids: Companies of its contacts
-- column relatives: How many of these are companies of the deal, or their parents or children

WITH own AS (
  SELECT DISTINCT n.from_id AS deal_id, n.to_id AS company_id
  FROM neighbors n
  SEMI JOIN open_deals d
    ON d.object_id = n.from_id
  WHERE n.from_type = 'deals'
    AND n.to_type = 'companies'
),
family AS (
  SELECT o.deal_id, o.company_id
  FROM own o
  UNION
  SELECT o.deal_id, p.parent_id
  FROM own o
  JOIN company_parents p
    ON p.company_id = o.company_id
  UNION
  SELECT o.deal_id, p.company_id
  FROM own o
  JOIN company_parents p
    ON p.parent_id = o.company_id
)
SELECT c.deal_id, array_sort(array_agg(c.company_id)) AS contact_company_ids, count(f.company_id) AS relatives
FROM (
  SELECT DISTINCT n.from_id AS deal_id, p.company_id
  FROM neighbors n
  SEMI JOIN own o
    ON o.deal_id = n.from_id
  JOIN parties p
    ON p.contact_id = n.to_id
  WHERE n.from_type = 'deals'
    AND n.to_type = 'contacts'
) c
LEFT JOIN family f
  ON f.deal_id = c.deal_id AND f.company_id = c.company_id
GROUP BY c.deal_id
