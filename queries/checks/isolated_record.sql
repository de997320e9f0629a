-- title: Record that is associated with nothing at all
-- severity: low
-- kind: state
-- description: Whatever it is for, nothing leads to it. Custom objects are looked at, or the object types of the setting
--   isolated_types; records that others only look things up in are alone by design, and their types can be left out
--   there.
-- advice: Link it or delete it: `hubgraph sql "FROM checks.isolated_record"` lists all.
-- needs: objects *, associations * *
-- universe:
--   SELECT l.object_type AS subject_type, count(*) AS n
--   FROM live l
--   SEMI JOIN isolated_types t
--     ON t.object_type = l.object_type
--   WHERE l.settled
--   GROUP BY l.object_type
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24, isolated_types list
-- tags: orphans
-- maturity: stable

SELECT l.object_type AS subject_type, l.object_id AS subject_id, l.name AS subject_name, l.created_at, l.owner_id, l.url
FROM live l
SEMI JOIN isolated_types t
  ON t.object_type = l.object_type
ANTI JOIN (
  SELECT n.from_type, n.from_id
  FROM neighbors n
  SEMI JOIN isolated_types t
    ON t.object_type = n.from_type
) n
  ON n.from_type = l.object_type AND n.from_id = l.object_id
WHERE l.settled
