-- title: Open deal without any contact
-- severity: high
-- kind: state
-- description: The company is known, but not the person who decides. Deals that have no company either are reported by
--   deal_fully_orphaned.
-- advice: Open the deal and associate it with the person who decides. `hubgraph sql "FROM checks.deal_without_contact"`
--   names the contacts of its companies as candidates, those first whose primary company it is.
-- needs: objects deals, objects contacts, objects companies, associations deals contacts,
--   associations contacts deals, associations deals companies, associations companies deals
-- universe:
--   SELECT count(*) AS n
--   FROM open_deals d
--   WHERE d.needs_contact
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24, pipelines_without_contact pipelines
-- tags: orphans, deals
-- maturity: stable
-- column company_ids: Companies that it is associated with
-- column candidates: How many contacts these companies are associated with
-- column candidate_contact_ids: The first five of these, those first whose primary company it is

SELECT d.object_type AS subject_type, d.object_id AS subject_id, d.name AS subject_name,
  d.amount, d.currency, d.pipeline_id, d.pipeline, d.stage_id, d.stage, d.close_date, d.created_at, d.owner_id, d.owner,
  h.customer_ids AS company_ids,
  h.candidates,
  h.candidate_ids AS candidate_contact_ids,
  d.url
FROM half_orphans h
JOIN open_deals d
  ON d.object_id = h.deal_id
WHERE h.lacks = 'contacts'
