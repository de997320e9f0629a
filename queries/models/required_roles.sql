-- Roles that records need, of the setting required_labels: one row for each.
-- column role: Its name
-- column object_type: Object type of the records
-- column pipeline: Their pipeline, by its name or its id; null: any
-- column from_stage: The first stage of the pipeline from which on, by its name or its id; null: any
-- column from_amount: The least amount; null: any
-- column to_type: Object type of whom they need

WITH field AS (
  SELECT split_part(s.key, ':', 2) AS role, split_part(s.key, ':', 3) AS name, s.value
  FROM settings s
  WHERE s.key LIKE 'required!_labels:%' ESCAPE '!'
)
SELECT f.role,
  max(f.value) FILTER (WHERE f.name = 'type') AS object_type,
  max(f.value) FILTER (WHERE f.name = 'pipeline') AS pipeline,
  max(f.value) FILTER (WHERE f.name = 'from_stage') AS from_stage,
  cast(max(f.value) FILTER (WHERE f.name = 'from_amount') AS decimal(18,4)) AS from_amount,
  max(f.value) FILTER (WHERE f.name = 'to') AS to_type
FROM field f
GROUP BY f.role
