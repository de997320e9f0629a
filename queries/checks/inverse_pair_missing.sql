-- title: Record lists another that does not list it
-- severity: high
-- kind: state
-- description: HubSpot keeps every association from both ends, so what only one end knows is missing from
--   half of all lists and reports.
-- advice: Look at some of the records in HubSpot: many at once mean that the portal changed during the crawl. `hubgraph
--   sql "FROM checks.inverse_pair_missing"` lists them all. The repair adds what is missing.
-- needs: objects *, associations * *, directions, types * *
-- universe:
--   SELECT c.from_type, c.to_type, c.pairs AS n
--   FROM link_counts c
--   WHERE c.pairs > 0
-- identity: ends
-- gate: new
-- repair: inverse
-- settings: grace_hours int 24
-- tags: inverse, integrity
-- maturity: stable
-- column category: Category of one association type of the pair: the plain one, where there is one
-- column type_id: Id of that association type
-- column types: Association types that one end lists, CATEGORY:ID
-- column labels: Labels of these; null where the association is a plain one
-- column missing: Association types that are missing on the way back, CATEGORY:ID; null where no inverse is known
-- column inverse_unknown: Association types among these whose inverse is not known, CATEGORY:ID

SELECT l.from_type, l.from_id, f.name AS from_name, l.to_type, l.to_id, t.name AS to_name,
  max(l.category) FILTER (WHERE l.place = 1) AS category,
  max(l.type_id) FILTER (WHERE l.place = 1) AS type_id,
  array_sort(array_agg(l.category || ':' || cast(l.type_id AS string))) AS types,
  array_sort(array_agg(DISTINCT l.label) FILTER (WHERE l.label IS NOT NULL)) AS labels,
  array_sort(array_agg(DISTINCT l.inverse_category || ':' || cast(l.inverse_type_id AS string)) FILTER (WHERE l.inverse_type_id IS NOT NULL)) AS missing,
  array_sort(array_agg(l.category || ':' || cast(l.type_id AS string)) FILTER (WHERE l.inverse_type_id IS NULL)) AS inverse_unknown,
  f.url
FROM (
  SELECT p.from_type, p.from_id, p.to_type, p.to_id, p.category, p.type_id, p.label, p.inverse_category, p.inverse_type_id,
    row_number() OVER (PARTITION BY p.from_type, p.from_id, p.to_type, p.to_id ORDER BY p.is_default DESC, p.category, p.type_id) AS place
  FROM link_types p
  WHERE p.listed
    AND NOT p.pair_listed_back
) l
ANTI JOIN unsettled u
  ON u.object_type = l.from_type AND u.object_id = l.from_id
ANTI JOIN unsettled v
  ON v.object_type = l.to_type AND v.object_id = l.to_id
LEFT JOIN objects f
  ON f.object_type = l.from_type AND f.object_id = l.from_id
LEFT JOIN objects t
  ON t.object_type = l.to_type AND t.object_id = l.to_id
GROUP BY l.from_type, l.from_id, f.name, l.to_type, l.to_id, t.name, f.url
