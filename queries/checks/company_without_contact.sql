-- title: Company with no people and no deals
-- severity: low
-- kind: state
-- description: Nobody in it is known, and nothing was ever sold to it, a quarter of a year after it was made: an import that
--   was never linked, or a duplicate. Parents of other companies are left out.
-- advice: Merge duplicates, delete what nobody needs: `hubgraph sql "FROM checks.company_without_contact"` says
--   which other companies have the same domain.
-- needs: objects companies, objects contacts, objects deals, associations companies contacts, associations contacts companies,
--   associations companies deals, associations deals companies, associations companies companies
-- universe:
--   SELECT count(*) AS n
--   FROM old_companies k
-- identity: subject_type, subject_id
-- gate: percent > 40
-- settings: company_days int 90, grace_hours int 24
-- tags: orphans, companies
-- maturity: stable
-- column parent_ids: Its parent companies; null where it has none
-- column same_domain: How many companies share its domain, this one among them; null where it is alone
-- column same_domain_company_ids: The first five of these

SELECT k.object_type AS subject_type, k.object_id AS subject_id, k.name AS subject_name,
  k.domain, k.created_at,
  p.parent_ids,
  d.companies AS same_domain,
  d.company_ids AS same_domain_company_ids,
  k.owner_id, k.url
FROM old_companies k
ANTI JOIN neighbors n
  ON n.from_type = 'companies' AND n.from_id = k.object_id AND n.to_type IN ('contacts', 'deals')
ANTI JOIN company_parents c
  ON c.parent_id = k.object_id
LEFT JOIN (
  SELECT company_id, array_sort(array_agg(parent_id)) AS parent_ids
  FROM company_parents
  GROUP BY company_id
) p
  ON p.company_id = k.object_id
LEFT JOIN company_domains d
  ON d.domain = lower(k.domain) AND d.companies > 1
