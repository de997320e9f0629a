-- title: Record without a role that it must have
-- severity: high
-- kind: state
-- description: From some stage or amount on somebody has to be named who decides, who pays, who signs: the setting
--   required_labels says which records need whom. Lost records need nobody.
-- advice: Open the record and give one of its contacts the label. `hubgraph sql "FROM checks.required_label_missing"` names
--   those that it is associated with as candidates.
-- needs: setting required_labels, objects *, associations * *, types * *
-- universe:
--   SELECT r.object_type AS subject_type, count(*) AS n
--   FROM role_holders r
--   GROUP BY r.object_type
-- identity: subject_type, subject_id, role
-- gate: new
-- settings: grace_hours int 24, required_labels roles
-- tags: labels, policies
-- maturity: stable
-- column role: Role that nobody has, as in the setting required_labels
-- column wanted: Labels that count as the role
-- column of_type: Object type of whom it needs
-- column labels: Labels that it has towards records of that type; null where there are none
-- column candidates: How many records of that type it is associated with
-- column candidate_ids: The first five of these

SELECT o.object_type AS subject_type, o.object_id AS subject_id, o.name AS subject_name, o.amount, o.currency,
  r.role, w.labels AS wanted, r.to_type AS of_type, l.labels, l.candidates, l.candidate_ids,
  r.stage, o.owner_id, o.url
FROM role_holders r
JOIN live o
  ON o.object_type = r.object_type AND o.object_id = r.object_id
JOIN (
  SELECT split_part(s.key, ':', 2) AS role, array_sort(array_agg(DISTINCT s.value)) AS labels
  FROM settings s
  WHERE s.key LIKE 'required!_labels:%:labels' ESCAPE '!'
  GROUP BY split_part(s.key, ':', 2)
) w
  ON w.role = r.role
ANTI JOIN (
  SELECT split_part(s.key, ':', 2) AS role, l.from_type, l.from_id, l.to_type
  FROM link_types l
  JOIN settings s
    ON s.key LIKE 'required!_labels:%:labels' ESCAPE '!' AND s.value = l.label
) h
  ON h.role = r.role AND h.from_type = r.object_type AND h.from_id = r.object_id AND h.to_type = r.to_type
LEFT JOIN (
  SELECT l.role, l.from_type, l.from_id,
    array_sort(array_agg(DISTINCT l.label) FILTER (WHERE l.label IS NOT NULL)) AS labels,
    count(DISTINCT l.to_id) AS candidates,
    array_sort(array_agg(DISTINCT l.to_id) FILTER (WHERE l.place <= 5)) AS candidate_ids
  FROM (
    SELECT q.role, l.from_type, l.from_id, l.to_id, l.label, dense_rank() OVER (PARTITION BY q.role, l.from_type, l.from_id ORDER BY l.to_id) AS place
    FROM link_types l
    JOIN required_roles q
      ON q.object_type = l.from_type AND q.to_type = l.to_type
  ) l
  GROUP BY l.role, l.from_type, l.from_id
) l
  ON l.role = r.role AND l.from_type = r.object_type AND l.from_id = r.object_id
