-- title: Won deal with no line items
-- severity: high
-- kind: state
-- description: Delivery and invoices go by the line items. Looked at are deals won in the last 90 days (won_days), in pipelines
--   of whose won deals at least half have line items; the setting pipelines_without_line_items leaves out others.
-- advice: Add the line items, or name the pipeline in hubgraph.yaml. `hubgraph sql "FROM checks.closed_won_without_line_items"`
--   says how many there were in the earlier night.
-- needs: objects deals, objects line_items, objects contacts, objects companies, associations deals line_items,
--   associations line_items deals
-- universe:
--   SELECT count(*) AS n
--   FROM won_deals w
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24, won_days int 90, pipelines_without_line_items pipelines
-- tags: stages, deals
-- maturity: stable
-- column baseline_line_items: How many line items it had in the baseline; null where it had none

SELECT d.object_type AS subject_type, d.object_id AS subject_id, d.name AS subject_name, d.amount, d.currency,
  d.pipeline, d.stage, d.close_date,
  b.line_items AS baseline_line_items,
  d.owner_id, d.owner, d.url
FROM won_deals w
JOIN settled_deals d
  ON d.object_id = w.deal_id
LEFT JOIN (
  SELECT e.from_id, count(DISTINCT e.to_id) AS line_items
  FROM earlier_associations e
  WHERE e.from_type = 'deals'
    AND e.to_type = 'line_items'
  GROUP BY e.from_id
) b
  ON b.from_id = d.object_id
WHERE NOT w.has_items
