package sim

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

var searchRoutes = []route{
	{name: "search", method: "POST", legacy: "/crm/v3/objects/{type}/search", dated: "/crm/objects/{v}/{type}/search", serve: searchObjects},
}

// Caps of the search API (HubSpot's guide to it).
const (
	standardSearchPage = 10
	maxSearchPage      = 200
	maxSearchResults   = 10_000
	maxSearchGroups    = 5
	maxGroupFilters    = 6
	maxSearchFilters   = 18
	maxSearchQuery     = 3000
)

// search is a request to the search API.
type search struct {
	Groups []struct {
		Filters []filter `json:"filters"`
	} `json:"filterGroups"`
	Sorts      []sort       `json:"sorts"`
	Query      string       `json:"query"`
	Properties []string     `json:"properties"`
	Limit      *flexibleInt `json:"limit"`
	After      flexibleText `json:"after"`
}

// flexibleText is a text that some clients send as a number.
type flexibleText string

// UnmarshalJSON takes "100", 100 and null.
func (t *flexibleText) UnmarshalJSON(data []byte) error {
	*t = flexibleText(bytes.Trim(bytes.TrimPrefix(data, []byte("null")), `"`))
	return nil
}

// sort is an order of results: the name of a property, with - in front for the
// opposite direction, or an object that says the same.
type sort struct {
	property   string
	descending bool
}

// UnmarshalJSON takes both forms.
func (s *sort) UnmarshalJSON(data []byte) error {
	var doc struct {
		Property  string `json:"propertyName"`
		Direction string `json:"direction"`
	}
	if data[0] != '"' {
		err := json.Unmarshal(data, &doc)
		*s = sort{doc.Property, strings.EqualFold(doc.Direction, "DESCENDING")}
		return err
	}
	if err := json.Unmarshal(data, &s.property); err != nil {
		return err
	}
	s.property, s.descending = strings.CutPrefix(s.property, "-")
	return nil
}

// searchList is a page of results.
type searchList struct {
	Total int `json:"total"`
	objectList
}

// searchObjects answers with the live records that match, as far as the index
// has caught up with them.
func searchObjects(c *call) (answer, error) {
	var s search
	if err := c.decode(&s); err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	from, size, err := s.window()
	if err != nil {
		return answer{}, err
	}
	matches, err := c.matcher(t, s)
	if err != nil {
		return answer{}, err
	}
	var found []*record
	for _, r := range t.sorted {
		if r = c.server.index.seen(r, c.now()); r != nil && r.life == live && matches(r) {
			found = append(found, r)
		}
	}
	s.order(t, found)
	list := searchList{Total: len(found), objectList: objectList{Results: []*object{}}}
	end := min(from+size, len(found), maxSearchResults)
	for _, r := range found[min(from, end):end] {
		list.Results = append(list.Results, r.object(s.Properties))
	}
	if end < len(found) && size > 0 {
		list.Paging = &paging{} // without a link: a search is no GET
		list.Paging.Next.After = strconv.Itoa(end)
	}
	return ok(list), nil
}

// window reads which results are asked for.
func (s search) window() (from, size int, err error) {
	size = standardSearchPage
	if s.Limit != nil {
		size = int(*s.Limit)
	}
	if s.After != "" {
		if from, err = strconv.Atoi(string(s.After)); err != nil || from < 0 {
			return 0, 0, bad("Invalid input: after %q cannot be deserialized: it must be a number", s.After)
		}
	}
	switch {
	case size < 0 || size > maxSearchPage:
		return 0, 0, bad("Invalid input: limit %d: it must be a number from 0 to %d", size, maxSearchPage)
	case from >= maxSearchResults:
		return 0, 0, bad("Paging is limited to %d results: after is %d", maxSearchResults, from)
	}
	return from, size, nil
}

// matcher checks the conditions of a search and makes one function of them: in
// one of the groups every filter must hold.
func (c *call) matcher(t *objectType, s search) (func(*record) bool, error) {
	if err := s.check(t); err != nil {
		return nil, err
	}
	var groups [][]func(*record) bool
	for _, g := range s.Groups {
		var all []func(*record) bool
		for _, f := range g.Filters {
			holds, err := c.filter(t, f)
			if err != nil {
				return nil, err
			}
			all = append(all, holds)
		}
		groups = append(groups, all)
	}
	words := tokensOf(s.Query)
	return func(r *record) bool {
		return (len(groups) == 0 || slices.ContainsFunc(groups, func(all []func(*record) bool) bool {
			return !slices.ContainsFunc(all, func(holds func(*record) bool) bool { return !holds(r) })
		})) && r.mentions(words)
	}, nil
}

// check refuses more than HubSpot takes.
func (s search) check(t *objectType) error {
	filters := 0
	for _, g := range s.Groups {
		filters += len(g.Filters)
		if len(g.Filters) > maxGroupFilters {
			return bad("A filter group can have %d filters, and one has %d", maxGroupFilters, len(g.Filters))
		}
		if len(g.Filters) == 0 {
			return unset("filters")
		}
	}
	switch {
	case len(s.Groups) > maxSearchGroups:
		return bad("A search can have %d filter groups, and this one has %d", maxSearchGroups, len(s.Groups))
	case filters > maxSearchFilters:
		return bad("A search can have %d filters, and this one has %d", maxSearchFilters, filters)
	case len(s.Query) > maxSearchQuery:
		return bad("The query can have %d characters, and this one has %d", maxSearchQuery, len(s.Query))
	case len(s.Sorts) > 1:
		return bad("A search can have 1 sort, and this one has %d", len(s.Sorts))
	case len(s.Sorts) == 1 && !t.knows(s.Sorts[0].property):
		return noProperty(s.Sorts[0].property)
	}
	return nil
}

func noProperty(name string) *problem {
	p := bad("There was a problem with the request.")
	p.Errors = []problemDetail{{Message: "Property " + strconv.Quote(name) + " does not exist", Code: "PROPERTY_DOESNT_EXIST", Context: map[string][]string{"propertyName": {name}}}}
	return p
}

// order sorts results: those made first come first, unless a sort is asked for.
// What has no value comes last.
func (s search) order(t *objectType, found []*record) {
	by := sort{property: "createdate"}
	if len(s.Sorts) > 0 {
		by = s.Sorts[0]
	}
	kind := t.kind(by.property)
	keys := make(map[*record]scalar, len(found))
	for _, r := range found {
		keys[r] = scalarOf(kind, r.get(by.property))
	}
	slices.SortFunc(found, func(a, b *record) int {
		x, y := keys[a], keys[b]
		n := x.compare(y)
		if by.descending {
			n = -n
		}
		switch {
		case x.null && !y.null:
			n = 1
		case y.null && !x.null:
			n = -1
		}
		return cmp.Or(n, cmp.Compare(a.id, b.id))
	})
}
