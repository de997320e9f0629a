-- Records that a record of this night, which was live in the baseline, too, was associated with then, of the object
--   types that it needs: see the setting needed_neighbors. What either night did not read is left out. No rows without
--   a baseline.
-- column from_type: Object type of the record
-- column from_id: The record
-- column to_type: Object type that it needs
-- column to_id: A record of that type that it was associated with, under its id of today; it may be gone
-- column place: 1 for the first of these records, 2 for the next

SELECT n.from_type, n.from_id, n.to_type, n.to_id,
  dense_rank() OVER (PARTITION BY n.from_type, n.from_id, n.to_type ORDER BY n.to_id) AS place
FROM (
  SELECT e.from_type, e.from_id, e.to_type, e.to_id
  FROM earlier_associations e
  UNION
  SELECT e.to_type, e.to_id, e.from_type, e.from_id
  FROM earlier_associations e
) n
SEMI JOIN settings s
  ON s.key = 'needed_neighbors' AND s.value = n.from_type || ':' || n.to_type
SEMI JOIN compared_cells c
  ON c.kind = 'associations' AND (c.from_type = n.from_type AND c.to_type = n.to_type OR c.from_type = n.to_type AND c.to_type = n.from_type)
SEMI JOIN live f
  ON f.object_type = n.from_type AND f.object_id = n.from_id
SEMI JOIN baseline_live b
  ON b.object_type = n.from_type AND b.object_id = n.from_id
ANTI JOIN unread_either_night u
  ON u.object_type = n.from_type AND u.object_id = n.from_id AND u.to_type = n.to_type
ANTI JOIN (
  SELECT e.from_type, e.from_id, e.to_type
  FROM earlier_associations e
  JOIN unread_either_night u
    ON u.object_type = e.to_type AND u.object_id = e.to_id AND u.to_type = e.from_type
) v
  ON v.from_type = n.from_type AND v.from_id = n.from_id AND v.to_type = n.to_type
