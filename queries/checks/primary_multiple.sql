-- title: Record with more than one primary company
-- severity: high
-- kind: state
-- description: There can be one only. HubSpot drops the others when records are merged, so which of them reports go by,
--   nobody knows.
-- advice: Choose one in HubSpot: `hubgraph sql "FROM checks.primary_multiple"` lists the records.
-- needs: objects contacts|deals|tickets, objects companies, associations contacts|deals|tickets companies,
--   types contacts|deals|tickets companies
-- universe:
--   SELECT k.object_type AS subject_type, count(*) AS n
--   FROM company_links k
--   GROUP BY k.object_type
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24
-- tags: primary, companies
-- maturity: stable
-- column primaries: How many of its companies are its primary one
-- column companies: How many companies it has
-- column company_ids: The first five of them

SELECT o.object_type AS subject_type, o.object_id AS subject_id, o.name AS subject_name, o.amount, o.currency,
  k.primaries, k.companies, k.company_ids, o.owner_id, o.url
FROM company_links k
JOIN live o
  ON o.object_type = k.object_type AND o.object_id = k.object_id
WHERE k.primaries > 1
