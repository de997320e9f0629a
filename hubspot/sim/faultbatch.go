package sim

import (
	"net/http"
	"slices"
	"strings"
)

// batchFaults are answers to batches that do not account for what was asked.
var batchFaults = map[string]faultKind{
	"unanswered": {about: "nothing is said about some of the inputs", param: numberParam("COUNT", "1", 1, most), only: batched, edit: unanswered},
	"item":       {about: "one input fails, whatever was done with it", aim: mayAim, param: anyParam("CATEGORY", "INTERNAL_ERROR"), only: batched, edit: failed},
	"bare-error": {about: "error items without subCategory and context", only: batched, edit: bare},
	"trimmed":    {about: "one of the error items only, with the number of all", only: batched, edit: trimmed},
	"num-errors": {about: "a number of errors that is not theirs", param: numberParam("COUNT", "99", 0, most), only: batched,
		edit: func(d *document, n string) { d.fields["numErrors"] = paramNumber(n) }},
	"status-200": {about: "200, errors or not", only: batched, edit: func(d *document, _ string) { d.status = http.StatusOK }},
	"too-many":   {about: "a result comes once more", aim: mayAim, only: batched, edit: func(d *document, _ string) { d.add(func(row map[string]any) {}) }},
	"stranger":   {about: "a result, once more, for a record that was not asked for", aim: mayAim, only: batched, edit: func(d *document, _ string) { d.add(estrange) }},
	"swapped":    {about: "the results in the opposite order", only: batched, edit: func(d *document, _ string) { slices.Reverse(rows(d.fields, "results")) }},
}

// batched reports whether a request is a batch that is answered by results.
func batched(c *call) bool { return c.route != nil && strings.Contains(c.request.URL.Path, "/batch/") }

// unanswered leaves out results, and where there are no more errors.
func unanswered(d *document, n string) {
	left := paramNumber(n)
	for _, name := range []string{"results", "errors"} {
		list := rows(d.fields, name)
		gone := min(left, len(list))
		if left -= gone; len(list) > 0 {
			d.fields[name] = list[gone:]
		}
	}
	if len(rows(d.fields, "errors")) == 0 {
		delete(d.fields, "errors")
		delete(d.fields, "numErrors")
		return
	}
	d.fields["numErrors"] = len(rows(d.fields, "errors"))
}

// failed makes an error item of the first result, or of what is said of the
// records that are named.
func failed(d *document, category string) {
	if _, ok := d.fields["results"].([]any); !ok {
		return
	}
	if d.call.hit != nil {
		d.silence()
		for _, id := range d.call.hit {
			d.complain(complaint(category, id))
		}
	} else if list := rows(d.fields, "results"); len(list) > 0 {
		d.fields["results"] = list[1:]
		d.complain(complaint(category, subject(list[0])))
	}
}

func bare(d *document, _ string) {
	for _, item := range rows(d.fields, "errors") {
		delete(item.(map[string]any), "subCategory")
		delete(item.(map[string]any), "context")
	}
}

func trimmed(d *document, _ string) {
	if list := rows(d.fields, "errors"); len(list) > 1 {
		d.fields["errors"] = list[:1]
	}
}

// add repeats the first result, or those of the records that are named, changed.
func (d *document) add(change func(map[string]any)) {
	list := rows(d.fields, "results")
	again := list[:min(1, len(list))]
	if d.call.hit != nil {
		again = slices.DeleteFunc(slices.Clone(list), func(result any) bool { return !d.hits(result) })
	}
	for _, result := range again {
		row := decoded(marshal(result))
		change(row)
		list = append(list, row)
	}
	if len(again) > 0 {
		d.fields["results"] = list
	}
}

// strangerID is the id of no record.
const strangerID = "987654321987"

func estrange(row map[string]any) {
	for _, name := range []string{"id", "fromObjectId"} {
		if row[name] != nil {
			row[name] = strangerID
		}
	}
	if from, ok := row["from"].(map[string]any); ok {
		from["id"] = strangerID
	}
}
