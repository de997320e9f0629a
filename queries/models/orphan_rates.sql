-- How large a share of their universe the checks of orphans find, with what they found in the nights before: the last
--   nights, up to the setting regression_nights, that ran the same check on the same scope.
-- column check_id: The check
-- column violations: What it finds
-- column universe: What it looked at
-- column ppm: Millionths of the universe
-- column nights: Earlier nights that count
-- column mean_ppm: Millionths of these, on average
-- column sigma_ppm: Standard deviation of that
-- column median_ppm: The one in the middle

WITH run AS (
  SELECT r.check_id, r.snapshot_id, n.started_at, r.version, r.scope_hash, r.violations, r.universe,
    cast(floor(1e6 * r.violations / nullif(r.universe, 0)) AS bigint) AS ppm,
    row_number() OVER (PARTITION BY r.check_id, r.snapshot_id ORDER BY r.audit_id DESC) AS newest
  FROM check_results r
  JOIN snapshots n
    ON n.snapshot_id = r.snapshot_id
  CROSS JOIN snapshot s
  WHERE r.check_id IN ('activity_unattached', 'company_without_contact', 'contact_without_company', 'deal_fully_orphaned', 'deal_without_company',
    'deal_without_contact', 'isolated_record', 'lead_without_contact', 'line_item_without_parent', 'ticket_without_requester')
    AND r.universe > 0
    AND (coalesce(r.admitted, TRUE) OR r.snapshot_id = s.snapshot_id)
    AND n.started_at <= s.started_at
),
now_run AS (
  SELECT r.check_id, r.version, r.scope_hash, r.violations, r.universe, r.ppm
  FROM run r
  SEMI JOIN snapshot s
    ON s.snapshot_id = r.snapshot_id
  WHERE r.newest = 1
),
earlier AS (
  SELECT r.check_id, r.version, r.scope_hash, r.ppm,
    row_number() OVER (PARTITION BY r.check_id, r.version, r.scope_hash ORDER BY r.started_at DESC) AS place
  FROM run r
  ANTI JOIN snapshot s
    ON s.snapshot_id = r.snapshot_id
  WHERE r.newest = 1
),
usual AS (
  SELECT e.check_id, e.version, e.scope_hash, count(*) AS nights, sum(e.ppm) AS total, sum(e.ppm * e.ppm) AS squares, median(e.ppm) AS median_ppm
  FROM earlier e
  WHERE e.place <= cast(coalesce((SELECT max(value) FROM settings WHERE key = 'regression_nights'), '14') AS int)
  GROUP BY e.check_id, e.version, e.scope_hash
)
SELECT n.check_id, n.violations, n.universe, n.ppm, u.nights,
  1e0 * u.total / u.nights AS mean_ppm,
  sqrt(greatest(1e0 * u.squares / u.nights - (1e0 * u.total / u.nights) * (1e0 * u.total / u.nights), 0e0)) AS sigma_ppm,
  1e0 * u.median_ppm AS median_ppm
FROM now_run n
JOIN usual u
  ON u.check_id = n.check_id AND u.version = n.version AND u.scope_hash = n.scope_hash
WHERE u.nights >= cast(coalesce((SELECT max(value) FROM settings WHERE key = 'regression_least'), '7') AS int)
