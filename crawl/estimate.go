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
	// PerSecond is the rate that the client keeps to, and Minutes the time that
	// the requests take at it.
	PerSecond float64 `json:"requests_per_second"`
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
	e := Estimate{Pairs: len(p.Pairs), PerSecond: a.PerSecond}
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
	if a.PerSecond > 0 {
		e.Minutes = float64(e.Requests) / a.PerSecond / time.Minute.Seconds()
	}
	if lanes != LanesList && e.time() > manyLags*searchLag {
		e.beside(a)
	}
	if a.Daily > 0 {
		share := float64(e.Requests) / float64(a.Daily)
		e.Daily, e.Share = &a.Daily, &share
	}
	if a.Left >= 0 {
		e.Left = &a.Left
	}
	return e
}

// beside has search read what it can from when it may be asked until the lists, of which
// each of its pages takes two, are at their end.
func (e *Estimate) beside(a hubspot.Allowance) {
	const lists = hubspot.MaxSearchPage / hubspot.MaxListPage
	pages := a.Searches * (e.time() - searchLag).Seconds() / (1 + lists*a.Searches/a.PerSecond)
	for _, t := range e.Types {
		e.Searches += t.Lists / lists
	}
	e.Searches = min(e.Searches, int64(pages))
	e.Requests -= (lists - 1) * e.Searches
	e.Minutes = float64(e.Requests-e.Searches) / a.PerSecond / time.Minute.Seconds()
}

// time is what the requests take at that rate; 0 where it is not known.
func (e Estimate) time() time.Duration { return time.Duration(e.Minutes * float64(time.Minute)) }

// calls is the number of calls for n records, of so many each.
func calls(n, size int64) int64 { return (n + size - 1) / size }
