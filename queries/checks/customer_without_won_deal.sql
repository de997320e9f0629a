-- title: Customer who never bought anything
-- severity: low
-- kind: state
-- description: The lifecycle says customer, and no deal was won with the contact or one of its companies, nor with the company
--   or one of its children. Where billing lives elsewhere, or customers were imported, that is so by design.
-- advice: Set the lifecycle stage right, or associate the deal: `hubgraph sql "FROM checks.customer_without_won_deal"` lists all.
-- needs: objects contacts, objects companies, objects deals, associations contacts deals, associations deals contacts,
--   associations companies deals, associations deals companies, associations contacts companies, associations companies contacts,
--   associations companies companies, records deals
-- universe:
--   SELECT count(*) AS n
--   FROM live o
--   WHERE o.object_type IN ('contacts', 'companies')
--     AND o.lifecycle_stage = 'customer'
--     AND o.settled
-- identity: subject_type, subject_id
-- gate: percent > 40
-- settings: grace_hours int 24
-- tags: stages, companies
-- maturity: stable

SELECT o.object_type AS subject_type, o.object_id AS subject_id, o.name AS subject_name, o.domain, o.created_at, o.owner_id, o.url
FROM live o
ANTI JOIN buyers b
  ON b.object_type = o.object_type AND b.object_id = o.object_id
WHERE o.object_type IN ('contacts', 'companies')
  AND o.lifecycle_stage = 'customer'
  AND o.settled
