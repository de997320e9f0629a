-- Links: one row for each ordered pair of live records, under the ids after merges, whichever end lists it.
-- column from_type: Object type of the record that the link is seen from
-- column from_id: That record
-- column to_type: Object type of the other record
-- column to_id: The other record
-- column types: Association types of this direction, CATEGORY:ID: its own, and the inverses of what the other end lists
-- column labels: Their labels; null where the association is a plain one
-- column is_primary: One of its types marks the primary record
-- column listed: The record lists the other; null where its list was not read
-- column listed_back: The other record lists this one; null where that list was not read

SELECT l.from_type, l.from_id, l.to_type, l.to_id,
  array_sort(array_agg(DISTINCT l.category || ':' || cast(l.type_id AS string)) FILTER (WHERE l.type_id IS NOT NULL)) AS types,
  array_sort(array_agg(DISTINCT l.label) FILTER (WHERE l.label IS NOT NULL)) AS labels,
  bool_or(l.is_primary) AS is_primary,
  bool_or(l.listed) AS listed,
  bool_or(l.pair_listed_back) AS listed_back
FROM link_types l
GROUP BY l.from_type, l.from_id, l.to_type, l.to_id
