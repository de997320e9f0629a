-- Records that were live in the baseline, under the ids that they have by now. Of records that were merged since
--   then there is a row for each.
-- column object_type: Object type
-- column object_id: The record, under its id of today
-- column name: Its name in the baseline

SELECT o.object_type, coalesce(i.current_id, o.object_id) AS object_id, o.name
FROM baseline_objects o
LEFT JOIN id_alias i
  ON i.object_type = o.object_type AND i.old_id = o.object_id
WHERE o.seen
  AND NOT o.archived
