-- Settled calls, emails, meetings, notes and tasks of the last days, the setting activity_days, or of unknown age.
-- column object_type: calls, emails, meetings, notes or tasks
-- column object_id: The activity
-- column created_at: When it was made, UTC
-- column owner_id: Its owner
-- column url: The activity in HubSpot

SELECT o.object_type, o.object_id, o.created_at, o.owner_id, o.url
FROM live o
CROSS JOIN (
  SELECT s.started_at - cast(coalesce((SELECT max(value) FROM settings WHERE key = 'activity_days'), '365') || ' days' AS interval) AS since
  FROM snapshot s
) s
WHERE o.object_type IN ('calls', 'emails', 'meetings', 'notes', 'tasks')
  AND o.settled
  AND (o.created_at IS NULL OR o.created_at >= s.since)
