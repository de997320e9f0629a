-- title: Association type that goes by several labels
-- severity: medium
-- kind: state
-- description: The same type came with other texts than its definition has, or with several, in one night: it was renamed
--   while the crawl ran, or an integration keeps texts of its own. Whatever goes by the text counts it twice.
-- advice: Crawl again. Where it stays, go by the type's id: `hubgraph sql "FROM checks.label_text_inconsistent"` has the texts
--   with how often each came.
-- needs: associations * *, types * *
-- universe:
--   SELECT d.from_type, d.to_type, count(*) AS n
--   FROM association_types d
--   CROSS JOIN snapshot s
--   JOIN association_stats a
--     ON a.snapshot_id = s.snapshot_id AND a.from_type = d.from_type AND a.to_type = d.to_type AND a.category = d.category AND a.type_id = d.type_id
--   WHERE a.edges > 0
--   GROUP BY d.from_type, d.to_type
-- identity: from_type, to_type, category, type_id
-- gate: new
-- tags: labels, drift
-- maturity: stable
-- column label: Label by the definition of the type; null where it has none
-- column texts: Labels that came with associations, each with how often, as LABEL: N

SELECT d.from_type, d.to_type, d.category, d.type_id, d.label,
  array_sort(array_agg(coalesce(t.label, '(none)') || ': ' || cast(t.edges AS string))) AS texts
FROM (
  SELECT a.from_type, a.to_type, a.category, a.type_id, a.label, count(*) AS edges
  FROM associations a
  GROUP BY a.from_type, a.to_type, a.category, a.type_id, a.label
) t
JOIN association_types d
  ON d.from_type = t.from_type AND d.to_type = t.to_type AND d.category = t.category AND d.type_id = t.type_id
GROUP BY d.from_type, d.to_type, d.category, d.type_id, d.label
HAVING bool_or(t.label IS NOT NULL AND t.label IS DISTINCT FROM d.label)
