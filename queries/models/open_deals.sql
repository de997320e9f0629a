-- Settled deals that are not closed, as far as anybody knows.
-- column object_type: deals
-- column object_id: The deal
-- column name: Its name
-- column amount: Amount in currency
-- column currency: Currency of amount
-- column pipeline_id: Its pipeline
-- column pipeline: Name of the pipeline
-- column stage_id: Its stage
-- column stage: Name of the stage
-- column close_date: Close date, UTC
-- column created_at: When it was created, UTC
-- column owner_id: Its owner
-- column owner: Name of the owner; null where owners were not read
-- column url: The deal in HubSpot
-- column needs_contact: Its pipeline is none of the setting pipelines_without_contact

SELECT d.object_type, d.object_id, d.name, d.amount, d.currency, d.pipeline_id, d.pipeline, d.stage_id, d.stage,
  d.close_date, d.created_at, d.owner_id, d.owner, d.url, d.needs_contact
FROM settled_deals d
WHERE d.is_closed IS NOT TRUE
