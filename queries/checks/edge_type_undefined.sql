-- title: Associations of a type that has no definition
-- severity: medium
-- kind: state
-- description: Records list each other under a type that neither the schemas nor the lists of labels know: an app's own type
--   after the app is gone, or one that HubSpot shows to some tokens only. Nobody can say what it means.
-- advice: Ask which app made it: `hubgraph sql "FROM checks.edge_type_undefined"` has its id and how often it is used.
-- needs: associations * *, types * *
-- universe:
--   SELECT a.from_type, a.to_type, count(*) AS n
--   FROM association_stats a
--   SEMI JOIN snapshot s
--     ON s.snapshot_id = a.snapshot_id
--   WHERE a.edges > 0
--   GROUP BY a.from_type, a.to_type
-- identity: from_type, to_type, category, type_id
-- gate: new
-- tags: dangling, labels
-- maturity: stable
-- column labels: Labels that HubSpot sent with it; null where it sent none
-- column edges: Associations of this type
-- column from_records: Distinct records that they start from
-- column first_snapshot: First snapshot that had any

SELECT u.from_type, u.to_type, u.category, u.type_id,
  l.labels, u.edges, u.from_records, h.first_snapshot
FROM (
  SELECT a.from_type, a.to_type, a.category, a.type_id, a.edges, a.from_records
  FROM association_stats a
  SEMI JOIN snapshot s
    ON s.snapshot_id = a.snapshot_id
  ANTI JOIN association_types d
    ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
  WHERE a.edges > 0
) u
JOIN (
  SELECT a.from_type, a.to_type, a.category, a.type_id, array_sort(array_agg(DISTINCT a.label) FILTER (WHERE a.label IS NOT NULL)) AS labels
  FROM associations a
  ANTI JOIN association_types d
    ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
  GROUP BY a.from_type, a.to_type, a.category, a.type_id
) l
  ON l.from_type = u.from_type AND l.to_type = u.to_type AND l.category = u.category AND l.type_id = u.type_id
JOIN (
  SELECT from_type, to_type, category, type_id, min(snapshot_id) AS first_snapshot
  FROM association_stats
  WHERE edges > 0
  GROUP BY from_type, to_type, category, type_id
) h
  ON h.from_type = u.from_type AND h.to_type = u.to_type AND h.category = u.category AND h.type_id = u.type_id
