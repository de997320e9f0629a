-- title: Ticket whose contacts all sit at one company that it is not associated with
-- severity: low
-- kind: state
-- description: All contacts of an open ticket have the same primary company, and the ticket is not associated with it, so the
--   account does not show that somebody waits. Support for a partner's customer is meant to be so.
-- advice: Associate the ticket with the company: `hubgraph sql "FROM checks.ticket_contact_company_open"` names it.
-- needs: objects tickets, objects contacts, objects companies, associations tickets contacts, associations contacts tickets,
--   associations tickets companies, associations companies tickets, associations contacts companies, types contacts companies
-- universe:
--   SELECT count(*) AS n
--   FROM ticket_candidates c
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24
-- properties: tickets hs_ticket_priority
-- tags: triangles, tickets
-- maturity: stable
-- column contact_ids: The first five of its contacts that have a primary company
-- column candidate_company_id: Primary company of all these contacts, which the ticket is not associated with
-- column candidate_name: Name of that company
-- column priority: Priority, as HubSpot has it

SELECT t.object_type AS subject_type, t.object_id AS subject_id, t.name AS subject_name,
  c.contact_ids, c.candidate_id AS candidate_company_id, k.name AS candidate_name,
  t.properties['hs_ticket_priority'] AS priority, t.stage, t.owner_id, t.url
FROM ticket_candidates c
JOIN open_records t
  ON t.object_type = 'tickets' AND t.object_id = c.ticket_id
JOIN live k
  ON k.object_type = 'companies' AND k.object_id = c.candidate_id
ANTI JOIN neighbors n
  ON n.from_type = 'tickets' AND n.from_id = c.ticket_id AND n.to_type = 'companies' AND n.to_id = c.candidate_id
WHERE c.candidates = 1
