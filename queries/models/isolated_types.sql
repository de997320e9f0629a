-- Object types whose records are reported where they are associated with nothing: those of the setting isolated_types, or
--   else the custom ones.
-- column object_type: Object type

SELECT t.object_type
FROM object_types t
WHERE t.custom
  AND NOT EXISTS (SELECT value FROM settings WHERE key = 'isolated_types')
UNION
SELECT s.value
FROM settings s
WHERE s.key = 'isolated_types'
