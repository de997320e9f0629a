-- Settled companies, contacts and deals of which HubSpot counts the contacts or the deals.
-- column object_type: companies, contacts or deals
-- column object_id: The record
-- column name: Its name
-- column contacts_counted: How many contacts HubSpot counts; null where it does not
-- column deals_counted: How many deals HubSpot counts; null where it does not
-- column owner_id: Its owner
-- column url: The record in HubSpot

SELECT c.object_type, c.object_id, c.name, c.contacts_counted, c.deals_counted, c.owner_id, c.url
FROM (
  SELECT o.object_type, o.object_id, o.name, o.owner_id, o.url,
    CASE WHEN o.object_type <> 'contacts' THEN try_cast(nullif(trim(o.properties['num_associated_contacts']), '') AS bigint) END AS contacts_counted,
    CASE WHEN o.object_type <> 'deals' THEN try_cast(nullif(trim(o.properties['num_associated_deals']), '') AS bigint) END AS deals_counted
  FROM live o
  WHERE o.settled
    AND o.object_type IN ('companies', 'contacts', 'deals')
) c
WHERE coalesce(c.contacts_counted, c.deals_counted) IS NOT NULL
