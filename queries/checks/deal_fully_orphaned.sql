-- title: Deal linked to neither contact nor company
-- severity: critical
-- kind: state
-- description: Nobody can be called about such a deal, and no report by customer counts its money. A contact or
--   company that is archived or does not exist is no customer. Critical while the deal is open or where it was
--   won, medium where it was lost.
-- advice: Open the deal and associate it with whom it is for. `hubgraph sql "FROM checks.deal_fully_orphaned"` lists
--   all such deals, and in baseline_neighbors whom each was associated with before.
-- needs: objects deals, objects contacts, objects companies, associations deals contacts,
--   associations contacts deals, associations deals companies, associations companies deals
-- universe:
--   SELECT count(*) AS n
--   FROM settled_deals d
--   WHERE d.needs_contact
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24, pipelines_without_contact pipelines
-- tags: orphans, deals
-- maturity: stable
-- column severity: critical where the deal is open or won, medium where it is lost
-- column baseline_links: How many contacts and companies it was associated with in the baseline; null where there were none
-- column baseline_neighbors: The first five of these, TYPE:ID

WITH orphan AS (
  SELECT d.object_type, d.object_id, d.name, d.amount, d.currency, d.pipeline_id, d.pipeline, d.stage_id, d.stage,
    d.is_closed, d.is_won, d.close_date, d.created_at, d.owner_id, d.owner, d.url
  FROM settled_deals d
  ANTI JOIN neighbors n
    ON n.from_type = 'deals' AND n.from_id = d.object_id AND n.to_type IN ('contacts', 'companies')
  WHERE d.needs_contact
),
-- Whom the deal was linked to in the baseline.
lost AS (
  SELECT e.from_id AS deal_id, e.to_type || ':' || cast(e.to_id AS string) AS neighbor,
    dense_rank() OVER (PARTITION BY e.from_id ORDER BY e.to_type, e.to_id) AS place
  FROM earlier_associations e
  SEMI JOIN orphan o
    ON o.object_id = e.from_id
  WHERE e.from_type = 'deals'
    AND e.to_type IN ('contacts', 'companies')
)
SELECT o.object_type AS subject_type, o.object_id AS subject_id, o.name AS subject_name,
  CASE WHEN o.is_closed IS NOT TRUE OR o.is_won IS TRUE THEN 'critical' ELSE 'medium' END AS severity,
  o.amount, o.currency, o.pipeline_id, o.pipeline, o.stage_id, o.stage,
  o.is_closed, o.is_won, o.close_date, o.created_at, o.owner_id, o.owner,
  l.links AS baseline_links,
  l.neighbors AS baseline_neighbors,
  o.url
FROM orphan o
LEFT JOIN (
  SELECT deal_id, max(place) AS links, array_sort(array_agg(DISTINCT neighbor) FILTER (WHERE place <= 5)) AS neighbors
  FROM lost
  GROUP BY deal_id
) l
  ON l.deal_id = o.object_id
