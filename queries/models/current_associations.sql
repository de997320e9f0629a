-- Associations between live records, under the ids that they have after merges: one row for each ordered pair of
--   records and association type, as the record that it starts from lists it.
-- column from_type: Object type of the record that lists the association
-- column from_id: Record that lists the association
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column category: Category of the association type
-- column type_id: Association type
-- column label: Label as HubSpot sent it with the association; null for the plain association
-- column has_inverse: The other record lists this one with the inverse type; null where that type is not known, or the list was not read
-- column has_reverse: The other record lists this one, with whatever type; null where that list was not read

SELECT a.from_type, a.from_id, a.to_type, a.to_id, a.category, a.type_id, a.label, a.has_inverse, a.has_reverse
FROM associations a
WHERE a.live
UNION ALL
SELECT m.from_type, m.from_id, m.to_type, m.to_id, m.category, m.type_id, m.label, m.has_inverse, m.has_reverse
FROM moved_associations m
WHERE NOT m.is_older
UNION ALL
SELECT o.from_type, o.from_id, o.to_type, o.to_id, o.category, o.type_id, o.label, o.has_inverse, o.has_reverse
FROM older_associations o
