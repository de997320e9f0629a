-- Association types of both nights, and what became of them, of pairs of object types whose definitions both nights
--   read. No rows without a baseline.
-- kept
-- column from_type: Object type that the association starts from
-- column to_type: Object type that it leads to
-- column category: Who defined the type
-- column type_id: Id of the type
-- column name: Internal name
-- column change: deleted, added, renamed, or limit where only that is another; null where nothing changed
-- column old_label: Label in the baseline
-- column new_label: Label in this night
-- column old_max_to: Most associations of this type that one record could have in the baseline
-- column new_max_to: Most associations of this type that one record may have
-- column is_primary: It marks the primary record, or did

SELECT d.from_type, d.to_type, d.category, d.type_id, d.name, d.change, d.old_label, d.new_label, d.old_max_to, d.new_max_to, d.is_primary
FROM (
  SELECT
    coalesce(n.from_type, b.from_type) AS from_type, coalesce(n.to_type, b.to_type) AS to_type,
    coalesce(n.category, b.category) AS category, coalesce(n.type_id, b.type_id) AS type_id, coalesce(n.name, b.name) AS name,
    CASE
      WHEN n.from_type IS NULL THEN 'deleted'
      WHEN b.from_type IS NULL THEN 'added'
      WHEN n.label IS DISTINCT FROM b.label THEN 'renamed'
      WHEN n.max_to IS DISTINCT FROM b.max_to THEN 'limit'
    END AS change,
    b.label AS old_label, n.label AS new_label, b.max_to AS old_max_to, n.max_to AS new_max_to,
    coalesce(n.is_primary, FALSE) OR coalesce(b.is_primary, FALSE) AS is_primary
  FROM association_types n
  FULL OUTER JOIN baseline_association_types b
    ON b.from_type = n.from_type AND b.to_type = n.to_type AND b.category = n.category AND b.type_id = n.type_id
) d
SEMI JOIN compared_cells c
  ON c.kind = 'types' AND c.from_type = d.from_type AND c.to_type = d.to_type
