-- Settled contacts with a company property or a primary company, in portals where the property is filled at all.
-- column contact_id: The contact
-- column property_id: The company of the property associatedcompanyid, under its id of today; null where it is empty
-- column primary_ids: Its primary companies; null where it has none

SELECT c.contact_id, coalesce(i.current_id, c.property_id) AS property_id, p.primary_ids
FROM (
  SELECT o.object_id AS contact_id, try_cast(nullif(trim(o.properties['associatedcompanyid']), '') AS bigint) AS property_id
  FROM live o
  WHERE o.object_type = 'contacts'
    AND o.settled
) c
LEFT JOIN id_alias i
  ON i.object_type = 'companies' AND i.old_id = c.property_id
LEFT JOIN (
  SELECT contact_id, array_sort(array_agg(company_id)) AS primary_ids
  FROM parties
  WHERE is_primary
  GROUP BY contact_id
) p
  ON p.contact_id = c.contact_id
WHERE (c.property_id IS NOT NULL OR p.contact_id IS NOT NULL)
  AND EXISTS (SELECT o.object_id FROM objects o WHERE o.object_type = 'contacts' AND o.properties['associatedcompanyid'] IS NOT NULL)
