-- title: Labelled association without the plain one under it
-- severity: medium
-- kind: state
-- description: HubSpot keeps the plain association beside each label. Where neither record lists it, lists and reports
--   by association miss the pair. Where one of the two lists it, inverse_label_missing reports it; where one lists nothing at
--   all, inverse_pair_missing does.
-- advice: Look at some of the records in HubSpot, `hubgraph sql "FROM checks.label_without_default"` lists them: many at once
--   mean that HubSpot answers otherwise than before.
-- needs: objects *, associations * *, sides, types * *
-- universe:
--   SELECT l.from_type, l.to_type, count(DISTINCT (l.from_id, l.to_id)) AS n
--   FROM link_types l
--   SEMI JOIN association_types d
--     ON d.from_type = l.from_type AND d.to_type = l.to_type AND d.is_default
--   ANTI JOIN unsettled u
--     ON u.object_type = l.from_type AND u.object_id = l.from_id
--   ANTI JOIN unsettled v
--     ON v.object_type = l.to_type AND v.object_id = l.to_id
--   WHERE l.listed
--     AND l.label IS NOT NULL
--     AND l.pair_listed_back IS NOT FALSE
--     AND (l.from_type > l.to_type OR l.from_type = l.to_type AND l.from_id < l.to_id OR l.pair_listed_back IS NULL)
--   GROUP BY l.from_type, l.to_type
-- identity: ends
-- gate: new
-- repair: default
-- settings: grace_hours int 24
-- tags: labels, integrity
-- maturity: stable
-- column types: Association types that the pair has, CATEGORY:ID
-- column labels: Labels of these
-- column missing: Association type of the plain association, CATEGORY:ID

SELECT l.from_type, l.from_id, f.name AS from_name, l.to_type, l.to_id, t.name AS to_name,
  l.types, l.labels,
  d.category || ':' || cast(d.type_id AS string) AS missing,
  f.url
FROM (
  SELECT p.from_type, p.from_id, p.to_type, p.to_id,
    array_sort(array_agg(DISTINCT p.category || ':' || cast(p.type_id AS string)) FILTER (WHERE p.listed)) AS types,
    array_sort(array_agg(DISTINCT p.label) FILTER (WHERE p.listed AND p.label IS NOT NULL)) AS labels
  FROM link_types p
  SEMI JOIN (
    SELECT q.from_type, q.from_id, q.to_type, q.to_id
    FROM link_types q
    ANTI JOIN link_types d
      ON d.is_default AND d.from_type = q.from_type AND d.from_id = q.from_id AND d.to_type = q.to_type AND d.to_id = q.to_id
    WHERE q.listed
      AND q.label IS NOT NULL
      AND q.pair_listed_back IS NOT FALSE
      AND (q.from_type > q.to_type OR q.from_type = q.to_type AND q.from_id < q.to_id OR q.pair_listed_back IS NULL)
  ) c
    ON c.from_type = p.from_type AND c.from_id = p.from_id AND c.to_type = p.to_type AND c.to_id = p.to_id
  GROUP BY p.from_type, p.from_id, p.to_type, p.to_id
) l
JOIN association_types d
  ON d.from_type = l.from_type AND d.to_type = l.to_type AND d.is_default
ANTI JOIN unsettled u
  ON u.object_type = l.from_type AND u.object_id = l.from_id
ANTI JOIN unsettled v
  ON v.object_type = l.to_type AND v.object_id = l.to_id
LEFT JOIN objects f
  ON f.object_type = l.from_type AND f.object_id = l.from_id
LEFT JOIN objects t
  ON t.object_type = l.to_type AND t.object_id = l.to_id
