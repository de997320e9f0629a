-- Ordered pairs of object types of which both nights read the same, so that a difference is the portal's.
--   Lists count where the way back did not fail either: it was read, or was not to be. No rows without a baseline.
-- kept
-- column kind: associations: what records list; types: the definitions of association types
-- column from_type: Object type that the pair starts from
-- column to_type: Object type that it leads to

SELECT c.kind, c.from_type, c.to_type
FROM coverage c
SEMI JOIN baseline_coverage b
  ON b.kind = c.kind AND b.from_type = c.from_type AND b.to_type = c.to_type AND coalesce(b.readable, b.complete)
ANTI JOIN coverage r
  ON r.kind = 'associations' AND r.kind = c.kind AND r.from_type = c.to_type AND r.to_type = c.from_type
    AND NOT coalesce(r.readable, r.complete) AND coalesce(r.verdict, '') <> 'out_of_scope'
ANTI JOIN baseline_coverage e
  ON e.kind = 'associations' AND e.kind = c.kind AND e.from_type = c.to_type AND e.to_type = c.from_type
    AND NOT coalesce(e.readable, e.complete) AND coalesce(e.verdict, '') <> 'out_of_scope'
WHERE coalesce(c.readable, c.complete)
