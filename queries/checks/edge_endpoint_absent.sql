-- title: Association with a record that does not exist
-- severity: high
-- kind: state
-- description: The record at the other end was in no list, and asking for it by its id, live or archived,
--   gave nothing: it is gone for good, or hidden from the token. Lists count it, and nobody can open it.
-- advice: Make sure that the token may see all records of the object type. If it may, take the association off in HubSpot:
--   `hubgraph sql "FROM checks.edge_endpoint_absent"` lists them all.
-- needs: objects *, associations * *
-- universe:
--   SELECT a.from_type, a.to_type, count(*) AS n
--   FROM associations a
--   SEMI JOIN coverage c
--     ON c.kind = 'objects' AND coalesce(c.readable, c.complete) AND c.from_type = a.to_type
--   ANTI JOIN objects o
--     ON o.object_type = a.from_type AND o.object_id = a.from_id AND (NOT o.seen OR o.archived)
--   ANTI JOIN unsettled f
--     ON f.object_type = a.from_type AND f.object_id = a.from_id
--   ANTI JOIN unread u
--     ON u.object_type = a.to_type AND u.object_id = a.to_id AND u.to_type IS NULL
--   GROUP BY a.from_type, a.to_type
-- identity: from_type, from_id, to_type, to_id, category, type_id
-- gate: new
-- settings: grace_hours int 24
-- tags: dangling, integrity
-- maturity: stable
-- column label: Label of the association type; null for the plain one
-- column live_in_baseline: The missing record was there in the baseline; null where there is no baseline
-- column from_created_at: When the record that lists the association was created, UTC
-- column to_id: Record that does not exist
-- column to_name: Name of that record in the baseline; null where it was not there, and for people, unless names were asked for

SELECT a.from_type, a.from_id, f.name AS from_name, a.to_type, a.to_id, b.name AS to_name, a.category, a.type_id,
  coalesce(a.label, d.label) AS label,
  CASE WHEN n.snapshot_id IS NOT NULL THEN b.object_id IS NOT NULL END AS live_in_baseline,
  f.created_at AS from_created_at,
  f.url
FROM (
  SELECT DISTINCT e.from_type, e.from_id, e.to_type, e.to_id, e.category, e.type_id, e.label
  FROM associations e
  JOIN objects x
    ON x.object_type = e.to_type AND x.object_id = e.to_id AND NOT x.seen AND x.archived IS NOT TRUE
  WHERE e.live IS NOT TRUE
) a
SEMI JOIN coverage c
  ON c.kind = 'objects' AND coalesce(c.readable, c.complete) AND c.from_type = a.to_type
ANTI JOIN unread u
  ON u.object_type = a.to_type AND u.object_id = a.to_id AND u.to_type IS NULL
ANTI JOIN id_alias i
  ON i.object_type = a.to_type AND i.old_id = a.to_id
JOIN live f
  ON f.object_type = a.from_type AND f.object_id = a.from_id AND f.settled
LEFT JOIN association_types d
  ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
LEFT JOIN baseline n
  ON n.portal_id IS NOT NULL
LEFT JOIN baseline_live b
  ON b.object_type = a.to_type AND b.object_id = a.to_id
