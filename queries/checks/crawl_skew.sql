-- title: Pair of object types that changed while it was read
-- severity: medium
-- kind: state
-- description: More than one in a thousand of its associations stand on one side only, and the two sides were read more than
--   an hour apart. So missing inverses of this pair are more likely the crawl's than the portal's.
-- advice: Crawl at a quieter hour, and look at inverse_pair_missing again: `hubgraph sql "FROM checks.crawl_skew"` has the
--   times of both sides.
-- needs: associations * *, directions
-- universe:
--   SELECT c.from_type, c.to_type, count(*) AS n
--   FROM coverage c
--   WHERE c.kind = 'associations'
--     AND c.from_type <= c.to_type
--   GROUP BY c.from_type, c.to_type
-- identity: from_type, to_type
-- gate: never
-- settings: skew_minutes int 60
-- tags: crawl
-- maturity: stable
-- column from_type: One object type of the pair
-- column to_type: The other
-- column one_sided: How many of these rows are of pairs that one of the two records does not list
-- column links: Rows of associations between the two object types, of both directions
-- column read_from: Start of reading the associations from from_type to to_type, UTC
-- column read_until: End of reading them, UTC
-- column read_back_from: Start of reading the associations from to_type to from_type, UTC
-- column read_back_until: End of reading them, UTC

SELECT c.from_type, c.to_type, l.one_sided, l.links,
  c.started_at AS read_from, c.finished_at AS read_until, r.started_at AS read_back_from, r.finished_at AS read_back_until
FROM (
  SELECT least(a.from_type, a.to_type) AS from_type, greatest(a.from_type, a.to_type) AS to_type,
    count(*) AS links, count(*) FILTER (WHERE NOT a.has_reverse) AS one_sided
  FROM current_associations a
  GROUP BY least(a.from_type, a.to_type), greatest(a.from_type, a.to_type)
) l
JOIN coverage c
  ON c.kind = 'associations' AND c.from_type = l.from_type AND c.to_type = l.to_type
JOIN coverage r
  ON r.kind = 'associations' AND r.from_type = l.to_type AND r.to_type = l.from_type
CROSS JOIN (
  SELECT cast(coalesce(max(s.value), '60') || ' minutes' AS interval) AS most
  FROM settings s
  WHERE s.key = 'skew_minutes'
) skew
WHERE 1000 * l.one_sided > l.links
  AND greatest(c.finished_at, r.finished_at) > least(c.started_at, r.started_at) + skew.most
