-- Settled deals that were won in the last days, the setting won_days, in pipelines that use line items: half of all that was
--   ever won there has some. The setting pipelines_without_line_items names those that do not.
-- column deal_id: The deal
-- column has_items: It has line items

SELECT d.object_id AS deal_id, i.deal_id IS NOT NULL AS has_items
FROM settled_deals d
CROSS JOIN (
  SELECT s.started_at - cast(coalesce((SELECT max(value) FROM settings WHERE key = 'won_days'), '90') || ' days' AS interval) AS since
  FROM snapshot s
) s
JOIN (
  SELECT w.pipeline_id
  FROM settled_deals w
  LEFT JOIN (SELECT DISTINCT from_id FROM neighbors WHERE from_type = 'deals' AND to_type = 'line_items') n
    ON n.from_id = w.object_id
  WHERE w.is_won
  GROUP BY w.pipeline_id
  HAVING 2 * count(n.from_id) >= count(*)
) p
  ON p.pipeline_id = d.pipeline_id
LEFT JOIN (SELECT DISTINCT from_id AS deal_id FROM neighbors WHERE from_type = 'deals' AND to_type = 'line_items') i
  ON i.deal_id = d.object_id
ANTI JOIN settings x
  ON x.key = 'pipelines_without_line_items' AND (x.value = d.pipeline_id OR x.value = d.pipeline)
WHERE d.is_won
  AND d.close_date >= s.since
