-- Open deals that have live companies and no live contact, or live contacts and no live company, with whom they
--   could be associated: the contacts of their companies, the companies of their contacts. Deals that need no
--   contact lack none: see open_deals.
-- kept
-- column deal_id: The deal
-- column lacks: contacts or companies: of which object type it has none
-- column customer_ids: Records of the other of these types that it is associated with
-- column candidates: How many records of the type that it lacks these are associated with
-- column candidate_ids: The first five of them: those first that are or have the primary company, then the oldest
-- column primary_ids: Those of the five that are or have the primary company

WITH half AS (
  SELECT d.object_id AS deal_id, 'contacts' AS lacks, 'companies' AS has
  FROM open_deals d
  ANTI JOIN neighbors n
    ON n.from_type = 'deals' AND n.from_id = d.object_id AND n.to_type = 'contacts'
  WHERE d.needs_contact
  UNION ALL
  SELECT d.object_id, 'companies', 'contacts'
  FROM open_deals d
  ANTI JOIN neighbors n
    ON n.from_type = 'deals' AND n.from_id = d.object_id AND n.to_type = 'companies'
),
customer AS (
  SELECT DISTINCT h.deal_id, h.lacks, n.to_type, n.to_id
  FROM half h
  JOIN neighbors n
    ON n.from_type = 'deals' AND n.from_id = h.deal_id AND n.to_type = h.has
),
candidate AS (
  SELECT c.deal_id, c.lacks, c.to_id AS customer_id, n.to_id AS candidate_id,
    max(CASE WHEN d.is_primary THEN 1 ELSE 0 END) OVER (PARTITION BY c.deal_id, c.lacks, n.to_id) AS is_primary
  FROM customer c
  LEFT JOIN neighbors n
    ON n.from_type = c.to_type AND n.from_id = c.to_id AND n.to_type = c.lacks
  LEFT JOIN association_types d
    ON d.from_type = CASE WHEN n.listed THEN c.to_type ELSE c.lacks END
      AND d.to_type = CASE WHEN n.listed THEN c.lacks ELSE c.to_type END
      AND d.category = n.category AND d.type_id = n.type_id
),
placed AS (
  SELECT c.deal_id, c.lacks, c.customer_id, c.candidate_id, c.is_primary,
    dense_rank() OVER (PARTITION BY c.deal_id, c.lacks ORDER BY c.is_primary DESC, c.candidate_id NULLS LAST) AS place
  FROM candidate c
)
SELECT p.deal_id, p.lacks,
  array_sort(array_agg(DISTINCT p.customer_id)) AS customer_ids,
  count(DISTINCT p.candidate_id) AS candidates,
  array_sort(array_agg(DISTINCT p.candidate_id) FILTER (WHERE p.place <= 5 AND p.candidate_id IS NOT NULL)) AS candidate_ids,
  array_sort(array_agg(DISTINCT p.candidate_id) FILTER (WHERE p.place <= 5 AND p.is_primary = 1)) AS primary_ids
FROM placed p
GROUP BY p.deal_id, p.lacks
