-- title: Record with implausibly many neighbors
-- severity: medium
-- kind: state
-- description: Three times as many as all but one in a thousand records of its type have, and more than the setting
--   hub_floor: a company that stands for a free-mail domain, or for whatever an import could not assign. Distributors
--   and franchises are meant to be so.
-- advice: Look at whom it has: `hubgraph sql "FROM checks.hub_record"` counts them by object type. Split it, or waive it.
-- needs: objects *, associations * *
-- universe:
--   SELECT o.object_type AS subject_type, count(*) AS n
--   FROM live o
--   WHERE o.degree > 0
--   GROUP BY o.object_type
-- identity: subject_type, subject_id
-- gate: new
-- settings: hub_floor int 500
-- tags: limits
-- maturity: experimental
-- column neighbors: Distinct records that it is associated with, in either direction
-- column usual_most: Most neighbors that a record of its type has, one in a thousand left out

WITH hub AS (
  SELECT DISTINCT o.object_type
  FROM live o
  WHERE o.degree > cast(coalesce((SELECT max(value) FROM settings WHERE key = 'hub_floor'), '500') AS int)
),
ranked AS (
  SELECT o.object_type, o.object_id, o.degree,
    row_number() OVER (PARTITION BY o.object_type ORDER BY o.degree DESC, o.object_id) AS place,
    count(*) OVER (PARTITION BY o.object_type) AS records
  FROM live o
  SEMI JOIN hub h
    ON h.object_type = o.object_type
  WHERE o.degree > 0
),
usual AS (
  SELECT r.object_type, max(r.degree) AS degree
  FROM ranked r
  WHERE 1000 * (r.place - 1) >= r.records
  GROUP BY r.object_type
)
SELECT o.object_type AS subject_type, o.object_id AS subject_id, o.name AS subject_name,
  r.degree AS neighbors, u.degree AS usual_most, o.domain, o.owner_id, o.url
FROM ranked r
JOIN usual u
  ON u.object_type = r.object_type
JOIN live o
  ON o.object_type = r.object_type AND o.object_id = r.object_id
WHERE r.degree > 3 * u.degree
  AND r.degree > cast(coalesce((SELECT max(value) FROM settings WHERE key = 'hub_floor'), '500') AS int)
