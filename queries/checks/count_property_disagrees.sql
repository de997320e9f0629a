-- title: Record whose counter in HubSpot is another than its associations
-- severity: medium
-- kind: state
-- description: HubSpot counts the contacts and deals of a record itself. Where the crawl read fewer in many records, it
--   lost some on the way; where it read more, the counter lags. Lists and workflows go by the counter.
-- advice: Look at some of the records in HubSpot, and crawl again where the graph has too few: `hubgraph
--   sql "FROM checks.count_property_disagrees"` has both numbers.
-- needs: objects companies|contacts|deals, associations companies|contacts|deals contacts|deals
-- universe:
--   SELECT c.object_type AS subject_type, count(*) AS n
--   FROM counted_records c
--   GROUP BY c.object_type
-- identity: subject_type, subject_id
-- gate: percent > 1
-- settings: grace_hours int 24
-- properties: companies num_associated_contacts, companies num_associated_deals, contacts num_associated_deals, deals num_associated_contacts
-- tags: crawl, integrity
-- maturity: stable
-- column contacts_counted: How many contacts HubSpot counts; null where it does not
-- column contacts_read: How many contacts were read
-- column deals_counted: How many deals HubSpot counts; null where it does not
-- column deals_read: How many deals were read

SELECT c.object_type AS subject_type, c.object_id AS subject_id, c.name AS subject_name,
  c.contacts_counted, CASE WHEN c.contacts_counted IS NOT NULL THEN coalesce(l.contacts, 0) END AS contacts_read,
  c.deals_counted, CASE WHEN c.deals_counted IS NOT NULL THEN coalesce(l.deals, 0) END AS deals_read,
  c.owner_id, c.url
FROM counted_records c
LEFT JOIN (
  SELECT p.from_type, p.from_id, count(*) FILTER (WHERE p.to_type = 'contacts') AS contacts, count(*) FILTER (WHERE p.to_type = 'deals') AS deals
  FROM (
    SELECT DISTINCT a.from_type, a.from_id, a.to_type, a.to_id
    FROM current_associations a
    WHERE a.from_type IN ('companies', 'contacts', 'deals')
      AND a.to_type IN ('contacts', 'deals')
  ) p
  GROUP BY p.from_type, p.from_id
) l
  ON l.from_type = c.object_type AND l.from_id = c.object_id
WHERE c.contacts_counted <> coalesce(l.contacts, 0)
  OR c.deals_counted <> coalesce(l.deals, 0)
