-- Association types of which something was lost overnight between records that live in both nights, with what the nights
--   before lost: one row for each type, in one of its two directions. Types that the portal deleted are left out. No
--   rows without a baseline.
-- column from_type: Object type that the association started from
-- column to_type: Object type that it led to
-- column category: Category of the association type
-- column type_id: Association type
-- column label: Its label; null for the plain one
-- column removed: Associations of this direction that are gone
-- column edges: Associations of this direction in the baseline
-- column ppm: Millionths of them that are gone
-- column nights: Earlier comparisons of two nights that count: the last 14, or the last 14 of the same weekday where there are 28 or more
-- column mean_ppm: Millionths that were gone in these, on average
-- column sigma_ppm: Standard deviation of that

WITH lost AS (
  SELECT c.from_type, c.to_type, c.category, c.type_id, max(c.label) AS label, max(c.inverse_category) AS inverse_category,
    max(c.inverse_type_id) AS inverse_type_id, count(*) AS removed
  FROM link_changes c
  ANTI JOIN definitions d
    ON d.from_type = c.from_type AND d.to_type = c.to_type AND d.category = c.category AND d.type_id = c.type_id AND d.change = 'deleted'
  WHERE NOT c.added
  GROUP BY c.from_type, c.to_type, c.category, c.type_id
),
one_way AS (
  SELECT l.from_type, l.to_type, l.category, l.type_id, l.label, l.removed, a.edges, cast(floor(1e6 * l.removed / nullif(a.edges, 0)) AS bigint) AS ppm
  FROM lost l
  CROSS JOIN baseline b
  JOIN association_stats a
    ON a.snapshot_id = b.snapshot_id AND a.from_type = l.from_type AND a.to_type = l.to_type AND a.category = l.category AND a.type_id = l.type_id
      AND a.edges > 0
  ANTI JOIN lost r
    ON r.from_type = l.to_type AND r.to_type = l.from_type AND r.category = l.inverse_category AND r.type_id = l.inverse_type_id
      AND (l.from_type < l.to_type OR l.from_type = l.to_type AND l.type_id > l.inverse_type_id)
),
night AS (
  SELECT h.from_type, h.to_type, h.category, h.type_id, cast(floor(1e6 * h.removed / nullif(h.edges, 0)) AS bigint) AS ppm, n.started_at,
    cast(cast(s.started_at AS date) - cast(n.started_at AS date) AS int) % 7 = 0 AS same_weekday,
    count(*) OVER (PARTITION BY h.from_type, h.to_type, h.category, h.type_id) AS nights
  FROM link_stats h
  CROSS JOIN snapshot s
  JOIN snapshots n
    ON n.snapshot_id = h.snapshot_id AND n.started_at < s.started_at
  WHERE h.edges > 0
),
placed AS (
  SELECT n.from_type, n.to_type, n.category, n.type_id, n.ppm,
    row_number() OVER (PARTITION BY n.from_type, n.to_type, n.category, n.type_id ORDER BY n.started_at DESC) AS place
  FROM night n
  WHERE n.nights < 28
    OR n.same_weekday
),
usual AS (
  SELECT p.from_type, p.to_type, p.category, p.type_id, count(*) AS nights, sum(p.ppm) AS total, sum(p.ppm * p.ppm) AS squares
  FROM placed p
  WHERE p.place <= 14
  GROUP BY p.from_type, p.to_type, p.category, p.type_id
)
SELECT o.from_type, o.to_type, o.category, o.type_id, o.label, o.removed, o.edges, o.ppm,
  coalesce(u.nights, 0) AS nights,
  1e0 * u.total / u.nights AS mean_ppm,
  sqrt(greatest(1e0 * u.squares / u.nights - (1e0 * u.total / u.nights) * (1e0 * u.total / u.nights), 0e0)) AS sigma_ppm
FROM one_way o
LEFT JOIN usual u
  ON u.from_type = o.from_type AND u.to_type = o.to_type AND u.category = o.category AND u.type_id = o.type_id
