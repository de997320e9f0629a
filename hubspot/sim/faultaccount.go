package sim

import (
	"net/http"
	"slices"
	"strconv"
)

// accountFaults are answers to batch reads that look whole and do not account for
// a record.
var accountFaults = map[string]faultKind{
	"silent":        {about: "nothing is said of the records", aim: mustAim, only: readsBatch, edit: func(d *document, _ string) { d.silence() }},
	"trimmed-over":  {about: "nothing is said of the records but that so many more failed; of the error items one is left", aim: mustAim, only: readsBatch, edit: trimmedOver},
	"item-too":      {about: "an error item beside the record's result: that it has none, or of the category", aim: mustAim, param: anyParam("CATEGORY", ""), only: readsBatch, edit: itemToo},
	"item-nameless": {about: "an error item that names no record, in place of the record's result", aim: mustAim, param: anyParam("CATEGORY", "INTERNAL_ERROR"), only: readsBatch, edit: nameless},
	"item-other":    {about: "an error item about another record, which was not asked for, in place of the record's result", aim: mustAim, only: readsBatch, edit: mistaken},
	"later-none":    {about: "a later page of the record's associations says that the record has none", aim: mustAim, only: readsLater, edit: exhausted},
}

func readsBatch(c *call) bool { return batched(c) && readsAlone(c) }

// readsLater reports whether a request asks for a page of a record's associations
// that is not the first.
func readsLater(c *call) bool {
	return c.operation == "associations-read" && slices.ContainsFunc(c.asks(), func(in any) bool { return later(in) != "" })
}

func later(input any) string {
	in, _ := input.(map[string]any)
	return textOf(in["after"])
}

// keep leaves those results that are wanted.
func (d *document) keep(wanted func(any) bool) {
	if list, ok := d.fields["results"].([]any); ok {
		d.fields["results"] = slices.DeleteFunc(list, func(result any) bool { return !wanted(result) })
	}
}

// silence takes away all that is said of the records that are hit, and gives
// those of them that had a result.
func (d *document) silence() (answered []string) {
	d.keep(func(result any) bool {
		hit := d.hits(result)
		if id := subject(result); hit && !slices.Contains(answered, id) {
			answered = append(answered, id)
		}
		return !hit
	})
	if errors := rows(d.fields, "errors"); errors != nil {
		d.setErrors(slices.DeleteFunc(errors, d.forgotten))
	}
	return answered
}

// forgotten takes the records that are hit out of an error item, and reports
// whether it names no others.
func (d *document) forgotten(item any) bool {
	fields, _ := item.(map[string]any)
	context, _ := fields["context"].(map[string]any)
	gone := false
	for _, key := range []string{"id", "ids", "fromObjectId"} {
		list := rows(context, key)
		left := slices.DeleteFunc(slices.Clone(list), func(id any) bool { return slices.Contains(d.call.hit, textOf(id)) })
		if len(left) < len(list) {
			context[key], gone = left, len(left) == 0
		}
	}
	return gone
}

// setErrors sets the error items, with their number and the status.
func (d *document) setErrors(items []any) {
	if len(items) > 0 {
		d.fields["errors"], d.fields["numErrors"], d.status = items, len(items), http.StatusMultiStatus
		return
	}
	delete(d.fields, "errors")
	delete(d.fields, "numErrors")
	if d.status == http.StatusMultiStatus {
		d.status = http.StatusOK
	}
}

// complain adds an error item.
func (d *document) complain(item map[string]any) { d.setErrors(append(rows(d.fields, "errors"), item)) }

// complaint is an error item about a record; with no id it names none.
func complaint(category, id string) map[string]any {
	item := map[string]any{"status": "error", "category": category, "message": "Unable to read associations"}
	if id != "" {
		item["context"] = map[string]any{"id": []any{id}}
	}
	return item
}

// absence is the error item of no associations, or of no such record.
func (d *document) absence(id string) map[string]any {
	types := d.call.ofTypes()
	if d.call.operation == "read" {
		return decoded(marshal(notGot(types[0], id)))
	}
	n, _ := strconv.ParseInt(id, 10, 64) // an id of the answer
	return decoded(marshal(noAssociations(types[0], types[len(types)-1], n)))
}

func trimmedOver(d *document, _ string) {
	if _, ok := d.fields["results"].([]any); !ok {
		return
	}
	failed := paramNumber(textOf(d.fields["numErrors"]))
	failed += len(d.silence())
	listed := rows(d.fields, "errors")
	d.fields["errors"], d.fields["numErrors"], d.status = append([]any{}, listed[:min(1, len(listed))]...), failed, http.StatusMultiStatus
}

func itemToo(d *document, category string) {
	for _, result := range rows(d.fields, "results") {
		switch {
		case !d.hits(result):
		case category == "":
			d.complain(d.absence(subject(result)))
		default:
			d.complain(complaint(category, subject(result)))
		}
	}
}

func nameless(d *document, category string) {
	for range d.silence() {
		d.complain(complaint(category, ""))
	}
}

func mistaken(d *document, _ string) {
	for range d.silence() {
		d.complain(d.absence(strangerID))
	}
}

func exhausted(d *document, _ string) {
	asked := d.call.askedFor()
	d.call.hit = slices.DeleteFunc(d.call.hit, func(id string) bool { return asked[id] == "" })
	for _, id := range d.silence() {
		d.complain(d.absence(id))
	}
}
