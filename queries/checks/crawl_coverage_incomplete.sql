-- title: Part of the portal that the crawl did not read
-- severity: critical
-- kind: state
-- description: What was not read can be neither right nor wrong: the checks that need it leave it out or are skipped. A part
--   of which only single records lack, each named in gaps, counts as read but for these.
-- advice: The reason says whether a scope is missing or HubSpot did not answer. `hubgraph sql "FROM gaps"` names what lacks;
--   `hubgraph doctor` asks the portal what the token may read.
-- needs: nothing
-- universe:
--   SELECT count(*) AS n
--   FROM coverage c
--   WHERE coalesce(c.verdict, 'incomplete') <> 'out_of_scope'
-- identity: what, from_type, to_type
-- gate: never
-- tags: crawl
-- maturity: stable
-- column what: objects of a type, associations of an ordered pair, types (definitions) of such a pair, or owners
-- column from_type: Object type, or the one that the pair starts from
-- column to_type: Object type that the pair leads to; null for objects
-- column requested: Ids or pages asked for
-- column received: Records, answered ids or definitions that came
-- column failed: Ids whose answer was an error
-- column unread: Ids that were asked for and never answered in full
-- column read_but_for_some: All was read but for a few records, each named in gaps
-- column reason: Why it is not complete

SELECT c.kind AS what, c.from_type, c.to_type, c.requested, c.received, c.failed, c.unread,
  coalesce(c.readable, FALSE) AS read_but_for_some, c.reason
FROM coverage c
WHERE NOT c.complete
  AND coalesce(c.verdict, 'incomplete') <> 'out_of_scope'
