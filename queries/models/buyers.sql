-- Contacts and companies that won deals are associated with, and parents of such companies.
-- column object_type: contacts or companies
-- column object_id: The record

WITH own AS (
  SELECT DISTINCT n.to_type, n.to_id
  FROM neighbors n
  SEMI JOIN live d
    ON d.object_type = 'deals' AND d.object_id = n.from_id AND d.is_won
  WHERE n.from_type = 'deals'
    AND n.to_type IN ('contacts', 'companies')
)
SELECT o.to_type AS object_type, o.to_id AS object_id
FROM own o
UNION
SELECT 'companies', p.parent_id
FROM own o
JOIN company_parents p
  ON p.company_id = o.to_id
WHERE o.to_type = 'companies'
UNION
SELECT 'contacts', p.contact_id
FROM own o
JOIN parties p
  ON p.company_id = o.to_id
WHERE o.to_type = 'companies'
