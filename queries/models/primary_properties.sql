-- Settled contacts with a company property or a primary company, in portals where the property is filled at all.
-- column contact_id: The contact
-- column property_id: The company of the property associatedcompanyid, under its id of today; null where it is empty

SELECT c.contact_id, coalesce(i.current_id, c.property_id) AS property_id
FROM (
  SELECT o.object_id AS contact_id, try_cast(nullif(trim(o.properties['associatedcompanyid']), '') AS bigint) AS property_id
  FROM live o
  WHERE o.object_type = 'contacts'
    AND o.settled
) c
LEFT JOIN id_alias i
  ON i.object_type = 'companies' AND i.old_id = c.property_id
WHERE (c.property_id IS NOT NULL OR EXISTS (SELECT p.contact_id FROM parties p WHERE p.is_primary AND p.contact_id = c.contact_id))
  AND EXISTS (SELECT o.object_id FROM objects o WHERE o.object_type = 'contacts' AND o.properties['associatedcompanyid'] IS NOT NULL)
