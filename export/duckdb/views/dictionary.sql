-- Every table, view, table macro and column of this file, with what it means.
-- column schema_name: main, or checks, which holds a view for each check
-- column name: The table, view or macro
-- column kind: table, view or macro
-- column column_name: The column; null in the row of the table, view or macro itself
-- column data_type: Type of the column; null in the row of the table, view or macro itself
-- column comment: What it means

SELECT d.schema_name, d.name, d.kind, d.column_name, d.data_type, d.comment
FROM (
  SELECT t.schema_name, t.table_name AS name, 'table' AS kind, NULL AS column_name, NULL AS data_type, t.comment, 0 AS place
  FROM duckdb_tables() AS t
  WHERE NOT t.internal AND t.database_name = current_database()
  UNION ALL
  SELECT v.schema_name, v.view_name, 'view', NULL, NULL, v.comment, 0
  FROM duckdb_views() AS v
  WHERE NOT v.internal AND v.database_name = current_database()
  UNION ALL
  SELECT m.schema_name, m.function_name, 'macro', NULL, NULL, m.comment, 0
  FROM duckdb_functions() AS m
  WHERE NOT m.internal AND m.database_name = current_database()
  UNION ALL
  SELECT c.schema_name, c.table_name, CASE WHEN v.view_name IS NULL THEN 'table' ELSE 'view' END, c.column_name, c.data_type, c.comment, c.column_index
  FROM duckdb_columns() AS c
  LEFT JOIN duckdb_views() AS v
    ON v.database_name = c.database_name AND v.schema_name = c.schema_name AND v.view_name = c.table_name
  WHERE NOT c.internal AND c.database_name = current_database()
) AS d
ORDER BY d.schema_name DESC, d.name, d.place
