-- title: Association that carries other labels than before
-- severity: medium
-- kind: event
-- description: Two records were associated in both nights and are so in another role now: the decision maker
--   became a user, or lost the label. Compared are association types, never label texts, and records under
--   their ids after merges. Labels that the whole portal gained or lost are reported by
--   association_definition_changed, changes on one side of a pair by inverse_label_missing, a plain association
--   that went by label_without_default; moves of the primary company are left out.
-- advice: Ask the owner of the records whether the role has changed. If not, set the label again in HubSpot:
--   `hubgraph sql "FROM checks.edge_label_changed"` lists what was lost and added.
-- needs: objects *, associations * *, types * *, baseline
-- universe:
--   SELECT p.from_type, p.to_type, p.n
--   FROM (
--     SELECT a.from_type, a.to_type, count(DISTINCT (a.from_id, a.to_id)) AS n
--     FROM current_associations a
--     ANTI JOIN unread_either_night f
--       ON f.object_type = a.from_type AND f.object_id = a.from_id AND f.to_type = a.to_type
--     ANTI JOIN unread_either_night t
--       ON t.object_type = a.to_type AND t.object_id = a.to_id AND t.to_type = a.from_type
--     ANTI JOIN (
--       SELECT c.from_type, c.from_id, c.to_type, c.to_id
--       FROM association_changes c
--       ANTI JOIN earlier_associations e
--         ON e.from_type = c.from_type AND e.from_id = c.from_id AND e.to_type = c.to_type AND e.to_id = c.to_id
--       WHERE c.added
--     ) n
--       ON n.from_type = a.from_type AND n.from_id = a.from_id AND n.to_type = a.to_type AND n.to_id = a.to_id
--     GROUP BY a.from_type, a.to_type
--   ) p
--   SEMI JOIN compared_cells c
--     ON c.kind = 'associations' AND c.from_type = p.from_type AND c.to_type = p.to_type
-- identity: from_type, from_id, to_type, to_id
-- gate: new
-- repair: restore
-- tags: drift, labels
-- maturity: stable
-- column removed: Association types that it lost, CATEGORY:ID
-- column added: Association types that it gained, CATEGORY:ID
-- column removed_labels: Labels of those that it lost
-- column added_labels: Labels of those that it gained
-- column default_kept: It has the plain association

SELECT c.from_type, c.from_id, f.name AS from_name, c.to_type, c.to_id, t.name AS to_name,
  c.removed, c.added, c.removed_labels, c.added_labels, c.default_kept, f.url
FROM links_changed c
LEFT JOIN objects f
  ON f.object_type = c.from_type AND f.object_id = c.from_id
LEFT JOIN objects t
  ON t.object_type = c.to_type AND t.object_id = c.to_id
