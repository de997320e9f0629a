-- title: Deal whose contacts belong to none of its companies
-- severity: medium
-- kind: state
-- description: The people and the account do not go together, nor with its parent or its children, so one of them was
--   attached by mistake. Resellers and agencies are meant to be so; contacts without a company say nothing.
-- advice: Open the deal and ask its owner: `hubgraph sql "FROM checks.deal_company_stranger"` names the companies of its
--   contacts.
-- needs: objects deals, objects contacts, objects companies, associations deals contacts, associations contacts deals,
--   associations deals companies, associations companies deals, associations contacts companies, associations companies contacts,
--   associations companies companies
-- universe:
--   SELECT count(*) AS n
--   FROM deal_parties p
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24
-- tags: triangles, deals
-- maturity: experimental
-- column contact_company_ids: Companies of its contacts

SELECT d.object_type AS subject_type, d.object_id AS subject_id, d.name AS subject_name, d.amount, d.currency,
  p.contact_company_ids, d.pipeline, d.stage, d.owner_id, d.url
FROM deal_parties p
JOIN open_deals d
  ON d.object_id = p.deal_id
WHERE p.relatives = 0
