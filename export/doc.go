// Package export writes what a crawl found and makes it fit to be asked: a lake
// of Parquet files, one folder a snapshot, that any engine reads; a DuckDB file
// derived from it, which the checks and the analysts query; and drawings in DOT.
//
// The row structs, here and in package queries, are the only schema. Their parquet tags give
// the Parquet files their columns, DuckDB derives its tables from files of the
// same structs, and their comment tags become COMMENT ON. Which tags every
// engine reads alike is told in schema.go.
//
// The lake is the truth. A snapshot is staged outside of it, synced, read back
// and checked, and appears by one rename; after that it never changes. The
// DuckDB file can be made again from the lake and the audits at any time.
//
// This is the only package that imports the DuckDB driver.
package export
