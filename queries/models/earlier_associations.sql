-- Associations of the baseline between records that were live then, under the ids that they have by now, as the record
--   lists them that they start from. What merges made the same may stand here more than once.
-- column from_type: Object type of the record that listed the association
-- column from_id: Record that listed the association
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column category: Category of the association type
-- column type_id: Association type
-- column label: Label as HubSpot sent it with the association
-- column has_inverse: The other record listed this one with the inverse type, see associations
-- column has_reverse: The other record listed this one, see associations

SELECT b.from_type, coalesce(f.current_id, b.from_id) AS from_id, b.to_type, coalesce(t.current_id, b.to_id) AS to_id,
  b.category, b.type_id, b.label, b.has_inverse, b.has_reverse
FROM baseline_associations b
LEFT JOIN id_alias f
  ON f.object_type = b.from_type AND f.old_id = b.from_id
LEFT JOIN id_alias t
  ON t.object_type = b.to_type AND t.old_id = b.to_id
WHERE b.live
UNION ALL
SELECT m.from_type, m.from_id, m.to_type, m.to_id, m.category, m.type_id, m.label, m.has_inverse, m.has_reverse
FROM moved_earlier m
