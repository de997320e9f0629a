-- Records that were live in the baseline and are not now: deleted, or not read. No rows without a baseline.
-- kept
-- column object_type: Object type
-- column object_id: The record, under its id of today

SELECT DISTINCT b.object_type, b.object_id
FROM baseline_live b
ANTI JOIN live l
  ON l.object_type = b.object_type AND l.object_id = b.object_id
