-- Associations between live records in a snapshot of an older format, whose rows do not say whether their ends live:
--   what current_associations holds of them, worked out here. No rows where the snapshot is of today's format.
-- kept
-- column from_type: Object type of the record that lists the association
-- column from_id: Record that lists the association
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column category: Category of the association type
-- column type_id: Association type
-- column label: Label as HubSpot sent it with the association
-- column has_inverse: As in current_associations
-- column has_reverse: As in current_associations

WITH moved AS (
  SELECT m.from_type, m.from_id, m.to_type, m.to_id, m.category, m.type_id, m.label, m.has_inverse
  FROM moved_associations m
  WHERE m.is_older
),
-- Those that have a way back.
back AS (
  SELECT m.from_type, m.from_id, m.to_type, m.to_id, m.category, m.type_id,
    max(CASE WHEN r.category = d.inverse_category AND r.type_id = d.inverse_type_id THEN 1 ELSE 0 END) AS inverses
  FROM moved m
  JOIN moved r
    ON r.from_type = m.to_type AND r.from_id = m.to_id AND r.to_type = m.from_type AND r.to_id = m.from_id
  LEFT JOIN association_types d
    ON d.from_type = m.from_type AND d.to_type = m.to_type AND d.category = m.category AND d.type_id = m.type_id
  GROUP BY m.from_type, m.from_id, m.to_type, m.to_id, m.category, m.type_id
),
-- A list that was read to its end says that an association is gone.
judged AS (
  SELECT m.from_type, m.from_id, m.to_type, m.to_id, m.category, m.type_id, m.label, m.has_inverse, b.inverses,
    CASE WHEN b.inverses IS NOT NULL THEN TRUE WHEN c.kind IS NOT NULL AND u.unread IS NULL THEN FALSE END AS has_reverse
  FROM moved m
  LEFT JOIN back b
    ON b.from_type = m.from_type AND b.from_id = m.from_id AND b.to_type = m.to_type AND b.to_id = m.to_id
      AND b.category = m.category AND b.type_id = m.type_id
  LEFT JOIN coverage c
    ON c.kind = 'associations' AND c.from_type = m.to_type AND c.to_type = m.from_type AND coalesce(c.readable, c.complete)
  LEFT JOIN (SELECT object_type, object_id, to_type, count(*) AS unread FROM unread GROUP BY object_type, object_id, to_type) u
    ON u.object_type = m.to_type AND u.object_id = m.to_id AND u.to_type = m.from_type
)
SELECT j.from_type, j.from_id, j.to_type, j.to_id, j.category, j.type_id, j.label,
  CASE WHEN j.inverses = 1 THEN TRUE WHEN j.has_reverse IS NOT NULL THEN j.has_inverse END AS has_inverse,
  j.has_reverse
FROM judged j
