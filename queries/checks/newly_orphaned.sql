-- title: Record that lost all of those that it needs
-- severity: high
-- kind: event
-- description: A deal had contacts or companies in the earlier night and has none now, or a contact its company, a ticket
--   the person who asked. why says what happened: unlinked, where one that it lost still lives, which can be put
--   back; else deleted, where the recycle bin of HubSpot keeps records for 90 days. Each link is reported by
--   edge_removed.
-- advice: What was unlinked can be put back from the night that still had it, {night}; a deleted record is restored in
--   HubSpot. `hubgraph sql "FROM checks.newly_orphaned"` lists them all, and the setting needed_neighbors says which records
--   need which.
-- needs: objects *, associations * *, baseline
-- universe:
--   SELECT e.from_type AS subject_type, count(DISTINCT e.from_id) AS n
--   FROM needed_before e
--   GROUP BY e.from_type
-- identity: subject_type, subject_id
-- gate: new
-- settings: needed_neighbors list deals:contacts deals:companies tickets:contacts tickets:companies contacts:companies line_items:deals
-- repair: restore
-- tags: drift, lost, orphans
-- maturity: stable
-- column lost_types: Object types of which it has no record any more
-- column why: unlinked where a record that it lost still lives, else deleted
-- column lost: How many records it lost
-- column live_neighbors: The first five of each type of those that still live, TYPE:ID
-- column deleted_neighbors: The first five of each type of those that do not, TYPE:ID

WITH lost AS (
  SELECT c.from_type, c.from_id, c.to_type
  FROM association_changes c
  WHERE NOT c.added
  UNION
  SELECT c.to_type, c.to_id, c.from_type
  FROM association_changes c
  WHERE NOT c.added
)
SELECT o.object_type AS subject_type, o.object_id AS subject_id, o.name AS subject_name, o.amount, o.currency,
  array_sort(array_agg(DISTINCT e.to_type)) AS lost_types,
  CASE WHEN count(*) > count(g.object_id) THEN 'unlinked' ELSE 'deleted' END AS why,
  count(DISTINCT (e.to_type, e.to_id)) AS lost,
  array_sort(array_agg(DISTINCT e.to_type || ':' || cast(e.to_id AS string)) FILTER (WHERE g.object_id IS NULL AND e.place <= 5)) AS live_neighbors,
  array_sort(array_agg(DISTINCT e.to_type || ':' || cast(e.to_id AS string)) FILTER (WHERE g.object_id IS NOT NULL AND e.place <= 5)) AS deleted_neighbors,
  o.is_closed, o.is_won, o.stage_id, o.owner_id, o.url
FROM (
  SELECT b.from_type, b.from_id, b.to_type, b.to_id,
    dense_rank() OVER (PARTITION BY b.from_type, b.from_id, b.to_type ORDER BY b.to_id) AS place
  FROM needed_before b
  SEMI JOIN (
    SELECT l.from_type, l.from_id, l.to_type
    FROM lost l
    ANTI JOIN neighbors n
      ON n.from_type = l.from_type AND n.from_id = l.from_id AND n.to_type = l.to_type
  ) l
    ON l.from_type = b.from_type AND l.from_id = b.from_id AND l.to_type = b.to_type
) e
JOIN live o
  ON o.object_type = e.from_type AND o.object_id = e.from_id
LEFT JOIN departed g
  ON g.object_type = e.to_type AND g.object_id = e.to_id
GROUP BY o.object_type, o.object_id, o.name, o.amount, o.currency, o.is_closed, o.is_won, o.stage_id, o.owner_id, o.url
