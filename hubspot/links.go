package hubspot

import (
	"errors"
	"fmt"
)

// linksAnswer is the answer of a batch read, as it was sent.
type linksAnswer struct {
	links   []Link
	results []linksResult
	errors  []errorItem
	total   int // numErrors
	unnamed int // results that do not say of which record they are
}

// linksResult is the answer to one input: its part of the links, and the cursor
// of its next page, if there is one.
type linksResult struct {
	from       int64
	first, end int
	after      string
	odd        string // why it is no answer; empty mostly
}

// linksDoc is the answer as encoding/json reads it. Pointers tell what is
// missing.
type linksDoc struct {
	Results []struct {
		From *struct{ ID *id }
		To   []struct {
			ToObjectID       *id
			AssociationTypes rawTypes
		}
		Paging struct{ Next struct{ After string } }
	}
	Errors    []errorItem
	NumErrors int
}

// rawTypes is an array of association types, as it was sent.
type rawTypes []byte

// UnmarshalJSON keeps the text.
func (r *rawTypes) UnmarshalJSON(text []byte) error {
	*r = append((*r)[:0], text...)
	return nil
}

// decodeLinks reads the answer of an associations batch read.
func decodeLinks(data []byte, types *typeSets) (*linksAnswer, error) {
	if a, ok := scanLinks(data, types); ok {
		return a, nil
	}
	return decodeLinksDoc(data, types)
}

// decodeLinksDoc is decodeLinks by encoding/json.
func decodeLinksDoc(data []byte, types *typeSets) (*linksAnswer, error) {
	var doc linksDoc
	if err := unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Results == nil {
		return nil, errNoResults
	}
	a := &linksAnswer{errors: doc.Errors, total: doc.NumErrors}
	for i := range a.errors {
		a.errors[i].spare()
	}
	for _, r := range doc.Results {
		if r.From == nil || r.From.ID == nil {
			return nil, errors.New("a result does not say of which record it is")
		}
		result := linksResult{from: int64(*r.From.ID), first: len(a.links), after: r.Paging.Next.After}
		for _, to := range r.To {
			if to.ToObjectID == nil {
				return nil, fmt.Errorf("an association of record %d does not say to which one", result.from)
			}
			set, err := types.of(to.AssociationTypes)
			if err != nil {
				return nil, fmt.Errorf("an association of record %d: %w", result.from, err)
			}
			a.links = append(a.links, Link{result.from, int64(*to.ToObjectID), set})
		}
		result.end = len(a.links)
		a.results = append(a.results, result)
	}
	return a, nil
}
