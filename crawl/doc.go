// Package crawl reads a HubSpot portal into a graphmodel.Snapshot with the
// fewest calls that the API allows.
//
// NewPlan asks for the metadata: the account, what the words of the scope name, the
// schema of each object type, the association types of each ordered pair that a schema
// or HubSpot's documentation names, the pipelines, and how many records there are. Run then lists the records of each type by pages of
// 100, and reads the associations of each ordered pair by batches of 1,000
// records, from both sides, or from the one with fewer records. The two overlap: a
// batch leaves as soon as 1,000 ids of its type are known. Records whose
// associations fill more than one page go on in further passes that share their
// calls.
//
// Meanwhile the portal changes. When all is read, the crawl looks for what does
// not fit (an end that no list returned, an association that one side lacks, a
// record that went into another) and asks for just that again: records by id,
// live and then archived, so that merged, archived and absent ones are told
// apart; and what lists them. At last it holds each type against how many records
// search counts, which costs one search a type, and finds by halves of the ids
// what differs. Both are metadata in the count of calls. A type that differs by
// more than a thousandth, or five records, and has no newer records to explain it,
// is incomplete; one that cannot be searched is read in full but unverifiable.
//
// Whatever was asked and not answered is counted in the coverage of its cell.
// A cell that the portal refuses (a missing scope) or answers with nonsense
// makes the snapshot incomplete and the crawl goes on; no answer at all, a
// refused token or the end of the daily allowance ends it with an error.
//
// Requests run concurrently, but one goroutine alone puts their answers into
// the graph, and everything that is written later is ordered by key: equal
// portals give equal snapshots, in whatever order the answers came.
package crawl
