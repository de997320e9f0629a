-- title: Two records that hold the same side of a paired label
-- severity: medium
-- kind: state
-- description: One manages the other, and the other way around. Labels that are their own counterpart, such as colleague, are
--   meant to be so and left out.
-- advice: Find out which is right, and take the other off in HubSpot: `hubgraph sql "FROM checks.asymmetric_label_both_ways"`
--   lists the pairs.
-- needs: objects *, associations * *, types * *
-- universe:
--   SELECT l.from_type, l.to_type, count(*) AS n
--   FROM link_types l
--   WHERE l.from_type = l.to_type
--     AND l.type_id < l.inverse_type_id
--   GROUP BY l.from_type, l.to_type
-- identity: from_type, from_id, to_type, to_id, category, type_id
-- gate: new
-- settings: grace_hours int 24
-- tags: inverse, labels
-- maturity: stable
-- column label: Label that both records hold of each other
-- column counterpart: Label that one of the two should have instead; null where the counterpart has none

SELECT l.from_type, l.from_id, f.name AS from_name, l.to_type, l.to_id, t.name AS to_name, l.category, l.type_id, l.label,
  i.label AS counterpart, f.url
FROM link_types l
JOIN link_types r
  ON r.from_type = l.to_type AND r.from_id = l.to_id AND r.to_type = l.from_type AND r.to_id = l.from_id
    AND r.category = l.category AND r.type_id = l.type_id
JOIN live f
  ON f.object_type = l.from_type AND f.object_id = l.from_id AND f.settled
JOIN live t
  ON t.object_type = l.to_type AND t.object_id = l.to_id AND t.settled
LEFT JOIN association_types i
  ON i.from_type = l.to_type AND i.to_type = l.from_type AND i.category = l.inverse_category AND i.type_id = l.inverse_type_id
WHERE l.from_type = l.to_type
  AND l.from_id < l.to_id
  AND l.type_id < l.inverse_type_id
