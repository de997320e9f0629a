-- title: Record that is associated with itself
-- severity: medium
-- kind: state
-- description: Two records that were associated were merged, or something wrote it so. Whoever follows associations goes round
--   in circles.
-- advice: Take it off in HubSpot: `hubgraph sql "FROM checks.self_association"` says whether a merge left it.
-- needs: objects *, associations * *
-- universe:
--   SELECT a.from_type AS subject_type, count(*) AS n
--   FROM current_associations a
--   WHERE a.from_type = a.to_type
--   GROUP BY a.from_type
-- identity: subject_type, subject_id
-- gate: new
-- tags: duplicates, integrity
-- maturity: stable
-- column types: Association types with itself, CATEGORY:ID
-- column labels: Labels of these; null where there are none
-- column merged_ids: Ids that were merged into the record; null where there are none

SELECT o.object_type AS subject_type, o.object_id AS subject_id, o.name AS subject_name,
  a.types, a.labels, i.merged_ids, o.owner_id, o.url
FROM (
  SELECT a.from_type, a.from_id,
    array_sort(array_agg(DISTINCT a.category || ':' || cast(a.type_id AS string))) AS types,
    array_sort(array_agg(DISTINCT a.label) FILTER (WHERE a.label IS NOT NULL)) AS labels
  FROM current_associations a
  WHERE a.from_type = a.to_type
    AND a.from_id = a.to_id
  GROUP BY a.from_type, a.from_id
) a
JOIN live o
  ON o.object_type = a.from_type AND o.object_id = a.from_id
LEFT JOIN (
  SELECT object_type, current_id, array_sort(array_agg(old_id)) AS merged_ids
  FROM id_alias
  GROUP BY object_type, current_id
) i
  ON i.object_type = a.from_type AND i.current_id = a.from_id
