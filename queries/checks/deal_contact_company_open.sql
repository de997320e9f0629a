-- title: Deal whose contacts all sit at one company that it is not associated with
-- severity: medium
-- kind: state
-- description: All contacts of an open deal have the same primary company, and the deal is associated with others only:
--   account reports count its money for the wrong one. A deal without any company is reported by deal_without_company. Contacts
--   whose label towards the deal says that they are outsiders do not count: the setting outsider_labels.
-- advice: Agencies and resellers are right as they are. `hubgraph sql "FROM checks.deal_contact_company_open"` names
--   the company that the others are to be associated with.
-- needs: objects deals, objects contacts, objects companies, associations deals contacts, associations contacts deals,
--   associations deals companies, associations companies deals, associations contacts companies,
--   types deals contacts, types contacts companies
-- universe:
--   SELECT count(DISTINCT c.deal_id) AS n
--   FROM deal_candidates c
-- identity: subject_type, subject_id
-- gate: new
-- repair: rule deal_company_of_contacts
-- settings: grace_hours int 24, outsider_labels list advisor agency consultant partner reseller
-- tags: triangles, deals
-- maturity: stable
-- column contact_ids: The first five of its contacts that have a primary company
-- column candidate_company_id: Primary company of all these contacts, which the deal is not associated with
-- column candidate_name: Name of that company
-- column company_ids: The first five companies of the deal

SELECT d.object_type AS subject_type, d.object_id AS subject_id, d.name AS subject_name, d.amount, d.currency,
  c.contact_ids, c.candidate_id AS candidate_company_id, k.name AS candidate_name,
  c.company_ids, d.pipeline, d.stage, d.owner_id, d.owner, d.url
FROM deal_candidates c
JOIN open_deals d
  ON d.object_id = c.deal_id
JOIN live k
  ON k.object_type = 'companies' AND k.object_id = c.candidate_id
ANTI JOIN neighbors n
  ON n.from_type = 'deals' AND n.from_id = c.deal_id AND n.to_type = 'companies' AND n.to_id = c.candidate_id
WHERE c.candidates = 1
