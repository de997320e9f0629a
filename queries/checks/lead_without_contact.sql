-- title: Open lead with no person
-- severity: critical
-- kind: state
-- description: A lead is somebody to call. Without a contact there is nobody, and whoever works the list passes over it.
-- advice: Open the lead and associate it with its contact: `hubgraph sql "FROM checks.lead_without_contact"` names its
--   companies, if there are any.
-- needs: objects leads, objects contacts, associations leads contacts, associations contacts leads
-- universe:
--   SELECT count(*) AS n
--   FROM open_records l
--   WHERE l.object_type = 'leads'
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24
-- tags: orphans, leads
-- maturity: stable
-- column company_ids: Companies that it is associated with; null where there are none

SELECT l.object_type AS subject_type, l.object_id AS subject_id, l.name AS subject_name,
  l.pipeline, l.stage, k.company_ids, l.created_at, l.owner_id, l.url
FROM open_records l
ANTI JOIN neighbors n
  ON n.from_type = 'leads' AND n.from_id = l.object_id AND n.to_type = 'contacts'
LEFT JOIN (
  SELECT from_id, array_sort(array_agg(DISTINCT to_id)) AS company_ids
  FROM neighbors
  WHERE from_type = 'leads'
    AND to_type = 'companies'
  GROUP BY from_id
) k
  ON k.from_id = l.object_id
WHERE l.object_type = 'leads'
