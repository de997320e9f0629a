-- title: Company with more than one parent company
-- severity: medium
-- kind: state
-- description: What is summed up along the hierarchy counts such a company twice.
-- advice: Keep one parent in HubSpot: `hubgraph sql "FROM checks.company_multiple_parents"` lists them.
-- needs: objects companies, associations companies companies, types companies companies
-- universe:
--   SELECT count(DISTINCT p.company_id) AS n
--   FROM company_parents p
-- identity: subject_type, subject_id
-- gate: new
-- tags: hierarchy, companies
-- maturity: stable
-- column parent_ids: Its parent companies

SELECT k.object_type AS subject_type, k.object_id AS subject_id, k.name AS subject_name,
  array_sort(array_agg(p.parent_id)) AS parent_ids, k.domain, k.owner_id, k.url
FROM company_parents p
JOIN live k
  ON k.object_type = 'companies' AND k.object_id = p.company_id
GROUP BY k.object_type, k.object_id, k.name, k.domain, k.owner_id, k.url
HAVING count(*) > 1
