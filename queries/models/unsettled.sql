-- Live records of which nothing is said yet: they are younger than the setting grace_hours, or were not read.
-- kept
-- column object_type: Object type
-- column object_id: The record

SELECT l.object_type, l.object_id
FROM live l
WHERE NOT l.settled
UNION ALL
SELECT u.object_type, u.object_id
FROM unread u
WHERE u.to_type IS NULL
