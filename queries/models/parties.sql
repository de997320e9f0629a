-- Contacts and their companies, from both ends, whichever of the two lists the other.
-- column contact_id: The contact
-- column company_id: The company
-- column is_primary: It is the contact's primary company

SELECT l.from_id AS contact_id, l.to_id AS company_id, max(CASE WHEN l.is_primary THEN 1 ELSE 0 END) = 1 AS is_primary
FROM link_types l
WHERE l.from_type = 'contacts'
  AND l.to_type = 'companies'
GROUP BY l.from_id, l.to_id
