package hubspot

import (
	"bytes"
	"encoding/json"
	"errors"
)

// linksAnswer is the answer of a batch read, as it was sent.
type linksAnswer struct {
	links   []Link
	results []linksResult
	unnamed int // results that do not say of which record they are
	errors  []errorItem
	total   int // numErrors
}

// linksResult is the answer to one input: its part of the links, and the cursor
// of its next page, if there is one.
type linksResult struct {
	from       int64
	first, end int
	after      string
	odd        string // why it is no answer, and has no links; empty mostly
}

// resultDoc is a result as encoding/json reads it.
type resultDoc struct{ From, To, Paging json.RawMessage }

// decodeLinks reads the answer of an associations batch read.
func decodeLinks(data []byte, types *typeSets) (*linksAnswer, error) {
	if a, ok := scanLinks(data, types); ok {
		return a, nil
	}
	return decodeLinksDoc(data, types)
}

// decodeLinksDoc is decodeLinks by encoding/json.
func decodeLinksDoc(data []byte, types *typeSets) (*linksAnswer, error) {
	var doc struct {
		Results           []json.RawMessage
		Errors, NumErrors json.RawMessage
	}
	if err := unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Results == nil {
		return nil, errNoResults
	}
	a := &linksAnswer{errors: itemsOf(doc.Errors), total: countOf(doc.NumErrors)}
	for _, row := range doc.Results {
		a.add(row, types)
	}
	return a, nil
}

// add takes in a result. One that is odd costs nothing but itself.
func (a *linksAnswer) add(row []byte, types *typeSets) {
	var doc resultDoc
	var from struct{ ID json.RawMessage }
	if json.Unmarshal(row, &doc) != nil || missing(doc.From) || json.Unmarshal(doc.From, &from) != nil {
		a.unnamed++
		return
	}
	r := linksResult{first: len(a.links)}
	var named bool
	if r.from, named = idOf(from.ID); !named {
		a.unnamed++
		return
	}
	err := a.addLinks(r.from, doc.To, types)
	if err == nil {
		r.after, err = cursorOf(doc.Paging)
	}
	if err != nil {
		r.odd, a.links = err.Error(), a.links[:r.first]
	}
	r.end = len(a.links)
	a.results = append(a.results, r)
}

// addLinks takes in the associations of a result, up to the first that is none.
func (a *linksAnswer) addLinks(from int64, list json.RawMessage, types *typeSets) error {
	ends := json.NewDecoder(bytes.NewReader(list))
	if first, err := ends.Token(); err != nil || first != json.Delim('[') {
		return errors.New("it has no list of associations")
	}
	for ends.More() {
		var end struct{ ToObjectID, AssociationTypes json.RawMessage }
		err := ends.Decode(&end)
		to, ok := idOf(end.ToObjectID)
		if err != nil || !ok {
			return errors.New("an association does not say to which record")
		}
		set, err := types.of(end.AssociationTypes)
		if err != nil {
			return err
		}
		a.links = append(a.links, Link{from, to, set})
	}
	return nil
}
