-- Open tickets that have contacts with a primary company: which that is.
-- kept
-- column ticket_id: The ticket
-- column contact_ids: The first five of its contacts that have a primary company
-- column candidates: How many primary companies these contacts have between them
-- column candidate_id: One of them

SELECT c.ticket_id,
  array_sort(array_agg(DISTINCT c.contact_id) FILTER (WHERE c.place <= 5)) AS contact_ids,
  count(DISTINCT c.company_id) AS candidates,
  min(c.company_id) AS candidate_id
FROM (
  SELECT t.object_id AS ticket_id, n.to_id AS contact_id, p.company_id, dense_rank() OVER (PARTITION BY t.object_id ORDER BY n.to_id) AS place
  FROM open_records t
  JOIN neighbors n
    ON n.from_type = 'tickets' AND n.from_id = t.object_id AND n.to_type = 'contacts'
  JOIN parties p
    ON p.contact_id = n.to_id AND p.is_primary
  WHERE t.object_type = 'tickets'
) c
GROUP BY c.ticket_id
