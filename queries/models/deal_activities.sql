-- Calls, emails, meetings, notes and tasks of the last 30 days that belong to a contact with exactly one open deal, which is
--   older than they are.
-- column object_type: calls, emails, meetings, notes or tasks
-- column object_id: The activity
-- column contact_id: The contact
-- column deal_id: Its open deal

SELECT q.object_type, q.object_id, q.contact_id, q.deal_id
FROM (
  SELECT a.object_type, a.object_id, min(c.contact_id) FILTER (WHERE c.deal_created_at < a.created_at) AS contact_id,
    min(c.deal_id) FILTER (WHERE c.deal_created_at < a.created_at) AS deal_id,
    count(DISTINCT CASE WHEN c.deal_created_at < a.created_at THEN c.deal_id END) AS deals
  FROM recent_activities a
  CROSS JOIN snapshot s
  JOIN neighbors n
    ON n.from_type = a.object_type AND n.from_id = a.object_id AND n.to_type = 'contacts'
  JOIN (
    SELECT p.from_id AS contact_id, min(p.to_id) AS deal_id, min(p.created_at) AS deal_created_at
    FROM (
      SELECT DISTINCT n.from_id, n.to_id, d.created_at
      FROM neighbors n
      JOIN open_deals d
        ON d.object_id = n.to_id
      WHERE n.from_type = 'contacts'
        AND n.to_type = 'deals'
    ) p
    GROUP BY p.from_id
    HAVING count(*) = 1
  ) c
    ON c.contact_id = n.to_id
  WHERE a.created_at >= s.started_at - interval '30' day
  GROUP BY a.object_type, a.object_id
) q
WHERE q.deals = 1
