package hubspot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// RecordCounts reads how many records of each object type the account holds, by
// the type's id. It is one call for all types. What HubSpot shows there serves a
// forecast: how fresh it is, is not documented (limits tracking API).
func (c *Client) RecordCounts(ctx context.Context) (map[string]int64, error) {
	type row struct {
		ObjectTypeID string `json:"objectTypeId"`
		Usage        *int64
	}
	var counts map[string]int64
	err := c.do(ctx, opRecordCounts, request{}, func(data []byte) error {
		var doc struct {
			Standard []row                        `json:"hubspotDefinedObjectTypes"`
			Custom   struct{ ByObjectType []row } `json:"customObjectTypes"`
		}
		if err := unmarshal(data, &doc); err != nil {
			return err
		}
		if doc.Standard == nil {
			return errors.New("it counts no object types")
		}
		counts = map[string]int64{}
		for _, r := range append(doc.Standard, doc.Custom.ByObjectType...) {
			if r.ObjectTypeID != "" && r.Usage != nil && *r.Usage >= 0 {
				counts[r.ObjectTypeID] = *r.Usage
			}
		}
		return nil
	})
	return counts, err
}

// ObjectSearch says which records of a type to search for: those whose ids are
// from First to Last, both included. 0 is no bound.
type ObjectSearch struct {
	First, Last int64
	Descending  bool // the largest ids first
	Skip        int  // records to pass over, fewer than MaxSearchSkip
	Limit       int  // records to return, 1 to MaxSearchPage; 0 means 1
	Properties  []string
}

// ObjectsFound is the answer to a search: how many live records match, and the
// first of them in the order of their ids, behind those that were to be passed over.
type ObjectsFound struct {
	Total   int64
	Objects []Object
	Unnamed int // rows that name no record
	Odd     int // of Objects, those with values in another form than HubSpot documents
}

// SearchObjects asks the search index, which lags some seconds behind writes and
// knows no archived records (documentation, "CRM search"). Searches have an
// allowance of their own, 5 a second for the account, and wait for none but each
// other.
func (c *Client) SearchObjects(ctx context.Context, typ string, s ObjectSearch) (ObjectsFound, error) {
	if s.Limit < 0 || s.Limit > MaxSearchPage {
		return ObjectsFound{}, fmt.Errorf("search for %d records of %s: HubSpot returns up to %d in a call", s.Limit, typ, MaxSearchPage)
	}
	if s.Skip < 0 || s.Skip >= MaxSearchSkip {
		return ObjectsFound{}, fmt.Errorf("search for %s behind %d records: HubSpot passes over fewer than %d", typ, s.Skip, MaxSearchSkip)
	}
	var found ObjectsFound
	err := c.do(ctx, opSearchObjects, request{places: []string{typ}, body: s.body()}, func(data []byte) error {
		a, err := decodeObjects(data)
		if err == nil && a.total < 0 {
			err = errors.New("it does not say how many there are")
		}
		if err == nil {
			found = ObjectsFound{Total: a.total, Objects: a.objects, Unnamed: a.unnamed, Odd: a.odd}
		}
		return err
	})
	return found, err
}

type searchFilter struct {
	Property string `json:"propertyName"`
	Operator string `json:"operator"`
	Value    string `json:"value"`
}

type searchGroup struct {
	Filters []searchFilter `json:"filters"`
}

type searchSort struct {
	Property  string `json:"propertyName"`
	Direction string `json:"direction"`
}

// recordID is the property that holds a record's id, of every object type.
const recordID = "hs_object_id"

func (s ObjectSearch) body() any {
	var filters []searchFilter
	for _, bound := range []struct {
		operator string
		id       int64
	}{{"GTE", s.First}, {"LTE", s.Last}} {
		if bound.id != 0 {
			filters = append(filters, searchFilter{recordID, bound.operator, strconv.FormatInt(bound.id, 10)})
		}
	}
	groups := []searchGroup{}
	if len(filters) > 0 {
		groups = append(groups, searchGroup{filters})
	}
	direction := "ASCENDING"
	if s.Descending {
		direction = "DESCENDING"
	}
	return struct {
		FilterGroups []searchGroup `json:"filterGroups"`
		Sorts        []searchSort  `json:"sorts"`
		Properties   []string      `json:"properties"`
		Limit        int           `json:"limit"`
		After        int           `json:"after,omitempty,string"`
	}{groups, []searchSort{{recordID, direction}}, append([]string{recordID}, s.Properties...), max(1, s.Limit), s.Skip}
}

// searchMax is the account's allowance of searches in a second (usage
// guidelines). Answers to them carry no headers that would say so.
const searchMax = 5

// newSearchPace makes searches wait for each other. A share of five is no whole number, so
// that all five leave, in a time that is longer by as much.
func newSearchPace(o Options) *pace {
	p := newPace(1, o.DailyReserve)
	p.most, p.interval, p.stretch = o.SearchRate, time.Second, 1/o.Share
	return p
}

// Allowance is how much may be sent, as far as the portal's answers have said.
type Allowance struct {
	PerSecond float64       // requests, searches aside, that the client sends at most
	Searches  float64       // searches that it sends in a second at most, with answers as fast as the fastest was
	Latency   time.Duration // of the fastest answer; 0: none came yet
	Daily     int64         // requests that the account may send in a day; -1: not known
	Left      int64         // of them, today; -1: not known
}

// SearchesAtOnce is how many searches HubSpot answers at once, before others wait for the next
// second.
func (c *Client) SearchesAtOnce() int {
	c.searches.mu.Lock()
	defer c.searches.mu.Unlock()
	return c.searches.bound()
}

// Allowance says what the client keeps to now.
func (c *Client) Allowance() Allowance {
	c.searches.mu.Lock()
	taken := max(c.searches.window(), c.searches.interval+time.Duration(c.fastest.Load())) // a search counts until an interval after its answer
	searches := float64(c.searches.bound()) / taken.Seconds()
	c.searches.mu.Unlock()
	c.pace.mu.Lock()
	defer c.pace.mu.Unlock()
	return Allowance{PerSecond: c.pace.rate(), Searches: searches, Latency: c.Latency(), Daily: c.pace.daily, Left: c.pace.left}
}
