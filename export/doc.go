// Package export is the schema of what hubgraph keeps, and turns a graph into rows
// of it.
//
// The row structs, here and in package queries, are the only schema. Their parquet tags give
// the Parquet files their columns, DuckDB derives its tables from files of the
// same structs, and their comment tags become COMMENT ON. Which tags every
// engine reads alike is listed in schema.go.
//
// Package lake publishes the rows as folders of Parquet files, package duckdb makes of
// these the DuckDB file that the checks and the analysts query, and package draw
// draws what is in it.
package export
