-- Live companies that are older than the setting company_days, or of unknown age.
-- column object_type: companies
-- column object_id: The company
-- column name: Its name
-- column domain: Its web domain
-- column created_at: When it was created, UTC
-- column owner_id: Its owner
-- column url: The company in HubSpot

SELECT k.object_type, k.object_id, k.name, k.domain, k.created_at, k.owner_id, k.url
FROM live k
CROSS JOIN (
  SELECT s.started_at - cast(coalesce((SELECT max(value) FROM settings WHERE key = 'company_days'), '90') || ' days' AS interval) AS old_before
  FROM snapshot s
) s
WHERE k.object_type = 'companies'
  AND k.settled
  AND (k.created_at IS NULL OR k.created_at < s.old_before)
