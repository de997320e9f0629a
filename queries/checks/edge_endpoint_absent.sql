-- title: Association with a record that does not exist
-- severity: high
-- description: The record at the other end was in no list, and asking for it by its id, live or archived,
--   gave nothing: it is gone for good, or hidden from the token. Lists count it, and nobody can open it.
-- needs: objects *, associations * *
-- universe:
--   SELECT count(*)
--   FROM associations a
--   SEMI JOIN coverage c
--     ON c.kind = 'objects' AND coalesce(c.readable, c.complete) AND c.from_type = a.to_type
-- identity: from_type, from_id, to_type, to_id, category, type_id
-- gate: any
-- tags: dangling, integrity
-- maturity: stable

WITH absent AS (
  SELECT o.object_type, o.object_id
  FROM objects o
  SEMI JOIN coverage c
    ON c.kind = 'objects' AND coalesce(c.readable, c.complete) AND c.from_type = o.object_type
  ANTI JOIN id_alias i
    ON i.object_type = o.object_type AND i.old_id = o.object_id
  WHERE NOT o.seen
    AND o.archived IS NOT TRUE
)
SELECT
  a.from_type,
  a.from_id,
  a.to_type,
  a.to_id,
  a.category,
  a.type_id,
  coalesce(a.label, d.label) AS label,
  CASE WHEN n.snapshot_id IS NOT NULL THEN coalesce(b.seen AND NOT b.archived, FALSE) END AS live_in_baseline,
  f.created_at AS from_created_at,
  f.url AS from_url
FROM associations a
JOIN absent x
  ON x.object_type = a.to_type AND x.object_id = a.to_id
LEFT JOIN objects f
  ON f.object_type = a.from_type AND f.object_id = a.from_id
LEFT JOIN association_types d
  ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
LEFT JOIN baseline n
  ON n.portal_id IS NOT NULL
LEFT JOIN baseline_objects b
  ON b.object_type = a.to_type AND b.object_id = a.to_id
