-- Association types that a record lists another with in one of the two nights only: both records are live in both
--   nights, and what they list was read in both. Ids are those after merges; what two records had of each
--   other that are one by now is not lost. No rows without a baseline.
-- kept
-- column from_type: Object type of the record that lists the association, or listed it
-- column from_id: That record
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column category: Category of the association type
-- column type_id: Association type
-- column added: It is listed now, and was not; false the other way around
-- column label: Label of the type, as it is or was
-- column has_inverse: Of what was added, as in current_associations
-- column inverse_category: Category of the inverse type; null where none is known
-- column inverse_type_id: The inverse type, on the pair turned around; null where none is known

SELECT DISTINCT c.from_type, c.from_id, c.to_type, c.to_id, c.category, c.type_id, c.added, coalesce(c.label, d.label, b.label) AS label,
  c.has_inverse, coalesce(d.inverse_category, b.inverse_category) AS inverse_category, coalesce(d.inverse_type_id, b.inverse_type_id) AS inverse_type_id
FROM association_changes c
SEMI JOIN compared_cells k
  ON k.kind = 'associations' AND k.from_type = c.from_type AND k.to_type = c.to_type
ANTI JOIN unread_either_night g
  ON g.object_type = c.from_type AND g.object_id = c.from_id AND g.to_type = c.to_type
ANTI JOIN unread_either_night h
  ON h.object_type = c.to_type AND h.object_id = c.to_id AND h.to_type = c.from_type
JOIN live f
  ON f.object_type = c.from_type AND f.object_id = c.from_id
JOIN live t
  ON t.object_type = c.to_type AND t.object_id = c.to_id
JOIN baseline_live x
  ON x.object_type = c.from_type AND x.object_id = c.from_id
JOIN baseline_live y
  ON y.object_type = c.to_type AND y.object_id = c.to_id
LEFT JOIN association_types d
  ON d.from_type = c.from_type AND d.to_type = c.to_type AND d.category = c.category AND d.type_id = c.type_id
LEFT JOIN baseline_association_types b
  ON b.from_type = c.from_type AND b.to_type = c.to_type AND b.category = c.category AND b.type_id = c.type_id
WHERE c.added
  OR c.from_type <> c.to_type
  OR c.from_id <> c.to_id
