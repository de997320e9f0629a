-- title: Association label renamed, added, deleted, or given another limit
-- severity: medium
-- kind: event
-- description: Workflows, reports and integrations name labels. One that is renamed or deleted breaks them
--   without a word, and deleting one takes it off every association that had it: high where it was in use.
-- advice: Ask who changed the label, and look through workflows and integrations for its old name. A deleted label
--   has to be made anew in HubSpot before associations can carry it again: `hubgraph sql "FROM association_types"`
--   lists those that are left.
-- needs: types * *, baseline
-- universe:
--   SELECT d.from_type, d.to_type, count(*) AS n
--   FROM definitions d
--   GROUP BY d.from_type, d.to_type
-- identity: from_type, to_type, category, type_id
-- gate: new
-- tags: drift, labels
-- maturity: stable
-- column severity: high where a type is deleted that associations had in the baseline, else medium
-- column change: deleted, added, renamed, or limit where only that is another
-- column name: Internal name of the type
-- column old_label: Label in the baseline
-- column new_label: Label in this night
-- column old_max_to: Most associations of this type that one record could have in the baseline; null where the limit is the same now
-- column new_max_to: Most associations of this type that one record may have now; null where the limit is the same as in the baseline
-- column edges_before: Associations of this type in the baseline
-- column edges_now: Associations of this type in this night

SELECT d.from_type, d.to_type, d.category, d.type_id,
  CASE WHEN d.change = 'deleted' AND u.edges > 0 THEN 'high' ELSE 'medium' END AS severity,
  d.change,
  d.name,
  d.old_label,
  d.new_label,
  CASE WHEN d.new_max_to IS DISTINCT FROM d.old_max_to THEN d.old_max_to END AS old_max_to,
  CASE WHEN d.new_max_to IS DISTINCT FROM d.old_max_to THEN d.new_max_to END AS new_max_to,
  coalesce(u.edges, 0) AS edges_before,
  coalesce(n.edges, 0) AS edges_now
FROM definitions d
CROSS JOIN snapshot s
CROSS JOIN baseline b
LEFT JOIN association_stats u
  ON u.snapshot_id = b.snapshot_id AND u.from_type = d.from_type AND u.to_type = d.to_type AND u.category = d.category AND u.type_id = d.type_id
LEFT JOIN association_stats n
  ON n.snapshot_id = s.snapshot_id AND n.from_type = d.from_type AND n.to_type = d.to_type AND n.category = d.category AND n.type_id = d.type_id
WHERE d.change IS NOT NULL
