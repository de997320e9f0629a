-- Companies and their parent companies, whichever of the two lists the other as such.
-- kept
-- column company_id: The company
-- column parent_id: Its parent

SELECT l.from_id AS company_id, l.to_id AS parent_id
FROM link_types l
WHERE l.from_type = 'companies'
  AND l.to_type = 'companies'
  AND l.category = 'HUBSPOT_DEFINED'
  AND l.type_id = 14
