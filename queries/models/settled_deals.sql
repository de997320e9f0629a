-- Deals that can be judged by whom they are associated with: they live, are older than the setting grace_hours, and
--   their lists of contacts and companies were read, and the records in these.
-- kept
-- column object_type: deals
-- column object_id: The deal
-- column name: Its name
-- column amount: Amount in currency
-- column currency: Currency of amount
-- column pipeline_id: Its pipeline
-- column pipeline: Name of the pipeline
-- column stage_id: Its stage
-- column stage: Name of the stage; null where there is no such stage any more
-- column is_closed: It is closed; null where that is not known, which counts as open
-- column is_won: It is closed and won
-- column close_date: Close date, UTC
-- column created_at: When it was created, UTC
-- column owner_id: Its owner
-- column owner: Name of the owner; null where owners were not read
-- column url: The deal in HubSpot
-- column needs_contact: Its pipeline is none of the setting pipelines_without_contact

SELECT d.object_type, d.object_id, d.name, d.amount, d.currency, d.pipeline_id, p.pipeline_name AS pipeline,
  d.stage_id, t.stage_name AS stage, d.is_closed, d.is_won, d.close_date, d.created_at, d.owner_id, w.name AS owner, d.url,
  p.without_contact IS NULL AS needs_contact
FROM live d
LEFT JOIN (
  SELECT q.object_type, q.pipeline_id, q.pipeline_name, max(x.value) AS without_contact
  FROM pipelines q
  LEFT JOIN settings x
    ON x.key = 'pipelines_without_contact' AND (x.value = q.pipeline_id OR x.value = q.pipeline_name)
  GROUP BY q.object_type, q.pipeline_id, q.pipeline_name
) p
  ON p.object_type = d.object_type AND p.pipeline_id = d.pipeline_id
LEFT JOIN pipelines t
  ON t.object_type = d.object_type AND t.pipeline_id = d.pipeline_id AND t.stage_id = d.stage_id
LEFT JOIN owners w
  ON w.owner_id = d.owner_id
ANTI JOIN unread l
  ON l.object_type = d.object_type AND l.object_id = d.object_id AND l.to_type IN ('contacts', 'companies')
ANTI JOIN (
  SELECT a.from_id AS deal_id
  FROM associations a
  JOIN unread u
    ON u.object_type = a.to_type AND u.object_id = a.to_id AND u.to_type IS NULL
  WHERE a.from_type = 'deals'
    AND a.to_type IN ('contacts', 'companies')
) n
  ON n.deal_id = d.object_id
WHERE d.object_type = 'deals'
  AND d.settled
