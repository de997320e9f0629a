-- Links of both nights that carry other association types than before: one row for each end that lists it. Left out are
--   types that the portal itself gained or lost, or whose definitions a night did not read, primary records, plain
--   associations, which say nothing of a role, and what only one of the two ends gained, lost or mended. No rows without a baseline.
-- kept
-- column from_type: Object type of the record that lists the other
-- column from_id: That record
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column removed: Association types that it lost, CATEGORY:ID
-- column added: Association types that it gained, CATEGORY:ID
-- column removed_labels: Labels of those that it lost
-- column added_labels: Labels of those that it gained
-- column default_kept: It has the plain association

WITH typed AS (
  SELECT c.from_type, c.from_id, c.to_type, c.to_id, c.category, c.type_id, c.label, c.added, c.inverse_category, c.inverse_type_id
  FROM link_changes c
  SEMI JOIN compared_cells k
    ON k.kind = 'types' AND k.from_type = c.from_type AND k.to_type = c.to_type
  ANTI JOIN definitions d
    ON d.from_type = c.from_type AND d.to_type = c.to_type AND d.category = c.category AND d.type_id = c.type_id
      AND (d.is_primary OR d.change IN ('added', 'deleted'))
  ANTI JOIN association_types p
    ON p.from_type = c.from_type AND p.to_type = c.to_type AND p.category = c.category AND p.type_id = c.type_id AND p.is_default
  WHERE NOT c.added
    OR c.has_inverse IS NOT FALSE
),
pair AS (
  SELECT c.from_type, c.from_id, c.to_type, c.to_id
  FROM typed c
  UNION
  SELECT c.to_type, c.to_id, c.from_type, c.from_id
  FROM typed c
),
-- What these pairs list of each other, in both nights.
tonight AS (
  SELECT a.from_type, a.from_id, a.to_type, a.to_id, a.category, a.type_id
  FROM current_associations a
  SEMI JOIN pair p
    ON p.from_type = a.from_type AND p.from_id = a.from_id AND p.to_type = a.to_type AND p.to_id = a.to_id
),
earlier AS (
  SELECT a.from_type, a.from_id, a.to_type, a.to_id, a.category, a.type_id
  FROM earlier_associations a
  SEMI JOIN pair p
    ON p.from_type = a.from_type AND p.from_id = a.from_id AND p.to_type = a.to_type AND p.to_id = a.to_id
),
-- Lost where the way back has it still, or gained where the way back had it before.
one_sided AS (
  SELECT c.from_type, c.from_id, c.to_type, c.to_id, c.category, c.type_id, c.added
  FROM typed c
  JOIN tonight r
    ON r.from_type = c.to_type AND r.from_id = c.to_id AND r.to_type = c.from_type AND r.to_id = c.from_id
      AND r.category = c.inverse_category AND r.type_id = c.inverse_type_id
  WHERE NOT c.added
  UNION ALL
  SELECT c.from_type, c.from_id, c.to_type, c.to_id, c.category, c.type_id, c.added
  FROM typed c
  JOIN earlier r
    ON r.from_type = c.to_type AND r.from_id = c.to_id AND r.to_type = c.from_type AND r.to_id = c.from_id
      AND r.category = c.inverse_category AND r.type_id = c.inverse_type_id
  WHERE c.added
),
changed AS (
  SELECT c.from_type, c.from_id, c.to_type, c.to_id, c.category || ':' || cast(c.type_id AS string) AS type, c.label, c.added
  FROM typed c
  ANTI JOIN one_sided o
    ON o.from_type = c.from_type AND o.from_id = c.from_id AND o.to_type = c.to_type AND o.to_id = c.to_id
      AND o.category = c.category AND o.type_id = c.type_id AND o.added = c.added
)
SELECT c.from_type, c.from_id, c.to_type, c.to_id,
  array_sort(array_agg(DISTINCT c.type) FILTER (WHERE NOT c.added)) AS removed,
  array_sort(array_agg(DISTINCT c.type) FILTER (WHERE c.added)) AS added,
  array_sort(array_agg(DISTINCT c.label) FILTER (WHERE NOT c.added AND c.label IS NOT NULL)) AS removed_labels,
  array_sort(array_agg(DISTINCT c.label) FILTER (WHERE c.added AND c.label IS NOT NULL)) AS added_labels,
  bool_or(d.type_id IS NOT NULL) AS default_kept
FROM changed c
JOIN tonight l
  ON l.from_type = c.from_type AND l.from_id = c.from_id AND l.to_type = c.to_type AND l.to_id = c.to_id
LEFT JOIN association_types d
  ON d.from_type = l.from_type AND d.to_type = l.to_type AND d.category = l.category AND d.type_id = l.type_id AND d.is_default
SEMI JOIN earlier e
  ON e.from_type = c.from_type AND e.from_id = c.from_id AND e.to_type = c.to_type AND e.to_id = c.to_id
GROUP BY c.from_type, c.from_id, c.to_type, c.to_id
