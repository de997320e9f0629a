-- title: Chain of parent companies that leads back to its start
-- severity: high
-- kind: state
-- description: Each is above and below the others, so nothing can be summed up along the hierarchy, and whoever climbs it never
--   comes to its top. A company that is its own parent is reported by self_association.
-- advice: Take one of the parents off in HubSpot; the newest is most likely the mistake: `hubgraph sql "FROM
--   checks.company_hierarchy_cycle"` lists the companies.
-- needs: objects companies, associations companies companies, types companies companies
-- universe:
--   SELECT count(*) AS n
--   FROM (
--     SELECT p.company_id
--     FROM company_parents p
--     UNION
--     SELECT p.parent_id
--     FROM company_parents p
--   ) c
-- identity: companies
-- gate: new
-- tags: hierarchy, companies
-- maturity: stable
-- column companies: Companies of the cycle, as companies:ID
-- column steps: Who is below whom, as ID below ID

WITH ring AS (
  SELECT k.cycle_id, p.company_id, p.parent_id
  FROM company_parents p
  JOIN live k
    ON k.object_type = 'companies' AND k.object_id = p.company_id
  JOIN live q
    ON q.object_type = 'companies' AND q.object_id = p.parent_id AND q.cycle_id = k.cycle_id
  WHERE p.company_id <> p.parent_id
)
SELECT 'companies' AS subject_type, c.first_id AS subject_id, max(k.name) FILTER (WHERE k.object_id = c.first_id) AS subject_name,
  array_sort(array_agg('companies:' || cast(r.company_id AS string))) AS companies,
  array_sort(array_agg(cast(r.company_id AS string) || ' below ' || r.parents)) AS steps,
  max(k.url) FILTER (WHERE k.object_id = c.first_id) AS url
FROM (
  SELECT g.cycle_id, g.company_id, max(cast(g.parent_id AS string)) AS parents, count(*) AS edges
  FROM ring g
  GROUP BY g.cycle_id, g.company_id
) r
JOIN (
  SELECT m.cycle_id, count(*) AS members, min(m.company_id) AS first_id
  FROM (
    SELECT g.cycle_id, g.company_id
    FROM ring g
    UNION
    SELECT g.cycle_id, g.parent_id
    FROM ring g
  ) m
  GROUP BY m.cycle_id
) c
  ON c.cycle_id = r.cycle_id
JOIN live k
  ON k.object_type = 'companies' AND k.object_id = r.company_id
GROUP BY c.cycle_id, c.members, c.first_id
-- One fewer is a chain: what closed it is archived.
HAVING sum(r.edges) >= c.members
