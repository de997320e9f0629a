-- title: Qualified lead without a deal
-- severity: high
-- kind: state
-- description: Somebody said that there is something to sell, and a week later nobody has made the deal: the hand-over broke.
--   Which stages count as qualified, the setting qualified_stages says, by the ids of the stages.
-- advice: Make the deal, or associate the one that its contact has: `hubgraph sql "FROM
--   checks.qualified_lead_without_deal"` names the deals of its contacts.
-- needs: objects leads, objects contacts, objects deals, associations leads deals, associations deals leads, associations leads contacts,
--   associations contacts deals
-- universe:
--   SELECT count(*) AS n
--   FROM qualified_leads q
-- identity: subject_type, subject_id
-- gate: new
-- settings: lead_days int 7, qualified_stages list qualified-stage-id
-- properties: leads hs_v2_date_entered_current_stage
-- tags: stages, leads
-- maturity: stable
-- column since: The day when it came into the stage; where HubSpot does not say, the one on which it was made
-- column contact_ids: Contacts that it is associated with; null where there are none
-- column deals_of_contacts: Deals of these contacts; null where there are none

SELECT l.object_type AS subject_type, l.object_id AS subject_id, l.name AS subject_name,
  q.stage, q.since, c.contact_ids, c.deal_ids AS deals_of_contacts, l.owner_id, l.url
FROM qualified_leads q
JOIN live l
  ON l.object_type = 'leads' AND l.object_id = q.lead_id
ANTI JOIN neighbors n
  ON n.from_type = 'leads' AND n.from_id = q.lead_id AND n.to_type = 'deals'
LEFT JOIN (
  SELECT n.from_id, array_sort(array_agg(DISTINCT n.to_id)) AS contact_ids, array_sort(array_agg(DISTINCT d.to_id) FILTER (WHERE d.to_id IS NOT NULL)) AS deal_ids
  FROM neighbors n
  LEFT JOIN neighbors d
    ON d.from_type = 'contacts' AND d.from_id = n.to_id AND d.to_type = 'deals'
  WHERE n.from_type = 'leads'
    AND n.to_type = 'contacts'
  GROUP BY n.from_id
) c
  ON c.from_id = q.lead_id
