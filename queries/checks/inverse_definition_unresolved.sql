-- title: Label in use whose counterpart nobody can name
-- severity: low
-- kind: state
-- description: HubSpot does not say which label stands on the way back, and neither the texts nor the links do. Without it,
--   inverse_label_missing cannot judge the label.
-- advice: Name the counterpart below inverses in hubgraph.yaml. `hubgraph sql "FROM checks.inverse_definition_unresolved"`
--   gives the label with the next number, which was often made together with it.
-- needs: associations * *, types * *
-- universe:
--   SELECT d.from_type, d.to_type, count(*) AS n
--   FROM association_types d
--   CROSS JOIN snapshot s
--   JOIN association_stats a
--     ON a.snapshot_id = s.snapshot_id AND a.from_type = d.from_type AND a.to_type = d.to_type AND a.category = d.category AND a.type_id = d.type_id
--   WHERE d.label IS NOT NULL
--     AND a.edges > 0
--   GROUP BY d.from_type, d.to_type
-- identity: from_type, to_type, category, type_id
-- gate: never
-- tags: inverse, labels
-- maturity: stable
-- column label: Label of the association type
-- column edges: Associations of this type
-- column beside_it: Labels with the next number on the way back, as CATEGORY:ID LABEL; null where there are none

SELECT d.from_type, d.to_type, d.category, d.type_id, d.label, a.edges,
  array_sort(array_agg(DISTINCT i.category || ':' || cast(i.type_id AS string) || ' ' || i.label) FILTER (WHERE i.label IS NOT NULL)) AS beside_it
FROM association_types d
CROSS JOIN snapshot s
JOIN association_stats a
  ON a.snapshot_id = s.snapshot_id AND a.from_type = d.from_type AND a.to_type = d.to_type AND a.category = d.category AND a.type_id = d.type_id
    AND a.edges > 0
LEFT JOIN association_types i
  ON i.from_type = d.to_type AND i.to_type = d.from_type AND i.category = d.category AND i.type_id IN (d.type_id - 1, d.type_id + 1)
    AND i.inverse_type_id IS NULL
WHERE d.label IS NOT NULL
  AND d.inverse_type_id IS NULL
GROUP BY d.from_type, d.to_type, d.category, d.type_id, d.label, a.edges
