-- title: Open ticket with neither contact nor company
-- severity: high
-- kind: state
-- description: Nobody can be answered, and no report by customer counts it. Tickets from chat have nobody until the visitor
--   says who it is.
-- advice: Open the ticket and associate it with who asked; its conversation may say who that is. `hubgraph
--   sql "FROM checks.ticket_without_requester"` lists all.
-- needs: objects tickets, objects contacts, objects companies, associations tickets contacts, associations contacts tickets,
--   associations tickets companies, associations companies tickets
-- universe:
--   SELECT count(*) AS n
--   FROM open_records t
--   WHERE t.object_type = 'tickets'
-- identity: subject_type, subject_id
-- gate: new
-- settings: grace_hours int 24
-- properties: tickets source_type, tickets hs_conversations_originating_thread_id
-- tags: orphans, tickets
-- maturity: stable
-- column source: Where the ticket came from, as HubSpot has it
-- column conversation_id: Conversation that the ticket was made of

SELECT t.object_type AS subject_type, t.object_id AS subject_id, t.name AS subject_name,
  t.pipeline, t.stage,
  t.properties['source_type'] AS source,
  t.properties['hs_conversations_originating_thread_id'] AS conversation_id,
  t.created_at, t.owner_id, t.url
FROM open_records t
ANTI JOIN neighbors n
  ON n.from_type = 'tickets' AND n.from_id = t.object_id AND n.to_type IN ('contacts', 'companies')
WHERE t.object_type = 'tickets'
