-- title: List of associations that looks cut off at the end of a page
-- severity: critical
-- kind: state
-- description: The record lists exactly as many others as fit on so many pages, and more of them list the record. So it
--   looks where a client does not read on behind a page.
-- advice: Crawl again, and report it where it stays. `hubgraph sql "FROM full_lists"` has all lists that end with a
--   page, most of which are whole.
-- needs: objects *, associations * *, directions
-- universe:
--   SELECT f.from_type, f.to_type, count(*) AS n
--   FROM full_lists f
--   GROUP BY f.from_type, f.to_type
-- identity: from_type, from_id, to_type
-- gate: never
-- settings: page_size int 100
-- tags: crawl
-- maturity: stable
-- column from_id: Record whose list looks cut off
-- column to_type: Object type of what it lists
-- column listed: How many it lists
-- column neighbors: How many there are, if those are counted that list the record

SELECT f.from_type, f.from_id, o.name AS from_name, f.to_type, f.listed, f.neighbors, o.url
FROM full_lists f
JOIN objects o
  ON o.object_type = f.from_type AND o.object_id = f.from_id
WHERE f.neighbors > f.listed
