-- Contacts and their companies, from both ends, whichever of the two lists the other.
-- column contact_id: The contact
-- column company_id: The company
-- column is_primary: It is the contact's primary company

SELECT c.object_id AS contact_id, c.company_id, c.is_primary
FROM record_companies c
WHERE c.object_type = 'contacts'
