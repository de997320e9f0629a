package hubspot

import (
	"encoding/json"
	"time"
)

// Object is a record as HubSpot sends it. What it sends in another form than it
// documents costs no more than itself: a number or a truth value in place of a
// text is taken as its text, a list or a document as its JSON, and a time that is
// none is unknown.
type Object struct {
	ID                               int64
	Properties                       map[string]string // those without a value are absent
	CreatedAt, UpdatedAt, ArchivedAt time.Time         // zero where HubSpot says nothing, or what is no time
	Archived                         bool
	// Unreadable is what stands where something else should: its text by the name
	// of the property, or of the key (createdAt, updatedAt, archivedAt, archived,
	// properties). It is nil mostly.
	Unreadable map[string]string
}

// objectsAnswer is the answer of a list, a search or a batch read of records.
type objectsAnswer struct {
	objects []Object
	unnamed int // rows that name no record
	odd     int // rows with values in another form than HubSpot documents
	after   string
	cut     bool  // it has a next page, and no cursor of it
	total   int64 // that a search finds; -1: it does not say
	errors  []errorItem
}

// decodeObjects reads an answer with records.
func decodeObjects(data []byte) (*objectsAnswer, error) {
	if a, ok := scanObjects(data); ok {
		return a, nil
	}
	return decodeObjectsDoc(data)
}

// decodeObjectsDoc is decodeObjects by encoding/json.
func decodeObjectsDoc(data []byte) (*objectsAnswer, error) {
	var doc struct {
		Results               []json.RawMessage
		Paging, Total, Errors json.RawMessage
	}
	if err := unmarshal(data, &doc); err != nil {
		return nil, err
	}
	if doc.Results == nil {
		return nil, errNoResults
	}
	a := &objectsAnswer{objects: make([]Object, 0, len(doc.Results)), total: -1, errors: itemsOf(doc.Errors)}
	var total int64
	if !missing(doc.Total) && json.Unmarshal(doc.Total, &total) == nil && total >= 0 {
		a.total = total
	}
	var err error
	a.after, err = cursorOf(doc.Paging)
	a.cut = err != nil
	for _, row := range doc.Results {
		a.add(row)
	}
	return a, nil
}

// add takes in a row.
func (a *objectsAnswer) add(row []byte) {
	o, odd, ok := objectOf(row)
	if !ok {
		a.unnamed++
		return
	}
	if a.objects = append(a.objects, o); odd {
		a.odd++
	}
}

// objectOf reads a row, and reports whether it has values in another form than HubSpot
// documents, and whether it names a record.
func objectOf(row []byte) (o Object, odd, named bool) {
	var doc struct{ ID, Properties, CreatedAt, UpdatedAt, ArchivedAt, Archived json.RawMessage }
	if json.Unmarshal(row, &doc) != nil {
		return Object{}, false, false
	}
	if o.ID, named = idOf(doc.ID); !named {
		return Object{}, false, false
	}
	odd = o.readProperties(doc.Properties)
	o.CreatedAt = o.time("createdAt", doc.CreatedAt)
	o.UpdatedAt = o.time("updatedAt", doc.UpdatedAt)
	o.ArchivedAt = o.time("archivedAt", doc.ArchivedAt)
	switch text, _ := textOf(doc.Archived); text {
	case "true", "false", "":
		o.Archived = text == "true"
	default:
		o.unreadable("archived", text)
	}
	return o, odd || len(o.Unreadable) > 0 || isText(doc.Archived), true
}

func isText(value json.RawMessage) bool { return len(value) > 0 && value[0] == '"' }

// readProperties reports whether a value is neither text nor missing.
func (o *Object) readProperties(doc json.RawMessage) (odd bool) {
	var values map[string]json.RawMessage
	if json.Unmarshal(doc, &values) != nil && !missing(doc) {
		text, _ := textOf(doc)
		o.unreadable("properties", text)
	}
	o.Properties = make(map[string]string, len(values))
	for name, value := range values {
		if missing(value) {
			continue
		}
		text, plain := textOf(value)
		if o.Properties[name] = text; !plain {
			o.unreadable(name, text)
		}
		odd = odd || !isText(value)
	}
	return odd
}

// time reads a time. It is unknown where there is none, and unreadable where
// something else stands.
func (o *Object) time(name string, value json.RawMessage) (t time.Time) {
	text, _ := textOf(value)
	if text == "" {
		return t
	}
	if value[0] != '"' || t.UnmarshalText([]byte(text)) != nil {
		o.unreadable(name, text)
		return time.Time{}
	}
	return t
}

func (o *Object) unreadable(name, text string) {
	if o.Unreadable == nil {
		o.Unreadable = map[string]string{}
	}
	o.Unreadable[name] = text
}
