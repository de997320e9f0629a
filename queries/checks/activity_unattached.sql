-- title: Call, email, meeting, note or task on no record
-- severity: medium
-- kind: state
-- description: It stands on nobody's timeline, so nobody ever sees it. Deleting a contact detaches its activities; where it had
--   records in the earlier night, detached says so. Looked at are those of the last 365 days (activity_days).
-- advice: Find out what makes them: `hubgraph crawl --types contacts,companies,deals,tickets,calls,emails,meetings,notes,tasks` reads all
--   kinds. Associate what matters in HubSpot.
-- needs: objects calls|emails|meetings|notes|tasks, objects contacts, objects companies, objects deals, associations calls|emails|meetings|notes|tasks *
-- universe:
--   SELECT a.object_type AS subject_type, count(*) AS n
--   FROM recent_activities a
--   GROUP BY a.object_type
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24, activity_days int 365
-- tags: orphans, activities
-- maturity: stable
-- column detached: It was associated with a record in the baseline; null where there is no baseline
-- column baseline_links: How many records it was associated with in the baseline; null where there were none

SELECT a.object_type AS subject_type, a.object_id AS subject_id, a.created_at,
  CASE WHEN s.snapshot_id IS NOT NULL THEN b.from_id IS NOT NULL END AS detached,
  b.links AS baseline_links,
  a.owner_id, a.url
FROM recent_activities a
ANTI JOIN neighbors n
  ON n.from_type = a.object_type AND n.from_id = a.object_id AND n.to_type NOT IN ('calls', 'emails', 'meetings', 'notes', 'tasks')
LEFT JOIN baseline s
  ON s.portal_id IS NOT NULL
LEFT JOIN (
  SELECT e.from_type, e.from_id, count(DISTINCT (e.to_type, e.to_id)) AS links
  FROM baseline_associations e
  WHERE e.from_type IN ('calls', 'emails', 'meetings', 'notes', 'tasks')
  GROUP BY e.from_type, e.from_id
) b
  ON b.from_type = a.object_type AND b.from_id = a.object_id
