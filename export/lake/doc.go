// Package lake keeps what crawls read and audits found in a data folder: a lake of
// Parquet files, one folder a snapshot, that any engine reads, and beside it one folder
// an audit.
//
// The lake is the truth. A folder is staged outside of it, synced, read back
// and checked, and appears by one rename; after that nothing changes but what Rewrite
// erases, where a folder gives its place to another in one step.
package lake
