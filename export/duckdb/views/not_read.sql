-- What tonight's answers leave out: cells that were not read whole, records that were not read, and checks that did not
--   run. No rows: nothing is missing.
-- column what: cell, record or check
-- column name: The cell as FROM → TO, the record as TYPE:ID, or the check
-- column missing: How many records of a cell were not read; null for others
-- column reason: Why

SELECT 'cell' AS what, concat_ws(' → ', c.from_type, c.to_type) AS name, c.failed + c.unread AS missing, c.reason
FROM coverage AS c
WHERE NOT c.complete
UNION ALL
SELECT 'record', g.from_type || ':' || g.from_id || coalesce(' → ' || g.to_type, ''), NULL, g.reason
FROM gaps AS g
UNION ALL
SELECT 'check', r.check_id, NULL, r.skip_reason
FROM check_results AS r
WHERE r.status IN ('skip', 'error')
  AND r.audit_id = (SELECT max(l.audit_id) FROM check_results AS l SEMI JOIN snapshot AS s ON s.snapshot_id = l.snapshot_id)
ORDER BY ALL
