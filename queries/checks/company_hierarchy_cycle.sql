-- title: Chain of parent companies that leads back to its start
-- severity: high
-- kind: state
-- description: Each is above and below the others, so nothing can be summed up along the hierarchy, and whoever climbs it never
--   comes to its top. A company that is its own parent is told by self_association.
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

WITH RECURSIVE ring AS (
  SELECT p.company_id, p.parent_id
  FROM company_parents p
  SEMI JOIN objects k
    ON k.object_type = 'companies' AND k.object_id = p.company_id AND k.hierarchy_cycle
  SEMI JOIN objects q
    ON q.object_type = 'companies' AND q.object_id = p.parent_id AND q.hierarchy_cycle
  WHERE p.company_id <> p.parent_id
),
-- Whom each company of a cycle comes to, up to 100 steps above it.
walk AS (
  SELECT r.company_id, r.parent_id AS above_id, 1 AS steps
  FROM ring r
  UNION ALL
  SELECT w.company_id, r.parent_id, w.steps + 1
  FROM walk w
  JOIN ring r
    ON r.company_id = w.above_id
  WHERE w.above_id <> w.company_id
    AND w.steps < 100
),
reached AS (
  SELECT DISTINCT w.company_id, w.above_id
  FROM walk w
),
member AS (
  SELECT a.company_id, min(a.above_id) AS first_id
  FROM reached a
  JOIN reached b
    ON b.company_id = a.above_id AND b.above_id = a.company_id
  GROUP BY a.company_id
)
SELECT 'companies' AS subject_type, min(m.company_id) AS subject_id, max(k.name) FILTER (WHERE k.object_id = m.first_id) AS subject_name,
  array_sort(array_agg('companies:' || cast(m.company_id AS string))) AS companies,
  array_sort(array_agg(cast(m.company_id AS string) || ' below ' || p.parents)) AS steps,
  max(k.url) FILTER (WHERE k.object_id = m.first_id) AS url
FROM member m
JOIN (
  SELECT r.company_id, max(cast(r.parent_id AS string)) AS parents
  FROM ring r
  GROUP BY r.company_id
) p
  ON p.company_id = m.company_id
JOIN live k
  ON k.object_type = 'companies' AND k.object_id = m.company_id
GROUP BY m.first_id
