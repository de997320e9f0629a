-- Labels that users have defined, with what the nights until this one know of them.
-- column from_type: Object type that the association starts from
-- column to_type: Object type that it leads to
-- column category: USER_DEFINED
-- column type_id: Id of the type
-- column label: The label
-- column known_since: Start of the first night that knew it, UTC
-- column last_used: Start of the last night in which an association carried it, UTC; null where none did
-- column is_old: It was known before the setting unused_days began
-- column is_used: It was in use since then

SELECT d.from_type, d.to_type, d.category, d.type_id, d.label,
  min(n.started_at) AS known_since,
  max(n.started_at) FILTER (WHERE h.edges > 0) AS last_used,
  min(n.started_at) < s.since AS is_old,
  coalesce(max(n.started_at) FILTER (WHERE h.edges > 0) >= s.since, FALSE) AS is_used
FROM association_types d
CROSS JOIN (
  SELECT s.started_at, s.started_at - cast(coalesce((SELECT max(value) FROM settings WHERE key = 'unused_days'), '30') || ' days' AS interval) AS since
  FROM snapshot s
) s
JOIN association_stats h
  ON h.from_type = d.from_type AND h.to_type = d.to_type AND h.category = d.category AND h.type_id = d.type_id
JOIN snapshots n
  ON n.snapshot_id = h.snapshot_id AND n.started_at <= s.started_at
WHERE d.category = 'USER_DEFINED'
  AND d.label IS NOT NULL
GROUP BY d.from_type, d.to_type, d.category, d.type_id, d.label, s.since
