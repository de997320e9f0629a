-- title: Association with labels that exclude each other
-- severity: medium
-- kind: state
-- description: Nobody is an employee and a former employee of the same company. Which labels exclude each other, the setting
--   exclusive_labels says.
-- advice: Find out which is right, and take the others off in HubSpot: `hubgraph sql "FROM checks.label_conflict"` lists the
--   pairs.
-- needs: setting exclusive_labels, objects *, associations * *, types * *
-- universe:
--   SELECT p.from_type, p.to_type, count(*) AS n
--   FROM (
--     SELECT DISTINCT greatest(l.from_type, l.to_type) AS from_type, least(l.from_type, l.to_type) AS to_type,
--       greatest(l.from_type || ':' || cast(l.from_id AS string), l.to_type || ':' || cast(l.to_id AS string)) AS one,
--       least(l.from_type || ':' || cast(l.from_id AS string), l.to_type || ':' || cast(l.to_id AS string)) AS other
--     FROM link_types l
--     SEMI JOIN settings s
--       ON s.key LIKE 'exclusive!_labels:%' ESCAPE '!' AND s.value = l.label
--   ) p
--   GROUP BY p.from_type, p.to_type
-- identity: ends
-- gate: new
-- settings: grace_hours int 24, exclusive_labels groups
-- tags: labels, policies
-- maturity: stable
-- column labels: Labels that exclude each other

WITH exclusive AS (
  SELECT l.from_type, l.from_id, l.to_type, l.to_id, l.label, s.key
  FROM link_types l
  JOIN settings s
    ON s.key LIKE 'exclusive!_labels:%' ESCAPE '!' AND s.value = l.label
),
conflict AS (
  SELECT e.from_type, e.from_id, e.to_type, e.to_id, e.key
  FROM exclusive e
  GROUP BY e.from_type, e.from_id, e.to_type, e.to_id, e.key
  HAVING count(DISTINCT e.label) > 1
)
SELECT p.from_type, p.from_id, f.name AS from_name, p.to_type, p.to_id, t.name AS to_name, p.labels, f.url
FROM (
  SELECT l.from_type, l.from_id, l.to_type, l.to_id, array_sort(array_agg(DISTINCT l.label)) AS labels,
    row_number() OVER (
      PARTITION BY least(l.from_type || ':' || cast(l.from_id AS string), l.to_type || ':' || cast(l.to_id AS string)),
        greatest(l.from_type || ':' || cast(l.from_id AS string), l.to_type || ':' || cast(l.to_id AS string))
      ORDER BY l.from_type DESC, l.from_id) AS place
  FROM exclusive l
  SEMI JOIN conflict c
    ON c.from_type = l.from_type AND c.from_id = l.from_id AND c.to_type = l.to_type AND c.to_id = l.to_id AND c.key = l.key
  GROUP BY l.from_type, l.from_id, l.to_type, l.to_id
) p
JOIN live f
  ON f.object_type = p.from_type AND f.object_id = p.from_id AND f.settled
JOIN live t
  ON t.object_type = p.to_type AND t.object_id = p.to_id AND t.settled
WHERE p.place = 1
