package sim

import (
	"net/http"
	"slices"
	"strings"
)

// batchFaults are answers to batches that do not account for what was asked.
var batchFaults = map[string]faultKind{
	"unanswered": {about: "nothing is said about some of the inputs", param: numberParam("COUNT", "1", 1, most), only: batched, edit: unanswered},
	"item":       {about: "one input fails, whatever was done with it", param: anyParam("CATEGORY", "INTERNAL_ERROR"), only: batched, edit: failed},
	"bare-error": {about: "error items without subCategory and context", only: batched, edit: bare},
	"trimmed":    {about: "one of the error items only, with the number of all", only: batched, edit: trimmed},
	"num-errors": {about: "a number of errors that is not theirs", param: numberParam("COUNT", "99", 0, most), only: batched,
		edit: func(d *document, n string) { d.fields["numErrors"] = paramNumber(n) }},
	"status-200": {about: "200, errors or not", only: batched, edit: func(d *document, _ string) { d.status = http.StatusOK }},
	"too-many":   {about: "the first result comes once more", only: batched, edit: func(d *document, _ string) { d.add(func(row map[string]any) {}) }},
	"stranger":   {about: "a result for a record that was not asked for", only: batched, edit: func(d *document, _ string) { d.add(estrange) }},
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

// failed makes an error item of the first result.
func failed(d *document, category string) {
	list := rows(d.fields, "results")
	if len(list) == 0 {
		return
	}
	first := list[0].(map[string]any)
	id := first["id"]
	for _, end := range []string{"from", "to"} {
		if nested, ok := first[end].(map[string]any); ok && id == nil {
			id = nested["id"]
		}
	}
	if id == nil {
		id = first["fromObjectId"]
	}
	errors := append(rows(d.fields, "errors"), map[string]any{"status": "error", "category": category, "message": "Unable to read associations",
		"context": map[string]any{"id": []any{textOf(id)}}})
	d.fields["results"], d.fields["errors"], d.fields["numErrors"], d.status = list[1:], errors, len(errors), http.StatusMultiStatus
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

// add repeats the first result, changed.
func (d *document) add(change func(map[string]any)) {
	if list := rows(d.fields, "results"); len(list) > 0 {
		row := decoded(marshal(list[0]))
		change(row)
		d.fields["results"] = append(list, row)
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
