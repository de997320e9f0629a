-- title: Share of orphans that is worse than its own history
-- severity: high
-- kind: state
-- description: Something began to make records without their links: the share of what a check of orphans finds is above its
--   average by three standard deviations, and by one point in a hundred above the middle of the nights before. The series
--   begins anew where the check, its settings or the scope change.
-- advice: Look at what is new of that check: `hubgraph sql "FROM findings WHERE state = 'new'"`.
-- needs: results
-- universe:
--   SELECT count(*) AS n
--   FROM orphan_rates r
-- identity: of_check
-- gate: new
-- settings: regression_nights int 14, regression_least int 7
-- tags: mass, history
-- maturity: stable
-- column subject_type: Object type of the orphans
-- column subject_id: Always null: it is about many records
-- column subject_name: Check that finds the orphans
-- column of_check: Check that finds the orphans
-- column violations: How many it finds
-- column universe: How many it looked at
-- column ppm: Millionths that it finds of these
-- column nights: Earlier nights that this is compared with
-- column mean_ppm: Millionths in these nights, on average
-- column sigma_ppm: Standard deviation of that
-- column median_ppm: The one in the middle

SELECT
  CASE split_part(r.check_id, '_', 1)
    WHEN 'activity' THEN 'activities'
    WHEN 'company' THEN 'companies'
    WHEN 'isolated' THEN 'records'
    WHEN 'line' THEN 'line_items'
    ELSE split_part(r.check_id, '_', 1) || 's'
  END AS subject_type,
  cast(NULL AS bigint) AS subject_id,
  r.check_id AS subject_name,
  r.check_id AS of_check, r.violations, r.universe, r.ppm, r.nights,
  cast(floor(r.mean_ppm) AS bigint) AS mean_ppm,
  cast(floor(r.sigma_ppm) AS bigint) AS sigma_ppm,
  cast(floor(r.median_ppm) AS bigint) AS median_ppm
FROM orphan_rates r
WHERE r.ppm > r.mean_ppm + 3 * r.sigma_ppm
  AND r.ppm >= r.median_ppm + 10000
