-- Leads that have been in a qualified stage for longer than the setting lead_days: see the setting qualified_stages.
-- column lead_id: The lead
-- column stage: Name of the stage
-- column since: The day when it came into the stage; where HubSpot does not say, that on which it was made

SELECT l.lead_id, l.stage, l.since
FROM (
  SELECT o.object_id AS lead_id, t.stage_name AS stage,
    coalesce(try_cast(substr(o.properties['hs_v2_date_entered_current_stage'], 1, 10) AS date), cast(o.created_at AS date)) AS since
  FROM live o
  JOIN settings s
    ON s.key = 'qualified_stages' AND s.value = o.stage_id
  LEFT JOIN pipelines t
    ON t.object_type = o.object_type AND t.pipeline_id = o.pipeline_id AND t.stage_id = o.stage_id
  WHERE o.object_type = 'leads'
) l
CROSS JOIN snapshot n
WHERE cast(cast(n.started_at AS date) - l.since AS int) > cast(coalesce((SELECT max(value) FROM settings WHERE key = 'lead_days'), '7') AS int)
