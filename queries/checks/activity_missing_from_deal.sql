-- title: Activity of a contact that does not stand on its only open deal
-- severity: low
-- kind: state
-- description: Somebody called about the deal, and the deal does not show it. How activities are associated is a setting of the
--   account, so look at the share before you look at single ones.
-- advice: Look at the account's settings for automatic association. `hubgraph sql "FROM
--   checks.activity_missing_from_deal"` names contact and deal.
-- needs: objects calls|emails|meetings|notes|tasks, objects contacts, objects companies, objects deals,
--   associations calls|emails|meetings|notes|tasks contacts|deals, associations contacts deals
-- universe:
--   SELECT a.object_type AS subject_type, count(*) AS n
--   FROM deal_activities a
--   GROUP BY a.object_type
-- identity: subject_type, subject_id
-- gate: percent > 40
-- settings: grace_hours int 24, activity_days int 365
-- tags: activities, deals
-- maturity: experimental
-- column contact_id: The contact that the activity is associated with
-- column deal_id: The only open deal of that contact, which the activity does not stand on
-- column deal_name: Name of that deal

SELECT a.object_type AS subject_type, a.object_id AS subject_id, a.contact_id, a.deal_id, d.name AS deal_name, o.created_at, o.owner_id, o.url
FROM deal_activities a
JOIN live o
  ON o.object_type = a.object_type AND o.object_id = a.object_id
JOIN open_deals d
  ON d.object_id = a.deal_id
ANTI JOIN neighbors n
  ON n.from_type = a.object_type AND n.from_id = a.object_id AND n.to_type = 'deals' AND n.to_id = a.deal_id
