-- title: Unusual number of associations lost in one night
-- severity: critical
-- kind: event
-- description: So many associations of one type went between records that live that no person did it by hand: an import, a
--   workflow or an integration did. Measured against the 14 nights before, of the same weekday where there are 28; where
--   there is less history, against absolute thresholds, and judged_by says so. Types that were deleted are reported by
--   association_definition_changed, each lost pair by edge_removed.
-- advice: Find out what ran that night, and stop it. Then put back what was lost from the night that still had it,
--   {night}; --limit makes parts below the caps. `hubgraph sql "FROM checks.edge_removed"` lists the pairs.
-- needs: objects *, associations * *, types * *, baseline
-- universe:
--   SELECT a.from_type, a.to_type, count(*) AS n
--   FROM association_stats a
--   SEMI JOIN baseline b
--     ON b.snapshot_id = a.snapshot_id
--   SEMI JOIN compared_cells c
--     ON c.kind = 'associations' AND c.from_type = a.from_type AND c.to_type = a.to_type
--   LEFT JOIN baseline_association_types d
--     ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
--   WHERE a.edges >= cast((SELECT max(value) FROM settings WHERE key = 'mass_edges') AS int)
--     AND (d.inverse_type_id IS NULL OR a.from_type > a.to_type OR a.from_type = a.to_type AND a.type_id <= d.inverse_type_id)
--   GROUP BY a.from_type, a.to_type
-- identity: from_type, to_type, category, type_id
-- gate: new
-- repair: restore
-- settings: mass_removed int 50, mass_percent number 1, mass_edges int 500, mass_nights int 14, mass_sigma number 3
-- tags: drift, lost, mass
-- maturity: stable
-- column label: Label of the association type; null for the plain one
-- column amount: Amounts of the deals among these records together, where all are in one currency
-- column currency: Currency of amount, ISO 4217
-- column removed: Associations of this type that are gone
-- column edges: Associations of this type in the baseline
-- column percent_lost: Share of these that is gone, in percent
-- column judged_by: history, or absolute thresholds, as the history is short
-- column nights_of_history: Earlier comparisons of two nights that this is compared with
-- column usual_percent: Share that was gone in these, on average, in percent; null without history
-- column most_lost_by: Record that lost most of them, TYPE:ID
-- column most_lost: How many it lost
-- column left_with_none: How many records have none of the type any more
-- column amounts: Amounts of the deals by currency, as CURRENCY AMOUNT; null where all are in one currency
-- column there_until: End of the night that still had the associations, UTC

WITH mass AS (
  SELECT l.from_type, l.to_type, l.category, l.type_id, l.label, l.removed, l.edges, l.ppm, l.nights, l.mean_ppm, l.sigma_ppm
  FROM lost_shares l
  WHERE l.edges >= cast((SELECT max(value) FROM settings WHERE key = 'mass_edges') AS int)
    AND l.removed >= cast((SELECT max(value) FROM settings WHERE key = 'mass_removed') AS int)
    AND l.ppm >= 10000 * cast((SELECT max(value) FROM settings WHERE key = 'mass_percent') AS double)
    AND (l.nights < cast((SELECT max(value) FROM settings WHERE key = 'mass_nights') AS int)
      OR l.ppm >= l.mean_ppm + l.sigma_ppm * cast((SELECT max(value) FROM settings WHERE key = 'mass_sigma') AS double))
),
row_lost AS (
  SELECT m.from_type, m.to_type, m.category, m.type_id, c.from_id, c.to_id
  FROM mass m
  JOIN link_changes c
    ON NOT c.added AND c.from_type = m.from_type AND c.to_type = m.to_type AND c.category = m.category AND c.type_id = m.type_id
),
-- The record that lost most of them.
hub AS (
  SELECT h.from_type, h.to_type, h.category, h.type_id, h.record, h.removed,
    row_number() OVER (PARTITION BY h.from_type, h.to_type, h.category, h.type_id ORDER BY h.removed DESC, h.record) AS place
  FROM (
    SELECT from_type, to_type, category, type_id, to_type || ':' || cast(to_id AS string) AS record, count(*) AS removed
    FROM row_lost
    GROUP BY from_type, to_type, category, type_id, to_id
    UNION ALL
    SELECT from_type, to_type, category, type_id, from_type || ':' || cast(from_id AS string), count(*)
    FROM row_lost
    GROUP BY from_type, to_type, category, type_id, from_id
  ) h
),
bereft AS (
  SELECT r.from_type, r.to_type, r.category, r.type_id, count(DISTINCT r.from_id) AS records
  FROM row_lost r
  ANTI JOIN neighbors n
    ON n.from_type = r.from_type AND n.from_id = r.from_id AND n.to_type = r.to_type
  GROUP BY r.from_type, r.to_type, r.category, r.type_id
),
money AS (
  SELECT q.from_type, q.to_type, q.category, q.type_id, count(*) AS currencies, max(q.currency) AS currency,
    max(q.amount) AS amount, sum(q.deals) AS deals,
    array_sort(array_agg(q.currency || ' ' || cast(q.amount AS string))) AS amounts
  FROM (
    SELECT r.from_type, r.to_type, r.category, r.type_id, d.currency, sum(d.amount) AS amount, count(*) AS deals
    FROM (
      SELECT DISTINCT from_type, to_type, category, type_id, CASE WHEN from_type = 'deals' THEN from_id ELSE to_id END AS deal_id
      FROM row_lost
      WHERE from_type = 'deals'
        OR to_type = 'deals'
    ) r
    JOIN live d
      ON d.object_type = 'deals' AND d.object_id = r.deal_id AND d.currency IS NOT NULL AND d.amount IS NOT NULL
    GROUP BY r.from_type, r.to_type, r.category, r.type_id, d.currency
  ) q
  GROUP BY q.from_type, q.to_type, q.category, q.type_id
)
SELECT m.from_type, m.to_type, m.category, m.type_id, m.label,
  CASE WHEN y.currencies = 1 THEN y.amount END AS amount,
  CASE WHEN y.currencies = 1 THEN y.currency END AS currency,
  m.removed, m.edges,
  floor(m.ppm / 1e2) / 1e2 AS percent_lost,
  CASE WHEN m.nights >= cast((SELECT max(value) FROM settings WHERE key = 'mass_nights') AS int) THEN 'history' ELSE 'absolute thresholds, as the history is short' END AS judged_by,
  m.nights AS nights_of_history,
  CASE WHEN m.nights > 0 THEN floor(m.mean_ppm / 1e2) / 1e2 END AS usual_percent,
  h.record AS most_lost_by, h.removed AS most_lost,
  coalesce(b.records, 0) AS left_with_none,
  CASE WHEN y.currencies > 1 THEN y.amounts END AS amounts,
  p.finished_at AS there_until
FROM mass m
CROSS JOIN baseline p
LEFT JOIN hub h
  ON h.place = 1 AND h.from_type = m.from_type AND h.to_type = m.to_type AND h.category = m.category AND h.type_id = m.type_id
LEFT JOIN bereft b
  ON b.from_type = m.from_type AND b.to_type = m.to_type AND b.category = m.category AND b.type_id = m.type_id
LEFT JOIN money y
  ON y.from_type = m.from_type AND y.to_type = m.to_type AND y.category = m.category AND y.type_id = m.type_id
