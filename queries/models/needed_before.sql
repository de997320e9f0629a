-- Records that a record of this night, which was live in the baseline, too, was associated with then, of the object
--   types that it needs: see the setting needed_neighbors. What either night did not read is left out. No rows without
--   a baseline; a pair of records may have several rows.
-- column from_type: Object type of the record
-- column from_id: The record
-- column to_type: Object type that it needs
-- column to_id: A record of that type that it was associated with, under its id of today; it may be gone

SELECT n.from_type, n.from_id, n.to_type, n.to_id
FROM (
  SELECT e.from_type, e.from_id, e.to_type, e.to_id
  FROM earlier_associations e
  UNION ALL
  SELECT e.to_type, e.to_id, e.from_type, e.from_id
  FROM earlier_associations e
  WHERE e.has_reverse IS NOT TRUE
) n
SEMI JOIN (
  SELECT p.from_type, p.to_type
  FROM (
    SELECT c.from_type, c.to_type
    FROM compared_cells c
    WHERE c.kind = 'associations'
    UNION ALL
    SELECT c.to_type, c.from_type
    FROM compared_cells c
    WHERE c.kind = 'associations'
  ) p
  SEMI JOIN settings s
    ON s.key = 'needed_neighbors' AND s.value = p.from_type || ':' || p.to_type
) c
  ON c.from_type = n.from_type AND c.to_type = n.to_type
ANTI JOIN departed f
  ON f.object_type = n.from_type AND f.object_id = n.from_id
ANTI JOIN unread_either_night u
  ON u.object_type = n.from_type AND u.object_id = n.from_id AND u.to_type = n.to_type
ANTI JOIN unread_back v
  ON v.from_type = n.from_type AND v.from_id = n.from_id AND v.to_type = n.to_type
