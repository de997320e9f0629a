-- Links by association type, seen from each end: one row for each ordered pair of live records and type, under
--   the ids after merges. What only the other end lists is here, too, under the inverse type.
-- column from_type: Object type of the record that the link is seen from
-- column from_id: That record
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column category: Category of the association type; null where only the other end lists it, with a type of no known inverse
-- column type_id: Association type; null where category is
-- column label: Label of the type in this direction; null for the plain association
-- column listed: The record lists the other with this type; null where its list was not read
-- column listed_back: The other record lists this one with the inverse type; null where that list was not read, or no inverse is known
-- column pair_listed_back: The other record lists this one, with whatever type; null where that list was not read
-- column inverse_category: Category of the inverse type; null where none is known
-- column inverse_type_id: The inverse type, on the pair turned around; null where none is known
-- column inverse_source: How the inverse is known, see association_types
-- column is_default: It is the plain association
-- column is_primary: It marks the primary record

SELECT a.from_type, a.from_id, a.to_type, a.to_id, a.category, a.type_id, coalesce(a.label, d.label) AS label,
  TRUE AS listed, a.has_inverse AS listed_back, a.has_reverse AS pair_listed_back,
  d.inverse_category, d.inverse_type_id, d.inverse_source,
  coalesce(d.is_default, FALSE) AS is_default, coalesce(d.is_primary, FALSE) AS is_primary
FROM current_associations a
LEFT JOIN association_types d
  ON d.from_type = a.from_type AND d.to_type = a.to_type AND d.category = a.category AND d.type_id = a.type_id
UNION ALL
SELECT DISTINCT r.to_type, r.to_id, r.from_type, r.from_id, d.inverse_category, d.inverse_type_id, i.label,
  CASE WHEN d.inverse_type_id IS NULL THEN r.has_reverse ELSE r.has_inverse END, TRUE, TRUE,
  i.inverse_category, i.inverse_type_id, i.inverse_source,
  coalesce(i.is_default, FALSE), coalesce(i.is_primary, FALSE)
FROM current_associations r
LEFT JOIN association_types d
  ON d.from_type = r.from_type AND d.to_type = r.to_type AND d.category = r.category AND d.type_id = r.type_id
LEFT JOIN association_types i
  ON i.from_type = r.to_type AND i.to_type = r.from_type AND i.category = d.inverse_category AND i.type_id = d.inverse_type_id
WHERE r.has_inverse IS NOT TRUE
  AND (d.inverse_type_id IS NOT NULL OR r.has_reverse IS NOT TRUE)
