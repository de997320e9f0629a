-- Associations that are listed in one of the two nights only, between records that were live in it, under the ids after
--   merges, of pairs of object types that both nights read in one direction at least. No rows without a baseline.
-- kept
-- column from_type: Object type of the record that lists the association, or listed it
-- column from_id: That record
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column category: Category of the association type
-- column type_id: Association type
-- column label: Label as HubSpot sent it with the association
-- column has_inverse: Of what was added, as in current_associations
-- column added: It is listed now, and was not; false the other way around

WITH difference AS (
  SELECT
    coalesce(n.from_type, e.from_type) AS from_type, coalesce(n.from_id, e.from_id) AS from_id,
    coalesce(n.to_type, e.to_type) AS to_type, coalesce(n.to_id, e.to_id) AS to_id,
    coalesce(n.category, e.category) AS category, coalesce(n.type_id, e.type_id) AS type_id,
    coalesce(n.label, e.label) AS label, n.has_inverse, n.from_type IS NOT NULL AS added
  FROM current_associations n
  FULL OUTER JOIN earlier_associations e
    ON e.from_id = n.from_id AND e.to_id = n.to_id AND e.type_id = n.type_id
      AND e.from_type = n.from_type AND e.to_type = n.to_type AND e.category = n.category
  WHERE n.from_type IS NULL
    OR e.from_type IS NULL
)
SELECT d.from_type, d.from_id, d.to_type, d.to_id, d.category, d.type_id, d.label, d.has_inverse, d.added
FROM difference d
SEMI JOIN (
  SELECT c.from_type, c.to_type
  FROM compared_cells c
  WHERE c.kind = 'associations'
  UNION ALL
  SELECT c.to_type, c.from_type
  FROM compared_cells c
  WHERE c.kind = 'associations'
) c
  ON c.from_type = d.from_type AND c.to_type = d.to_type
