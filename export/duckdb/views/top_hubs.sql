-- The twenty live records with the most neighbors: top_hubs().
-- macro ()

SELECT o.object_type, o.object_id, o.name, o.degree, o.url
FROM live AS l
JOIN objects AS o ON o.object_type = l.object_type AND o.object_id = l.object_id
ORDER BY o.degree DESC, o.object_type, o.object_id
LIMIT 20
