-- title: Company far below the top of its hierarchy
-- severity: low
-- kind: state
-- description: Integrations add one level at a time, so chains grow by accident: this company is further below the top than
--   the setting hierarchy_steps. Some groups are built so.
-- advice: Put it below the company that it belongs to, or raise the setting: `hubgraph sql "FROM
--   checks.company_hierarchy_deep"` lists all.
-- needs: objects companies, associations companies companies, types companies companies
-- universe:
--   SELECT count(DISTINCT p.company_id) AS n
--   FROM company_parents p
-- identity: subject_type, subject_id
-- gate: new
-- settings: hierarchy_steps int 5
-- tags: hierarchy, companies
-- maturity: stable
-- column steps: Steps up to the topmost parent company
-- column parent_ids: Its parent companies

SELECT k.object_type AS subject_type, k.object_id AS subject_id, k.name AS subject_name,
  k.hierarchy_depth AS steps, p.parent_ids, k.domain, k.owner_id, k.url
FROM live k
LEFT JOIN (
  SELECT company_id, array_sort(array_agg(parent_id)) AS parent_ids
  FROM company_parents
  GROUP BY company_id
) p
  ON p.company_id = k.object_id
WHERE k.object_type = 'companies'
  AND k.hierarchy_depth > cast(coalesce((SELECT max(value) FROM settings WHERE key = 'hierarchy_steps'), '5') AS int)
