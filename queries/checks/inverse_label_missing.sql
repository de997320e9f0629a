-- title: Label without its counterpart on the way back
-- severity: high
-- kind: state
-- description: Both records list each other, but a label stands on one side only: the manager's record
--   names the employee, and the employee's record does not name the manager. Where no association leads
--   back at all, inverse_pair_missing reports it.
-- advice: Look at some of the records in HubSpot: `hubgraph sql "FROM checks.inverse_label_missing"` lists them all. The
--   repair adds what is missing; of inverses that were only learned from the links it does so with --accept-learned.
-- needs: objects *, associations * *, directions, types * *
-- universe:
--   SELECT c.from_type, c.to_type, c.associations AS n
--   FROM link_counts c
--   WHERE c.associations > 0
-- identity: from_type, from_id, to_type, to_id, category, type_id
-- gate: new
-- repair: inverse
-- settings: grace_hours int 24
-- tags: inverse, labels, integrity
-- maturity: stable
-- column missing: Association type that is missing on the way back, CATEGORY:ID
-- column missing_label: Label of that type; null where it has none
-- column types_back: Association types on the way back, CATEGORY:ID

WITH one_sided AS (
  SELECT l.from_type, l.from_id, l.to_type, l.to_id, l.category, l.type_id, l.label, l.inverse_category, l.inverse_type_id, l.inverse_source
  FROM link_types l
  ANTI JOIN unsettled u
    ON u.object_type = l.from_type AND u.object_id = l.from_id
  ANTI JOIN unsettled v
    ON v.object_type = l.to_type AND v.object_id = l.to_id
  WHERE l.listed
    AND l.pair_listed_back
    AND NOT l.listed_back
),
back AS (
  SELECT l.from_type, l.from_id, l.to_type, l.to_id, array_sort(array_agg(b.category || ':' || cast(b.type_id AS string))) AS types
  FROM (SELECT DISTINCT from_type, from_id, to_type, to_id FROM one_sided) l
  JOIN current_associations b
    ON b.from_type = l.to_type AND b.from_id = l.to_id AND b.to_type = l.from_type AND b.to_id = l.from_id
  GROUP BY l.from_type, l.from_id, l.to_type, l.to_id
)
SELECT l.from_type, l.from_id, f.name AS from_name, l.to_type, l.to_id, t.name AS to_name, l.category, l.type_id, l.label,
  l.inverse_category || ':' || cast(l.inverse_type_id AS string) AS missing,
  i.label AS missing_label,
  l.inverse_source,
  b.types AS types_back,
  f.url
FROM one_sided l
LEFT JOIN objects f
  ON f.object_type = l.from_type AND f.object_id = l.from_id
JOIN back b
  ON b.from_type = l.from_type AND b.from_id = l.from_id AND b.to_type = l.to_type AND b.to_id = l.to_id
LEFT JOIN objects t
  ON t.object_type = l.to_type AND t.object_id = l.to_id
LEFT JOIN association_types i
  ON i.from_type = l.to_type AND i.to_type = l.from_type AND i.category = l.inverse_category AND i.type_id = l.inverse_type_id
