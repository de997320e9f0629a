-- title: Contact whose company property is not its primary company
-- severity: medium
-- kind: state
-- description: Many scripts and lists read the property in place of the association, so they see another company than
--   HubSpot shows. HubSpot fills it itself, some minutes after the association.
-- advice: Set the primary company again in HubSpot, which fills the property: `hubgraph sql "FROM
--   checks.primary_property_disagrees"` has both.
-- needs: objects contacts, objects companies, associations contacts companies, types contacts companies
-- universe:
--   SELECT count(*) AS n
--   FROM primary_properties p
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24
-- properties: contacts associatedcompanyid
-- tags: primary, companies
-- maturity: stable
-- column property_id: The company of the property associatedcompanyid, under its id of today; null where it is empty
-- column property_name: Name of that company
-- column primary_ids: Its primary companies; null where it has none

SELECT c.object_type AS subject_type, c.object_id AS subject_id, c.name AS subject_name,
  p.property_id, k.name AS property_name, p.primary_ids, c.owner_id, c.url
FROM (
  SELECT e.contact_id, e.property_id,
    CASE WHEN count(q.company_id) > 0 THEN array_sort(array_agg(q.company_id)) END AS primary_ids
  FROM primary_properties e
  LEFT JOIN parties q
    ON q.contact_id = e.contact_id AND q.is_primary
  WHERE NOT EXISTS (
    SELECT s.contact_id
    FROM parties s
    WHERE s.contact_id = e.contact_id AND s.company_id = e.property_id AND s.is_primary
  )
  GROUP BY e.contact_id, e.property_id
) p
JOIN live c
  ON c.object_type = 'contacts' AND c.object_id = p.contact_id
LEFT JOIN objects k
  ON k.object_type = 'companies' AND k.object_id = p.property_id
