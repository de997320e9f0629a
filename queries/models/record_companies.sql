-- Records and their companies, from both ends, whichever of the two lists the other: one row for each pair.
-- kept
-- column object_type: Object type of the record
-- column object_id: The record
-- column company_id: Its company
-- column is_primary: It is the record's primary company

SELECT l.from_type AS object_type, l.from_id AS object_id, l.to_id AS company_id, bool_or(l.is_primary) AS is_primary
FROM link_types l
WHERE l.to_type = 'companies'
GROUP BY l.from_type, l.from_id, l.to_id
