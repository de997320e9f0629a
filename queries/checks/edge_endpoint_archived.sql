-- title: Association with a record in the recycle bin
-- severity: medium
-- kind: state
-- description: HubSpot takes associations off a record that is deleted. One that is left shows a neighbor that nobody can
--   open; restoring the record within 90 days brings it back. Records that do not exist at all are reported by
--   edge_endpoint_absent.
-- advice: Restore the record in HubSpot, or take the association off: `hubgraph sql "FROM checks.edge_endpoint_archived"` lists
--   them all.
-- needs: objects *, associations * *
-- universe:
--   SELECT a.from_type, a.to_type, count(*) AS n
--   FROM associations a
--   ANTI JOIN objects f
--     ON f.object_type = a.from_type AND f.object_id = a.from_id AND (NOT f.seen OR f.archived)
--   ANTI JOIN unsettled u
--     ON u.object_type = a.from_type AND u.object_id = a.from_id
--   GROUP BY a.from_type, a.to_type
-- identity: from_type, from_id, to_type, to_id, category, type_id
-- gate: new
-- settings: grace_hours int 24
-- tags: dangling, integrity
-- maturity: stable
-- column label: Label of the association type; null for the plain one
-- column to_id: Record in the recycle bin
-- column to_updated_at: When a property of that record last changed, UTC

SELECT a.from_type, a.from_id, f.name AS from_name, a.to_type, a.to_id, x.name AS to_name, a.category, a.type_id,
  coalesce(a.label, d.label) AS label,
  x.updated_at AS to_updated_at,
  f.url
FROM associations a
JOIN objects x
  ON x.object_type = a.to_type AND x.object_id = a.to_id AND x.archived
ANTI JOIN id_alias i
  ON i.object_type = a.to_type AND i.old_id = a.to_id
JOIN live f
  ON f.object_type = a.from_type AND f.object_id = a.from_id AND f.settled
LEFT JOIN association_types d
  ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
WHERE a.live IS NOT TRUE
