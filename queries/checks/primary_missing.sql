-- title: Record with companies, none of which is its primary one
-- severity: medium
-- kind: state
-- description: Reports, filters and the properties that HubSpot copies go by the primary company of a contact, deal or
--   ticket. With one company only, that is it; with several somebody has to choose.
-- advice: Where a record has one company, the repair makes that the primary one. Where it has several, choose one in
--   HubSpot: `hubgraph sql "FROM checks.primary_missing"` lists them.
-- needs: objects *, objects companies, associations * companies, types * companies
-- universe:
--   SELECT k.object_type AS subject_type, count(*) AS n
--   FROM company_links k
--   GROUP BY k.object_type
-- identity: subject_type, subject_id
-- gate: new
-- repair: primary
-- settings: grace_hours int 24
-- tags: primary, companies
-- maturity: stable
-- column companies: How many companies it has
-- column company_ids: The first five of them
-- column missing: Association type that marks the primary company, CATEGORY:ID

SELECT o.object_type AS subject_type, o.object_id AS subject_id, o.name AS subject_name, o.amount, o.currency,
  k.companies, k.company_ids,
  d.category || ':' || cast(d.type_id AS string) AS missing,
  o.owner_id, o.url
FROM company_links k
JOIN live o
  ON o.object_type = k.object_type AND o.object_id = k.object_id
JOIN association_types d
  ON d.from_type = k.object_type AND d.to_type = 'companies' AND d.is_primary
WHERE k.primaries = 0
