-- Records that came, went, were merged, or are not what they were, of object types that both nights read, without those
--   that a night did not read.

WITH compared AS (
  SELECT c.from_type AS object_type
  FROM coverage c
  SEMI JOIN baseline_coverage b
    ON b.kind = 'objects' AND b.from_type = c.from_type AND coalesce(b.readable, b.complete)
  WHERE c.kind = 'objects'
    AND coalesce(c.readable, c.complete)
),
old AS (
  SELECT o.*, i.current_id
  FROM baseline_objects o
  SEMI JOIN compared c
    ON c.object_type = o.object_type
  ANTI JOIN unread_either_night u
    ON u.object_type = o.object_type AND u.object_id = o.object_id AND u.to_type IS NULL
  LEFT JOIN id_alias i
    ON i.object_type = o.object_type AND i.old_id = o.object_id
  WHERE o.seen
    AND NOT o.archived
),
fresh AS (
  SELECT o.*
  FROM live o
  SEMI JOIN compared c
    ON c.object_type = o.object_type
  ANTI JOIN unread_either_night u
    ON u.object_type = o.object_type AND u.object_id = o.object_id AND u.to_type IS NULL
),
changed AS (
  SELECT n.object_type, n.object_id, n.name,
    list_filter([
      {f: 'name', o: o.name, n: n.name},
      {f: 'owner_id', o: CAST(o.owner_id AS VARCHAR), n: CAST(n.owner_id AS VARCHAR)},
      {f: 'pipeline_id', o: o.pipeline_id, n: n.pipeline_id},
      {f: 'stage_id', o: o.stage_id, n: n.stage_id},
      {f: 'is_closed', o: CAST(o.is_closed AS VARCHAR), n: CAST(n.is_closed AS VARCHAR)},
      {f: 'amount', o: CAST(o.amount AS VARCHAR), n: CAST(n.amount AS VARCHAR)},
      {f: 'currency', o: o.currency, n: n.currency},
      {f: 'close_date', o: CAST(o.close_date AS VARCHAR), n: CAST(n.close_date AS VARCHAR)},
      {f: 'domain', o: o.domain, n: n.domain},
      {f: 'email_domain', o: o.email_domain, n: n.email_domain},
      {f: 'lifecycle_stage', o: o.lifecycle_stage, n: n.lifecycle_stage}
    ] || list_transform(list_sort(list_distinct(coalesce(map_keys(o.properties), []) || coalesce(map_keys(n.properties), []))),
      k -> {f: k, o: o.properties[k], n: n.properties[k]}), c -> c.o IS DISTINCT FROM c.n) AS cells
  FROM fresh n
  JOIN old o
    ON o.object_type = n.object_type AND o.object_id = n.object_id
  -- which costs little, and leaves few records to compare value by value
  WHERE o.name IS DISTINCT FROM n.name
    OR o.owner_id IS DISTINCT FROM n.owner_id
    OR o.pipeline_id IS DISTINCT FROM n.pipeline_id
    OR o.stage_id IS DISTINCT FROM n.stage_id
    OR o.is_closed IS DISTINCT FROM n.is_closed
    OR o.amount IS DISTINCT FROM n.amount
    OR o.currency IS DISTINCT FROM n.currency
    OR o.close_date IS DISTINCT FROM n.close_date
    OR o.domain IS DISTINCT FROM n.domain
    OR o.email_domain IS DISTINCT FROM n.email_domain
    OR o.lifecycle_stage IS DISTINCT FROM n.lifecycle_stage
    OR o.properties IS DISTINCT FROM n.properties
),
every AS (
  SELECT 'new' AS change, n.object_type, n.object_id, n.name, NULL::BIGINT AS into_id, NULL::VARCHAR AS into_name,
    [] AS "before", ['degree ' || n.degree] AS "after"
  FROM fresh n
  ANTI JOIN baseline_live b
    ON b.object_type = n.object_type AND b.object_id = n.object_id
  UNION ALL
  SELECT 'merged', o.object_type, o.object_id, o.name, o.current_id, n.name, ['degree ' || o.degree], ['degree ' || n.degree]
  FROM old o
  LEFT JOIN live n
    ON n.object_type = o.object_type AND n.object_id = o.current_id
  WHERE o.current_id IS NOT NULL
  UNION ALL
  SELECT CASE WHEN a.object_id IS NULL THEN 'gone' ELSE 'archived' END, o.object_type, o.object_id, o.name, NULL, NULL, ['degree ' || o.degree], []
  FROM old o
  ANTI JOIN live n
    ON n.object_type = o.object_type AND n.object_id = o.object_id
  LEFT JOIN objects a
    ON a.object_type = o.object_type AND a.object_id = o.object_id AND a.seen AND a.archived
  WHERE o.current_id IS NULL
  UNION ALL
  SELECT 'changed', c.object_type, c.object_id, c.name, NULL, NULL,
    list_transform(c.cells, x -> x.f || ' ' || coalesce(x.o, 'empty')), list_transform(c.cells, x -> x.f || ' ' || coalesce(x.n, 'empty'))
  FROM changed c
  WHERE len(c.cells) > 0
)
SELECT e.change, e.object_type AS from_type, e.object_id AS from_id, e.name AS from_name,
  CASE WHEN e.into_id IS NOT NULL THEN e.object_type END AS to_type, e.into_id AS to_id, e.into_name AS to_name,
  NULL::VARCHAR AS category, NULL::INTEGER AS type_id, e."before", e."after"
FROM every e
