-- title: Won deal whose amount is not that of its line items
-- severity: low
-- kind: state
-- description: More than one in a hundred and more than 1 apart: an import set the one and not the other. Discounts, and
--   amounts of a whole contract, are meant to be so.
-- advice: Ask the owner which is right: `hubgraph sql "FROM checks.closed_won_amount_vs_line_items"` has both.
-- needs: objects deals, objects line_items, objects contacts, objects companies, associations deals line_items,
--   associations line_items deals
-- universe:
--   SELECT count(*) AS n
--   FROM deal_sums s
-- identity: subject_type, subject_id
-- gate: never
-- settings: grace_hours int 24
-- tags: stages, deals
-- maturity: experimental
-- column line_amount: Amounts of its line items together
-- column line_items: How many line items it has

SELECT d.object_type AS subject_type, d.object_id AS subject_id, d.name AS subject_name, d.amount, d.currency,
  s.line_amount, s.line_items, d.pipeline, d.close_date, d.owner_id, d.url
FROM deal_sums s
JOIN settled_deals d
  ON d.object_id = s.deal_id
WHERE abs(d.amount - s.line_amount) > 1
  AND 100 * abs(d.amount - s.line_amount) > abs(d.amount)
