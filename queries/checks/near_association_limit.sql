-- title: Record or pair of object types close to a limit
-- severity: low
-- kind: state
-- description: A record that has four fifths of the associations that its limit allows, for limits of ten and more, or a
--   pair of object types that has four fifths of the labels that have room: the setting label_slots. The next import
--   is refused.
-- advice: Raise the limit in HubSpot, or delete labels that nobody uses: `hubgraph sql "FROM checks.label_unused"` lists them.
-- needs: objects *, associations * *, types * *
-- universe:
--   SELECT d.from_type, d.to_type, sum(a.from_records) AS n
--   FROM association_types d
--   CROSS JOIN snapshot s
--   JOIN association_stats a
--     ON a.snapshot_id = s.snapshot_id AND a.from_type = d.from_type AND a.to_type = d.to_type AND a.category = d.category AND a.type_id = d.type_id
--   WHERE d.max_to >= 10
--     AND NOT d.is_primary
--   GROUP BY d.from_type, d.to_type
--   UNION ALL
--   SELECT d.from_type, d.to_type, count(DISTINCT d.from_type) AS n
--   FROM association_types d
--   WHERE d.from_type <= d.to_type
--   GROUP BY d.from_type, d.to_type
-- identity: from_type, from_id, to_type, category, type_id
-- gate: new
-- settings: label_slots int 50
-- tags: limits
-- maturity: stable
-- column from_type: Object type of the record, or one of a pair of object types
-- column from_id: Record that is close to the limit; null where the pair of object types is
-- column label: Label of the association type; null for the plain one, and of a pair of object types
-- column limit_to: The limit
-- column used: How much of it is used

SELECT l.from_type, l.from_id, f.name AS from_name, l.to_type, l.category, l.type_id, l.label,
  l.max_to AS limit_to, l.neighbors AS used, f.url
FROM limited_lists l
JOIN live f
  ON f.object_type = l.from_type AND f.object_id = l.from_id
WHERE l.neighbors <= l.max_to
  AND l.max_to >= 10
UNION ALL
SELECT d.from_type, cast(NULL AS bigint), cast(NULL AS string), d.to_type, cast(NULL AS string), cast(NULL AS int), cast(NULL AS string),
  d.slots, d.labels, cast(NULL AS string)
FROM (
  SELECT t.from_type, t.to_type, t.slots, count(DISTINCT CASE WHEN t.from_type = t.to_type THEN least(t.type_id, coalesce(t.inverse_type_id, t.type_id)) ELSE t.type_id END) AS labels
  FROM (
    SELECT d.from_type, d.to_type, d.type_id, d.inverse_type_id, cast(coalesce((SELECT max(value) FROM settings WHERE key = 'label_slots'), '50') AS bigint) AS slots
    FROM association_types d
    WHERE d.category = 'USER_DEFINED'
      AND d.label IS NOT NULL
      AND d.from_type <= d.to_type
  ) t
  GROUP BY t.from_type, t.to_type, t.slots
) d
WHERE 5 * d.labels >= 4 * d.slots
