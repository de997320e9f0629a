-- Labels and how often each is used tonight: one row for each direction of a label, also of those that nobody uses.
-- column from_type: Object type that the association starts from
-- column to_type: Object type that it leads to
-- column category: Category of the association type
-- column type_id: Id of the association type
-- column label: The label
-- column links: Associations that carry it
-- column namesakes: Other association types, of any pair of object types, whose label reads the same but for case, accents
--   and punctuation; its own inverse does not count

SELECT d.from_type, d.to_type, d.category, d.type_id, d.label, coalesce(u.links, 0) AS links,
  (
    SELECT count(*)
    FROM association_types AS o
    WHERE o.label_key = d.label_key
      AND (o.from_type, o.to_type, o.category, o.type_id) <> (d.from_type, d.to_type, d.category, d.type_id)
      AND NOT coalesce(o.from_type = d.to_type AND o.to_type = d.from_type AND o.category = d.inverse_category AND o.type_id = d.inverse_type_id, false)
  ) AS namesakes
FROM association_types AS d
LEFT JOIN (
  SELECT a.from_type, a.to_type, a.category, a.type_id, count(*) AS links
  FROM associations AS a
  GROUP BY ALL
) AS u USING (from_type, to_type, category, type_id)
WHERE d.category = 'USER_DEFINED' AND d.label IS NOT NULL
ORDER BY ALL
