-- title: Record with more associations than the limit allows
-- severity: medium
-- kind: state
-- description: HubSpot holds a limit against new associations only, and shows nowhere what was over it before. Whatever
--   writes to such a record is refused.
-- advice: Take some off, or raise the limit in HubSpot: `hubgraph sql "FROM checks.over_configured_limit"` has how many are
--   too many.
-- needs: objects *, associations * *, types * *
-- universe:
--   SELECT d.from_type, d.to_type, sum(a.from_records) AS n
--   FROM association_types d
--   CROSS JOIN snapshot s
--   JOIN association_stats a
--     ON a.snapshot_id = s.snapshot_id AND a.from_type = d.from_type AND a.to_type = d.to_type AND a.category = d.category AND a.type_id = d.type_id
--   WHERE d.max_to IS NOT NULL
--     AND NOT d.is_primary
--   GROUP BY d.from_type, d.to_type
-- identity: from_type, from_id, to_type, category, type_id
-- gate: new
-- tags: limits
-- maturity: stable
-- column label: Label of the association type; null for the plain one, whose limit is that of the pair
-- column limit_to: The limit
-- column neighbors: How many it has
-- column too_many: How many more than the limit allows
-- column newest_id: The newest of them

SELECT l.from_type, l.from_id, f.name AS from_name, l.to_type, l.category, l.type_id, l.label,
  l.max_to AS limit_to, l.neighbors, l.neighbors - l.max_to AS too_many, l.newest_id, f.url
FROM limited_lists l
JOIN live f
  ON f.object_type = l.from_type AND f.object_id = l.from_id
WHERE l.neighbors > l.max_to
