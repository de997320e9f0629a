-- title: Label without its counterpart on the way back
-- severity: high
-- description: Both records list each other, but a label stands on one side only: the manager's record
--   names the employee, and the employee's record does not name the manager. Where no association leads
--   back at all, inverse_pair_missing tells it.
-- needs: objects *, associations * *, directions, types * *
-- universe:
--   SELECT count(a.has_inverse)
--   FROM associations a
-- identity: from_type, from_id, to_type, to_id, category, type_id
-- gate: any
-- repair: inverse
-- tags: inverse, labels, integrity
-- maturity: stable

-- Associations that name a merged-away id, under the ids of the records that are left.
WITH merged AS (
  SELECT a.from_type, coalesce(f.current_id, a.from_id) AS from_id, a.to_type, coalesce(t.current_id, a.to_id) AS to_id, a.category, a.type_id
  FROM associations a
  LEFT JOIN id_alias f
    ON f.object_type = a.from_type AND f.old_id = a.from_id
  LEFT JOIN id_alias t
    ON t.object_type = a.to_type AND t.old_id = a.to_id
  WHERE f.current_id IS NOT NULL
    OR t.current_id IS NOT NULL
),
lacking AS (
  SELECT a.from_type, a.from_id, a.to_type, a.to_id, a.category, a.type_id, a.label
  FROM associations a
  WHERE NOT a.has_inverse
),
back AS (
  SELECT r.from_type, r.from_id, r.to_type, r.to_id, array_sort(array_agg(r.category || ':' || cast(r.type_id AS string))) AS types
  FROM associations r
  SEMI JOIN lacking l
    ON r.from_type = l.to_type AND r.from_id = l.to_id AND r.to_type = l.from_type AND r.to_id = l.from_id
  GROUP BY r.from_type, r.from_id, r.to_type, r.to_id
)
SELECT
  l.from_type,
  l.from_id,
  l.to_type,
  l.to_id,
  l.category,
  l.type_id,
  coalesce(l.label, d.label) AS label,
  d.inverse_category || ':' || cast(d.inverse_type_id AS string) AS missing,
  i.label AS missing_label,
  d.inverse_source,
  b.types AS types_back
FROM lacking l
JOIN back b
  ON b.from_type = l.to_type AND b.from_id = l.to_id AND b.to_type = l.from_type AND b.to_id = l.from_id
JOIN association_types d
  ON d.from_type = l.from_type AND d.to_type = l.to_type AND d.category = l.category AND d.type_id = l.type_id
LEFT JOIN association_types i
  ON i.from_type = l.to_type AND i.to_type = l.from_type AND i.category = d.inverse_category AND i.type_id = d.inverse_type_id
ANTI JOIN merged m
  ON m.from_type = l.to_type AND m.from_id = l.to_id AND m.to_type = l.from_type AND m.to_id = l.from_id
    AND m.category = d.inverse_category AND m.type_id = d.inverse_type_id
