// Package crawl reads a HubSpot portal into a graphmodel.Snapshot with the
// fewest calls that the API allows.
//
// NewPlan asks for the metadata, and says which object types and which ordered
// pairs of them Run is to read. A lister reads the records of each type in pages of
// 100, from several places at once where the portal takes long to answer, and beside
// search where there are so many that the crawl takes minutes, and hands their ids in
// batches of 1,000 to the pairReaders of the pairs that start from it. What they are
// answered goes through one channel to the collector, which alone puts records into the
// spool, on disk, and associations into the graph.
// What becomes of each input is decided by hubspot.Reader, which asks again and finds
// the one record that spoils a batch, and is entered in the ledger, which alone says
// whether a cell is complete. When all is read, the worklist holds the records against
// those that search knows, looks up what does not fit, reads again what may have
// changed or was not answered, and ends when nothing is left to ask. What it learnt is
// folded into the graph once, and snapshot puts everything into an order that does not
// hang on the order in which answers came.
//
// A cell that the portal refuses (a missing scope) or answers with nonsense is a gap,
// and so is each record that was not answered; the crawl goes on without them. No
// answer at all, a refused token or the end of the daily allowance ends it with an
// error.
package crawl
