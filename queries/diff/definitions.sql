-- Association types that came, went, or are not what they were.

SELECT d.change, d.from_type, NULL::BIGINT AS from_id, NULL::VARCHAR AS from_name, d.to_type, NULL::BIGINT AS to_id, NULL::VARCHAR AS to_name, d.category, d.type_id,
  CASE d.change
    WHEN 'added' THEN []
    WHEN 'limit' THEN ['at most ' || coalesce(CAST(d.old_max_to AS VARCHAR), 'any number')]
    ELSE [coalesce(d.old_label, d.name, 'no label')]
  END AS "before",
  CASE d.change
    WHEN 'deleted' THEN []
    WHEN 'limit' THEN ['at most ' || coalesce(CAST(d.new_max_to AS VARCHAR), 'any number')]
    ELSE [coalesce(d.new_label, d.name, 'no label')]
  END AS "after"
FROM definitions d
WHERE d.change IS NOT NULL
