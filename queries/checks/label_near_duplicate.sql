-- title: Two labels that look like one
-- severity: low
-- kind: state
-- description: Somebody made a label that was there already, in another spelling, and each report by label misses the
--   other half. Labels that differ in a number only are meant to be two.
-- advice: Move the associations to one of them in HubSpot, and delete the other: `hubgraph sql "FROM
--   checks.label_near_duplicate"` says how often each is used.
-- needs: types * *
-- universe:
--   SELECT d.from_type, d.to_type, count(*) AS n
--   FROM association_types d
--   WHERE d.category = 'USER_DEFINED'
--     AND d.label IS NOT NULL
--   GROUP BY d.from_type, d.to_type
-- identity: from_type, to_type, category, type_id
-- gate: never
-- tags: labels
-- maturity: experimental
-- column label: Label of the association type
-- column looks_like: Older labels that look like it, as CATEGORY:ID LABEL
-- column edges: Associations of this type; null where there are none

SELECT n.from_type, n.to_type, n.category, n.type_id, n.label,
  array_sort(array_agg(o.category || ':' || cast(o.type_id AS string) || ' ' || o.label)) AS looks_like,
  max(a.edges) AS edges
FROM association_types n
JOIN association_types o
  ON o.from_type = n.from_type AND o.to_type = n.to_type AND o.category = n.category AND o.type_id < n.type_id
CROSS JOIN snapshot s
LEFT JOIN association_stats a
  ON a.snapshot_id = s.snapshot_id AND a.from_type = n.from_type AND a.to_type = n.to_type AND a.category = n.category AND a.type_id = n.type_id
WHERE n.category = 'USER_DEFINED'
  AND n.label IS NOT NULL
  AND o.label IS NOT NULL
  AND (n.label_key = o.label_key
    OR length(n.label_key) >= 6
      AND length(o.label_key) >= 6
      AND levenshtein(n.label_key, o.label_key) <= 2
      AND translate(n.label_key, '0123456789', '') <> translate(o.label_key, '0123456789', ''))
GROUP BY n.from_type, n.to_type, n.category, n.type_id, n.label
