-- title: Primary company that is another than before
-- severity: medium
-- kind: event
-- description: Reports, and the properties that HubSpot copies, follow the primary company. People change jobs; a move
--   of many at once, or to a company of another domain, is an import or a merge gone wrong.
-- advice: Ask the owner whether it is right: `hubgraph sql "FROM checks.primary_moved"` has both companies. Set it back in
--   HubSpot where it is not.
-- needs: objects contacts|deals|tickets, objects companies, associations contacts|deals|tickets companies,
--   types contacts|deals|tickets companies, baseline
-- universe:
--   SELECT p.object_type AS subject_type, count(*) AS n
--   FROM primary_pairs p
--   GROUP BY p.object_type
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24
-- tags: drift, primary, companies
-- maturity: stable
-- column old_company_id: Primary company in the baseline, under its id of today
-- column old_name: Name of that company
-- column new_company_id: Primary company now
-- column new_name: Name of that company
-- column old_is_gone: The earlier company is archived, or was not seen
-- column same_domain: Both companies have the same web domain; null where one has none
-- column parent_and_child: One of the two companies is the parent of the other

SELECT o.object_type AS subject_type, o.object_id AS subject_id, o.name AS subject_name, o.amount, o.currency,
  p.old_id AS old_company_id, a.name AS old_name,
  p.new_id AS new_company_id, b.name AS new_name,
  a.archived IS NOT FALSE AS old_is_gone,
  lower(a.domain) = lower(b.domain) AS same_domain,
  u.company_id IS NOT NULL OR v.company_id IS NOT NULL AS parent_and_child,
  o.owner_id, o.url
FROM primary_pairs p
JOIN live o
  ON o.object_type = p.object_type AND o.object_id = p.object_id
LEFT JOIN objects a
  ON a.object_type = 'companies' AND a.object_id = p.old_id
LEFT JOIN objects b
  ON b.object_type = 'companies' AND b.object_id = p.new_id
LEFT JOIN company_parents u
  ON u.company_id = p.old_id AND u.parent_id = p.new_id
LEFT JOIN company_parents v
  ON v.company_id = p.new_id AND v.parent_id = p.old_id
WHERE p.old_id <> p.new_id
