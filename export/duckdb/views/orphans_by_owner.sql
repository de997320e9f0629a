-- Deals of neither contact nor company and the money in them, by owner and currency: orphans_by_owner().
-- macro ()

SELECT d.owner_id, d.owner, d.currency, count(*) AS deals, sum(d.amount) AS amount
FROM checks.deal_fully_orphaned AS d
GROUP BY d.owner_id, d.owner, d.currency
ORDER BY amount DESC NULLS LAST, deals DESC, d.owner_id, d.currency
