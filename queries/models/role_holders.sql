-- Settled records, open or won, that need a role: see the setting required_labels.
-- column role: The role
-- column object_type: Object type of the record
-- column object_id: The record
-- column to_type: Object type of whom it needs
-- column stage: Name of its stage

SELECT r.role, o.object_type, o.object_id, r.to_type, t.stage_name AS stage
FROM (
  SELECT q.role, q.object_type, q.pipeline, q.from_stage, q.from_amount, q.to_type, f.pipeline_id, f.position
  FROM required_roles q
  LEFT JOIN pipelines f
    ON f.object_type = q.object_type AND (f.pipeline_id = q.pipeline OR f.pipeline_name = q.pipeline) AND (f.stage_id = q.from_stage OR f.stage_name = q.from_stage)
) r
JOIN live o
  ON o.object_type = r.object_type AND o.settled
LEFT JOIN pipelines t
  ON t.object_type = o.object_type AND t.pipeline_id = o.pipeline_id AND t.stage_id = o.stage_id
WHERE (o.is_closed IS NOT TRUE OR o.is_won)
  AND (r.pipeline IS NULL OR r.pipeline IN (t.pipeline_id, t.pipeline_name))
  AND (r.from_stage IS NULL OR t.pipeline_id = r.pipeline_id AND t.position >= r.position)
  AND (r.from_amount IS NULL OR o.amount >= r.from_amount)
