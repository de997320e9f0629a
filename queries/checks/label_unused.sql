-- title: Label that nobody uses
-- severity: low
-- kind: state
-- description: A pair of object types has room for 50 labels. One that no association has carried for a month takes a place,
--   and offers itself to be chosen by mistake. Labels that are younger than that are left out, as far as the nights
--   go back.
-- advice: Delete it in HubSpot, if nobody plans to use it: `hubgraph sql "FROM checks.label_unused"` says when each was last
--   in use.
-- needs: associations * *, types * *
-- universe:
--   SELECT l.from_type, l.to_type, count(*) AS n
--   FROM label_history l
--   WHERE l.is_old
--   GROUP BY l.from_type, l.to_type
-- identity: from_type, to_type, category, type_id
-- gate: never
-- settings: unused_days int 30
-- tags: labels
-- maturity: stable
-- column label: The label
-- column known_since: Start of the first night that knew it, UTC
-- column last_used: Start of the last night in which an association carried it, UTC; null where none did

SELECT l.from_type, l.to_type, l.category, l.type_id, l.label, l.known_since, l.last_used
FROM label_history l
WHERE l.is_old
  AND NOT l.is_used
