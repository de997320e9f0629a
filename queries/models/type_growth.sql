-- How much the association types in use grew since the night before, with how much they grew in the nights before that.
-- column from_type: Object type that the association starts from
-- column to_type: Object type that it leads to
-- column category: Category of the association type
-- column type_id: Association type
-- column edges: Associations of this type
-- column before: Associations of this type the night before
-- column ppm: Millionths by which it grew
-- column nights: Earlier nights that count
-- column mean_ppm: Millionths by which it grew in these, on average
-- column sigma_ppm: Standard deviation of that

WITH night AS (
  SELECT h.from_type, h.to_type, h.category, h.type_id, h.snapshot_id, h.edges, n.started_at,
    lag(h.edges) OVER (PARTITION BY h.from_type, h.to_type, h.category, h.type_id ORDER BY n.started_at) AS edges_before
  FROM association_stats h
  CROSS JOIN snapshot s
  JOIN snapshots n
    ON n.snapshot_id = h.snapshot_id AND n.started_at <= s.started_at
),
step AS (
  SELECT n.from_type, n.to_type, n.category, n.type_id, n.snapshot_id, n.edges, n.edges_before, n.started_at,
    cast(floor(1e6 * (n.edges - n.edges_before) / nullif(n.edges_before, 0)) AS bigint) AS ppm
  FROM night n
  WHERE n.edges_before > 0
),
placed AS (
  SELECT p.from_type, p.to_type, p.category, p.type_id, p.ppm,
    row_number() OVER (PARTITION BY p.from_type, p.to_type, p.category, p.type_id ORDER BY p.started_at DESC) AS place
  FROM step p
  ANTI JOIN snapshot s
    ON s.snapshot_id = p.snapshot_id
),
usual AS (
  SELECT p.from_type, p.to_type, p.category, p.type_id, count(*) AS nights, sum(p.ppm) AS total, sum(p.ppm * p.ppm) AS squares
  FROM placed p
  WHERE p.place <= 14
  GROUP BY p.from_type, p.to_type, p.category, p.type_id
)
SELECT p.from_type, p.to_type, p.category, p.type_id, p.edges, p.edges_before AS before, p.ppm, coalesce(u.nights, 0) AS nights,
  coalesce(1e0 * u.total / u.nights, 0e0) AS mean_ppm,
  coalesce(sqrt(greatest(1e0 * u.squares / u.nights - (1e0 * u.total / u.nights) * (1e0 * u.total / u.nights), 0e0)), 0e0) AS sigma_ppm
FROM step p
SEMI JOIN snapshot s
  ON s.snapshot_id = p.snapshot_id
LEFT JOIN usual u
  ON u.from_type = p.from_type AND u.to_type = p.to_type AND u.category = p.category AND u.type_id = p.type_id
WHERE p.edges_before >= cast(coalesce((SELECT max(value) FROM settings WHERE key = 'volume_edges'), '500') AS int)
  AND coalesce(u.nights, 0) >= cast(coalesce((SELECT max(value) FROM settings WHERE key = 'volume_least'), '7') AS int)
