package crawl

import (
	"time"

	"hubgraph/hubspot"
)

// Estimate is what a crawl will cost at least. Records of which HubSpot gives no
// number are not in it, nor are calls that nobody can foresee: for further pages
// of associations, for what changes during the crawl, and repeats.
type Estimate struct {
	Types    []TypeEstimate `json:"types"`
	Pairs    int            `json:"pairs"` // ordered pairs of object types that are read
	Records  int64          `json:"records"`
	Requests int64          `json:"requests"` // beside those that the plan itself took
	// Searches are those of Requests by which search reads records beside lists, at most.
	Searches int64 `json:"searches"`
	// PerSecond is the rate that the client keeps to, LatencyMS how long the portal's
	// fastest answer took, and Minutes the time that the requests take at that rate, or
	// that answers take which wait for each other where that is more.
	PerSecond float64 `json:"requests_per_second"`
	LatencyMS int64   `json:"latency_ms"`
	Minutes   float64 `json:"minutes"`
	// Daily is how many requests the account may send in a day, Left how many of
	// them today, and Share the part of Daily that the crawl takes; null where
	// HubSpot does not say.
	Daily *int64   `json:"daily"`
	Left  *int64   `json:"left"`
	Share *float64 `json:"share"`
}

// TypeEstimate is the part of an object type in an Estimate.
type TypeEstimate struct {
	ObjectType   string `json:"object_type"`
	Records      *int64 `json:"records"` // null where HubSpot does not say
	Lists        int64  `json:"lists"`   // calls that list the records
	Associations int64  `json:"associations"`
	Pairs        int    `json:"pairs"` // that start from the type
}

// Estimate foresees the cost of the crawl, by the lanes that it takes, at what the portal
// allows.
func (p *Plan) Estimate(a hubspot.Allowance, lanes string) Estimate {
	e := Estimate{Pairs: len(p.Pairs), PerSecond: a.PerSecond, LatencyMS: a.Latency.Milliseconds()}
	for _, t := range p.Types {
		of := TypeEstimate{ObjectType: t.Name}
		for _, pair := range p.Pairs {
			if pair.From.ID == t.ID {
				of.Pairs++
			}
		}
		if n, ok := p.counts[t.Name]; ok {
			of.Records = &n
			of.Lists = max(1, calls(n, hubspot.MaxListPage))
			of.Associations = int64(of.Pairs) * calls(n, hubspot.MaxBatchRead)
			e.Records += n
			e.Requests += of.Lists + of.Associations + 1 // and a search, which counts them
		}
		e.Types = append(e.Types, of)
	}
	long := lanes != LanesList && e.paced() > manyLags*searchLag
	if long {
		e.beside(a)
	}
	e.Minutes = max(e.pacedMinutes(), (time.Duration(e.chain(a.Latency, long)) * a.Latency).Minutes())
	if a.Daily > 0 {
		share := float64(e.Requests) / float64(a.Daily)
		e.Daily, e.Share = &a.Daily, &share
	}
	if a.Left >= 0 {
		e.Left = &a.Left
	}
	return e
}

// listsOfSearch is how many pages of a list a page of search stands for.
const listsOfSearch = hubspot.MaxSearchPage / hubspot.MaxListPage

// beside has search read what it can from when it may be asked until the lists, of which
// each of its pages takes two, are at their end.
func (e *Estimate) beside(a hubspot.Allowance) {
	pages := a.Searches * (e.paced() - searchLag).Seconds() / (1 + listsOfSearch*a.Searches/a.PerSecond)
	for _, t := range e.Types {
		e.Searches += t.Lists / listsOfSearch
	}
	e.Searches = min(e.Searches, int64(pages))
	e.Requests -= (listsOfSearch - 1) * e.Searches
}

// Slow reports whether answers take long enough for lists to be read in parts.
func (e Estimate) Slow() bool { return e.LatencyMS >= slow.Milliseconds() }

// paced is what the requests take at the rate; 0 where it is not known.
func (e Estimate) paced() time.Duration {
	return time.Duration(e.pacedMinutes() * float64(time.Minute))
}

func (e Estimate) pacedMinutes() float64 {
	if e.PerSecond <= 0 {
		return 0
	}
	return float64(e.Requests-e.Searches) / e.PerSecond / time.Minute.Seconds()
}

// chain is the most answers that wait for each other: the pages behind one cursor of as many as
// are read side by side, the read of the associations of the last one, and the search that counts
// the records at the end; or the reads of associations, of which so many are under way at once.
func (e Estimate) chain(latency time.Duration, long bool) int64 {
	most, reads := int64(0), int64(0)
	cursors := int64(mostParts)
	if long {
		cursors = listersBeside + 2 + searchers*listsOfSearch // beside the first and the last part
	}
	for _, t := range e.Types {
		if t.Records == nil {
			continue
		}
		reads += t.Associations
		pages := t.Lists
		if size := partSize(*t.Records, latency, long); size > 0 {
			pages = max(calls(int64(size), hubspot.MaxListPage), calls(pages, cursors))
		}
		most = max(most, pages)
	}
	if most = max(most, calls(reads, mostWorkers)); most > 0 {
		most += 2
	}
	return most
}

// calls is the number of calls for n records, of so many each.
func calls(n, size int64) int64 { return (n + size - 1) / size }
