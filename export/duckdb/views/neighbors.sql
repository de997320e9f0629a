-- Records that a record is associated with, whichever of the two lists it: neighbors('deals', 301).
-- macro (type, id)

SELECT l.to_type, l.to_id, o.name, l.labels, l.is_primary, l.listed, l.listed_back, o.url
FROM links AS l
LEFT JOIN objects AS o ON o.object_type = l.to_type AND o.object_id = l.to_id
WHERE l.from_type = type AND l.from_id = id
ORDER BY l.to_type, l.to_id
