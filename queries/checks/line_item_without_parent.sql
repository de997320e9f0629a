-- title: Line item on no deal, quote, order, invoice, subscription or cart
-- severity: medium
-- kind: state
-- description: A line item is made first and linked second: where the second call failed, it is left over, and its money is
--   counted nowhere.
-- advice: Delete what is left over, or link it. `hubgraph crawl --types
--   contacts,companies,deals,tickets,line_items,quotes,orders,invoices,subscriptions,carts` reads all that it may belong to.
-- needs: objects line_items, objects deals, objects quotes, objects orders, objects invoices, objects subscriptions, objects carts,
--   associations line_items deals, associations line_items quotes, associations line_items orders,
--   associations line_items invoices, associations line_items subscriptions, associations line_items carts
-- universe:
--   SELECT count(*) AS n
--   FROM live l
--   WHERE l.object_type = 'line_items'
--     AND l.settled
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24
-- properties: line_items hs_product_id, line_items quantity
-- tags: orphans, line_items
-- maturity: stable
-- column quantity: How many of the product, as HubSpot has it
-- column product_id: The product

SELECT l.object_type AS subject_type, l.object_id AS subject_id, l.name AS subject_name, l.amount, l.currency,
  l.properties['quantity'] AS quantity,
  l.properties['hs_product_id'] AS product_id,
  l.created_at, l.url
FROM live l
ANTI JOIN neighbors n
  ON n.from_type = 'line_items' AND n.from_id = l.object_id
    AND n.to_type IN ('deals', 'quotes', 'orders', 'invoices', 'subscriptions', 'carts')
WHERE l.object_type = 'line_items'
  AND l.settled
