// Package duckdb makes the DuckDB file of a portal out of the lake and the audits, and
// opens it to be asked. The file can be made again at any time.
//
// This is the only package that imports the DuckDB driver.
package duckdb

import "hubgraph/export/lake"

// Files are the DuckDB files of a portal's data.
type Files struct {
	*lake.Portal
	Memory Memory // what DuckDB may take to make and check them
}

// Of are the DuckDB files of a portal's data, made within a limit of memory.
func Of(p *lake.Portal, limit Memory) *Files { return &Files{p, limit} }
