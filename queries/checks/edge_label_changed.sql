-- title: Association that carries other labels than before
-- severity: medium
-- description: Two records were associated in both nights and are so in another role now: the decision maker
--   became a user, or lost the label. Compared are association types, never label texts, and records under
--   their ids after merges. Labels that the whole portal gained or lost are told by
--   association_definition_changed, changes on one side of a pair by inverse_label_missing; moves of the
--   primary company are left out.
-- needs: objects *, associations * *, types * *, baseline
-- universe:
--   WITH gone AS (
--     SELECT o.object_type, o.object_id
--     FROM objects o
--     WHERE NOT o.seen
--       OR o.archived
--     UNION
--     SELECT o.object_type, coalesce(i.current_id, o.object_id)
--     FROM baseline_objects o
--     LEFT JOIN id_alias i
--       ON i.object_type = o.object_type AND i.old_id = o.object_id
--     GROUP BY o.object_type, coalesce(i.current_id, o.object_id)
--     HAVING count(*) FILTER (WHERE o.seen AND NOT o.archived) = 0
--   )
--   SELECT count(*)
--   FROM (
--     SELECT a.from_type, a.from_id, a.to_type, a.to_id
--     FROM associations a
--     ANTI JOIN gone f
--       ON f.object_type = a.from_type AND f.object_id = a.from_id
--     ANTI JOIN gone t
--       ON t.object_type = a.to_type AND t.object_id = a.to_id
--     INTERSECT
--     SELECT b.from_type, coalesce(f.current_id, b.from_id), b.to_type, coalesce(t.current_id, b.to_id)
--     FROM baseline_associations b
--     LEFT JOIN id_alias f
--       ON f.object_type = b.from_type AND f.old_id = b.from_id
--     LEFT JOIN id_alias t
--       ON t.object_type = b.to_type AND t.old_id = b.to_id
--   ) p
-- identity: from_type, from_id, to_type, to_id
-- gate: any
-- tags: drift, labels
-- maturity: stable

WITH present AS (
  SELECT a.from_type, coalesce(f.current_id, a.from_id) AS from_id, a.to_type, coalesce(t.current_id, a.to_id) AS to_id,
    a.category, a.type_id, a.label
  FROM associations a
  LEFT JOIN id_alias f
    ON f.object_type = a.from_type AND f.old_id = a.from_id
  LEFT JOIN id_alias t
    ON t.object_type = a.to_type AND t.old_id = a.to_id
),
earlier AS (
  SELECT a.from_type, coalesce(f.current_id, a.from_id) AS from_id, a.to_type, coalesce(t.current_id, a.to_id) AS to_id,
    a.category, a.type_id, a.label
  FROM baseline_associations a
  LEFT JOIN id_alias f
    ON f.object_type = a.from_type AND f.old_id = a.from_id
  LEFT JOIN id_alias t
    ON t.object_type = a.to_type AND t.old_id = a.to_id
),
-- Association types that tell nothing of a single pair of records.
dropped AS (
  SELECT
    coalesce(n.from_type, b.from_type) AS from_type,
    coalesce(n.to_type, b.to_type) AS to_type,
    coalesce(n.category, b.category) AS category,
    coalesce(n.type_id, b.type_id) AS type_id
  FROM association_types n
  FULL OUTER JOIN baseline_association_types b
    ON b.from_type = n.from_type AND b.to_type = n.to_type AND b.category = n.category AND b.type_id = n.type_id
  WHERE n.from_type IS NULL
    OR b.from_type IS NULL
    OR n.is_primary
    OR b.is_primary
),
-- Records that are not live in both nights.
gone AS (
  SELECT o.object_type, o.object_id
  FROM objects o
  WHERE NOT o.seen
    OR o.archived
  UNION
  SELECT o.object_type, coalesce(i.current_id, o.object_id)
  FROM baseline_objects o
  LEFT JOIN id_alias i
    ON i.object_type = o.object_type AND i.old_id = o.object_id
  GROUP BY o.object_type, coalesce(i.current_id, o.object_id)
  HAVING count(*) FILTER (WHERE o.seen AND NOT o.archived) = 0
),
difference AS (
  SELECT
    coalesce(n.from_type, e.from_type) AS from_type,
    coalesce(n.from_id, e.from_id) AS from_id,
    coalesce(n.to_type, e.to_type) AS to_type,
    coalesce(n.to_id, e.to_id) AS to_id,
    coalesce(n.category, e.category) AS category,
    coalesce(n.type_id, e.type_id) AS type_id,
    coalesce(n.label, e.label) AS label,
    n.from_type IS NOT NULL AS added
  FROM present n
  FULL OUTER JOIN earlier e
    ON e.from_type = n.from_type AND e.from_id = n.from_id AND e.to_type = n.to_type AND e.to_id = n.to_id
      AND e.category = n.category AND e.type_id = n.type_id
  WHERE n.from_type IS NULL
    OR e.from_type IS NULL
),
changed AS (
  SELECT c.*
  FROM difference c
  ANTI JOIN dropped d
    ON d.from_type = c.from_type AND d.to_type = c.to_type AND d.category = c.category AND d.type_id = c.type_id
  ANTI JOIN gone f
    ON f.object_type = c.from_type AND f.object_id = c.from_id
  ANTI JOIN gone t
    ON t.object_type = c.to_type AND t.object_id = c.to_id
  SEMI JOIN earlier e
    ON e.from_type = c.from_type AND e.from_id = c.from_id AND e.to_type = c.to_type AND e.to_id = c.to_id
),
-- Without those that one side alone knew or knows: gained where the way back lacks the inverse, lost where it has it
-- still, or gained where it had it before, which mends the pair.
agreed AS (
  SELECT c.*, d.label AS defined_label
  FROM changed c
  LEFT JOIN association_types d
    ON d.from_type = c.from_type AND d.to_type = c.to_type AND d.category = c.category AND d.type_id = c.type_id
  LEFT JOIN present r
    ON r.from_type = c.to_type AND r.from_id = c.to_id AND r.to_type = c.from_type AND r.to_id = c.from_id
      AND r.category = d.inverse_category AND r.type_id = d.inverse_type_id
  ANTI JOIN earlier w
    ON c.added AND w.from_type = c.to_type AND w.from_id = c.to_id AND w.to_type = c.from_type AND w.to_id = c.from_id
      AND w.category = d.inverse_category AND w.type_id = d.inverse_type_id
  WHERE d.inverse_type_id IS NULL
    OR c.added = (r.from_type IS NOT NULL)
),
-- The association as it is now: pairs that have no row left are none whose labels changed.
pair AS (
  SELECT a.from_type, a.from_id, a.to_type, a.to_id, max(CASE WHEN d.is_default THEN 1 ELSE 0 END) AS defaults
  FROM present a
  SEMI JOIN agreed c
    ON c.from_type = a.from_type AND c.from_id = a.from_id AND c.to_type = a.to_type AND c.to_id = a.to_id
  LEFT JOIN association_types d
    ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
  GROUP BY a.from_type, a.from_id, a.to_type, a.to_id
)
SELECT
  c.from_type,
  c.from_id,
  c.to_type,
  c.to_id,
  array_sort(array_agg(DISTINCT c.category || ':' || cast(c.type_id AS string)) FILTER (WHERE NOT c.added)) AS removed,
  array_sort(array_agg(DISTINCT c.category || ':' || cast(c.type_id AS string)) FILTER (WHERE c.added)) AS added,
  array_sort(array_agg(DISTINCT coalesce(c.label, c.defined_label)) FILTER (WHERE NOT c.added AND coalesce(c.label, c.defined_label) IS NOT NULL)) AS removed_labels,
  array_sort(array_agg(DISTINCT coalesce(c.label, c.defined_label)) FILTER (WHERE c.added AND coalesce(c.label, c.defined_label) IS NOT NULL)) AS added_labels,
  max(p.defaults) = 1 AS default_kept
FROM agreed c
JOIN pair p
  ON p.from_type = c.from_type AND p.from_id = c.from_id AND p.to_type = c.to_type AND p.to_id = c.to_id
GROUP BY c.from_type, c.from_id, c.to_type, c.to_id
