-- title: Association that is gone although both records live
-- severity: high
-- kind: event
-- description: Two records were associated in the earlier night, live in both, and are strangers now. HubSpot keeps no
--   copy of associations, and restores none. A clean-up looks the same; where the record got another of the
--   type in the same night, replaced_by names it. Labels that went alone are reported by edge_label_changed.
-- advice: Ask whether somebody took them away on purpose, or moved them to another record. `hubgraph sql "FROM checks.edge_removed"`
--   lists them all. What was not replaced can be put back from the night that still had it, {night}.
-- needs: objects *, associations * *, baseline
-- universe:
--   SELECT p.from_type, p.to_type, p.n
--   FROM (
--     SELECT e.from_type, e.to_type, count(DISTINCT (e.from_id, e.to_id)) AS n
--     FROM earlier_associations e
--     ANTI JOIN departed f
--       ON f.object_type = e.from_type AND f.object_id = e.from_id
--     ANTI JOIN departed t
--       ON t.object_type = e.to_type AND t.object_id = e.to_id
--     ANTI JOIN unread_either_night u
--       ON u.object_type = e.from_type AND u.object_id = e.from_id AND u.to_type = e.to_type
--     ANTI JOIN unread_either_night v
--       ON v.object_type = e.to_type AND v.object_id = e.to_id AND v.to_type = e.from_type
--     WHERE e.from_type > e.to_type
--       OR e.from_type = e.to_type AND e.from_id < e.to_id
--       OR e.has_reverse IS NOT TRUE
--     GROUP BY e.from_type, e.to_type
--   ) p
--   SEMI JOIN compared_cells c
--     ON c.kind = 'associations' AND c.from_type = p.from_type AND c.to_type = p.to_type
-- identity: ends
-- gate: new
-- repair: restore
-- tags: drift, lost
-- maturity: stable
-- column amount: Amount of the deal, where one of the two records is one
-- column currency: Currency of amount, ISO 4217
-- column is_closed: The deal is closed; null where that is not known, or neither record is a deal
-- column is_won: The deal is closed and won; null where that is not known, or neither record is a deal
-- column types: Association types that the pair had, CATEGORY:ID
-- column labels: Labels of these; null where the association was a plain one
-- column replaced_by: Records of the type of the other, TYPE:ID, with which the record was associated in the same night
-- column others: How many records of that type the record is associated with now
-- column owner_id: Owner of the record that the association started from
-- column there_until: End of the night that still had the association, UTC
-- column gone_by: Start of the night that did not have it any more, UTC

SELECT l.from_type, l.from_id, f.name AS from_name, l.to_type, l.to_id, t.name AS to_name,
  d.amount, d.currency, d.is_closed, d.is_won,
  l.types, l.labels, l.replaced_by, l.others, f.owner_id,
  b.finished_at AS there_until, s.started_at AS gone_by,
  f.url
FROM lost_links l
CROSS JOIN snapshot s
CROSS JOIN baseline b
JOIN live f
  ON f.object_type = l.from_type AND f.object_id = l.from_id
JOIN live t
  ON t.object_type = l.to_type AND t.object_id = l.to_id
LEFT JOIN live d
  ON d.object_type = 'deals' AND d.object_id = CASE WHEN l.from_type = 'deals' THEN l.from_id WHEN l.to_type = 'deals' THEN l.to_id END
