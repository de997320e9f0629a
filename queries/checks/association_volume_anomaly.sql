-- title: Unusual growth of an association type
-- severity: medium
-- kind: state
-- description: Far more associations of a type were made in one night than in the nights before: by three standard deviations, by
--   at least 50, and by at least one in a hundred. An import or an integration runs wild, or an event took place.
-- advice: Find out what ran: `hubgraph sql "FROM type_growth"` has the growth of all types.
-- needs: associations * *
-- universe:
--   SELECT g.from_type, g.to_type, count(*) AS n
--   FROM type_growth g
--   GROUP BY g.from_type, g.to_type
-- identity: from_type, to_type, category, type_id
-- gate: new
-- settings: volume_edges int 500, volume_least int 7, volume_growth int 50
-- tags: mass, history
-- maturity: experimental
-- column before: Associations of this type the night before
-- column edges: Associations of this type in this night
-- column ppm: Millionths by which it grew
-- column nights: Earlier nights that this is compared with
-- column mean_ppm: Millionths by which it grew in these nights, on average
-- column sigma_ppm: Standard deviation of that

SELECT g.from_type, g.to_type, g.category, g.type_id, d.label, g.before, g.edges, g.ppm, g.nights,
  cast(floor(g.mean_ppm) AS bigint) AS mean_ppm,
  cast(floor(g.sigma_ppm) AS bigint) AS sigma_ppm
FROM type_growth g
LEFT JOIN association_types d
  ON d.from_type = g.from_type AND d.to_type = g.to_type AND d.category = g.category AND d.type_id = g.type_id
WHERE g.ppm > g.mean_ppm + 3 * g.sigma_ppm
  AND g.ppm >= 10000
  AND g.edges - g.before >= cast(coalesce((SELECT max(value) FROM settings WHERE key = 'volume_growth'), '50') AS int)
