-- Won deals with an amount and with line items in the deal's currency, all of which have amounts.
-- column deal_id: The deal
-- column line_items: How many it has
-- column line_amount: Their amounts together

SELECT i.deal_id, count(*) AS line_items, cast(sum(l.amount) AS decimal(18,4)) AS line_amount
FROM (SELECT DISTINCT from_id AS deal_id, to_id FROM neighbors WHERE from_type = 'deals' AND to_type = 'line_items') i
JOIN settled_deals d
  ON d.object_id = i.deal_id AND d.is_won AND d.amount IS NOT NULL
JOIN live l
  ON l.object_type = 'line_items' AND l.object_id = i.to_id
GROUP BY i.deal_id
HAVING count(l.amount) = count(*)
  AND bool_and(coalesce(l.currency, '') = coalesce(d.currency, ''))
