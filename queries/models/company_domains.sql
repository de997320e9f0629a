-- Web domains of live companies.
-- kept
-- column domain: The domain, lower case
-- column companies: How many companies have it
-- column company_ids: The first five of them

SELECT p.domain, count(*) AS companies, array_sort(array_agg(p.company_id) FILTER (WHERE p.place <= 5)) AS company_ids
FROM (
  SELECT lower(o.domain) AS domain, o.object_id AS company_id, row_number() OVER (PARTITION BY lower(o.domain) ORDER BY o.object_id) AS place
  FROM live o
  WHERE o.object_type = 'companies'
    AND o.domain <> ''
) p
GROUP BY p.domain
