-- Lists of the baseline in which a record stands whose own list of such records was not read in this night or in the
--   baseline: that could know of more. No rows without a baseline.
-- kept
-- column from_type: Object type of the record that listed others
-- column from_id: That record
-- column to_type: Object type of the others

SELECT DISTINCT e.from_type, e.from_id, e.to_type
FROM earlier_associations e
SEMI JOIN unread_either_night u
  ON u.object_type = e.to_type AND u.object_id = e.to_id AND u.to_type = e.from_type
