-- Settled records that are not closed, as far as anybody knows, with the names of their pipelines and stages. Deals are
--   in open_deals.
-- column object_type: Object type
-- column object_id: The record
-- column name: Its name
-- column pipeline_id: Its pipeline
-- column pipeline: Name of the pipeline
-- column stage_id: Its stage
-- column stage: Name of the stage; null where there is no such stage any more
-- column created_at: When it was created, UTC
-- column owner_id: Its owner
-- column url: The record in HubSpot
-- column properties: Further properties that were asked for

SELECT o.object_type, o.object_id, o.name, o.pipeline_id, t.pipeline_name AS pipeline, o.stage_id, t.stage_name AS stage,
  o.created_at, o.owner_id, o.url, o.properties
FROM live o
LEFT JOIN pipelines t
  ON t.object_type = o.object_type AND t.pipeline_id = o.pipeline_id AND t.stage_id = o.stage_id
WHERE o.settled
  AND o.is_closed IS NOT TRUE
