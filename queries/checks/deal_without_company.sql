-- title: Open deal without company
-- severity: medium
-- kind: state
-- description: The person is known, but not for whom they buy, so account reports miss the deal. Deals that have no
--   contact either are reported by deal_fully_orphaned. A portal without companies has nothing to find.
-- advice: Open the deal and associate it with its company. `hubgraph sql "FROM checks.deal_without_company"` names the
--   companies of its contacts as candidates, the primary ones apart.
-- needs: objects deals, objects contacts, objects companies, associations deals contacts,
--   associations contacts deals, associations deals companies, associations companies deals, records companies
-- universe:
--   SELECT count(*) AS n
--   FROM open_deals
-- identity: subject_type, subject_id
-- gate: new
-- repair: rule deal_company_of_contacts
-- settings: grace_hours int 24
-- tags: orphans, deals
-- maturity: stable
-- column contact_ids: Contacts that it is associated with
-- column candidates: How many companies these contacts are associated with
-- column candidate_company_ids: The first five of these, primary companies first
-- column candidate_primary_company_ids: Those of the five that are the primary company of one of the contacts

SELECT d.object_type AS subject_type, d.object_id AS subject_id, d.name AS subject_name,
  d.amount, d.currency, d.pipeline_id, d.pipeline, d.stage_id, d.stage, d.close_date, d.created_at, d.owner_id, d.owner,
  h.customer_ids AS contact_ids,
  h.candidates,
  h.candidate_ids AS candidate_company_ids,
  h.primary_ids AS candidate_primary_company_ids,
  d.url
FROM half_orphans h
JOIN open_deals d
  ON d.object_id = h.deal_id
WHERE h.lacks = 'companies'
