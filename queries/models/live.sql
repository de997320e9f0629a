-- Records that are there: they were seen, and are not in the recycle bin.
-- column object_type: HubSpot's plural name of a standard object type, p_NAME for a custom object
-- column object_id: Record id, unique within the object type
-- column name: Name; null for people, unless names were asked for
-- column created_at: When it was created, UTC
-- column updated_at: When a property last changed, UTC
-- column owner_id: Owner
-- column pipeline_id: Pipeline, see pipelines
-- column stage_id: Stage of the pipeline, see pipelines
-- column is_closed: It is closed; null where that is not known, which counts as open
-- column is_won: It is closed and won
-- column amount: Amount in currency
-- column currency: Currency of amount, ISO 4217
-- column close_date: Close date, UTC
-- column domain: Web domain of a company
-- column email_domain: Part of the e-mail address after the @
-- column lifecycle_stage: Lifecycle stage
-- column degree: Distinct records that it is associated with, in either direction
-- column component: Connected part of the portal that it lies in
-- column hierarchy_depth: Steps up to the topmost parent company
-- column hierarchy_cycle: The chain of parent companies leads back to it
-- column cycle_id: Smallest id of the companies of its cycle of parents; null on none
-- column url: The record in HubSpot
-- column properties: Further properties that were asked for
-- column settled: Older than the setting grace_hours, or of unknown age: automatic associations have had their time

SELECT o.object_type, o.object_id, o.name, o.created_at, o.updated_at, o.owner_id, o.pipeline_id, o.stage_id,
  o.is_closed, o.is_won, o.amount, o.currency, o.close_date, o.domain, o.email_domain, o.lifecycle_stage, o.degree,
  o.component, o.hierarchy_depth, o.hierarchy_cycle, o.cycle_id, o.url, o.properties,
  o.created_at IS NULL OR o.created_at < s.settled_before AS settled
FROM objects o
ANTI JOIN unread u
  ON u.object_type = o.object_type AND u.object_id = o.object_id AND u.to_type IS NULL
CROSS JOIN (
  SELECT s.started_at - cast(coalesce((SELECT max(value) FROM settings WHERE key = 'grace_hours'), '24') || ' hours' AS interval) AS settled_before
  FROM snapshot s
) s
WHERE o.seen
  AND NOT o.archived
