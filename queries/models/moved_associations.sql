-- Associations between live records that are listed under an id that was merged away, under the ids that are left, where
--   these are not listed so as well; and all associations between live records of a snapshot of an older format, whose
--   rows do not say whether their ends live.
-- kept
-- column from_type: Object type of the record that lists the association
-- column from_id: Record that lists the association
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column category: Category of the association type
-- column type_id: Association type
-- column label: Label as HubSpot sent it with the association
-- column has_inverse: As in associations
-- column has_reverse: As in associations
-- column is_older: The snapshot is of an older format: what the two columns before say is not known after merges, or at all

SELECT m.from_type, m.from_id, m.to_type, m.to_id, m.category, m.type_id, m.label, m.has_inverse, m.has_reverse, m.is_older
FROM (
  SELECT a.from_type, coalesce(f.current_id, a.from_id) AS from_id, a.to_type, coalesce(t.current_id, a.to_id) AS to_id,
    a.category, a.type_id, max(a.label) AS label, bool_or(a.has_inverse) AS has_inverse, bool_or(a.has_reverse) AS has_reverse,
    a.live IS NULL AS is_older
  FROM associations a
  LEFT JOIN id_alias f
    ON f.object_type = a.from_type AND f.old_id = a.from_id
  LEFT JOIN id_alias t
    ON t.object_type = a.to_type AND t.old_id = a.to_id
  WHERE a.live IS NOT TRUE
    AND (a.live IS NULL OR coalesce(f.current_id, t.current_id) IS NOT NULL)
  GROUP BY a.from_type, coalesce(f.current_id, a.from_id), a.to_type, coalesce(t.current_id, a.to_id), a.category, a.type_id, a.live IS NULL
) m
SEMI JOIN objects f
  ON f.object_type = m.from_type AND f.object_id = m.from_id AND f.seen AND NOT f.archived
SEMI JOIN objects t
  ON t.object_type = m.to_type AND t.object_id = m.to_id AND t.seen AND NOT t.archived
ANTI JOIN associations l
  ON l.live AND l.from_type = m.from_type AND l.from_id = m.from_id AND l.to_type = m.to_type AND l.to_id = m.to_id
    AND l.category = m.category AND l.type_id = m.type_id
