package sim

import "slices"

// linkFaults are results of a record's associations, or pages of a list, that are
// not formed as they should be.
var linkFaults = map[string]faultKind{
	"next-bare":  {about: "paging.next without a cursor", aim: mustAim, only: readsAlone, edit: nextBare},
	"to-missing": {about: "a result without to", aim: mustAim, only: readsLinks, edit: eachResult(func(result map[string]any, _ string) { delete(result, "to") })},
	"to-null":    {about: "a result whose to is null", aim: mustAim, only: readsLinks, edit: eachResult(func(result map[string]any, _ string) { result["to"] = nil })},
	"to-empty":   {about: "a result whose to is empty, although there are associations", aim: mustAim, only: readsLinks, edit: eachResult(func(result map[string]any, _ string) { result["to"] = []any{} })},
	"split":      {about: "a result of two associations or more as two with the same from", aim: mustAim, only: readsLinks, edit: halved},
}

func readsLinks(c *call) bool { return c.operation == "associations-read" }

// nextBare takes the cursors from the pages of the records, or from the page of a
// list that holds one.
func nextBare(d *document, _ string) {
	for _, p := range d.pages() {
		if paging, ok := p.holder["paging"].(map[string]any); ok && (p.rows == "results" || d.hits(p.holder)) {
			next, _ := paging["next"].(map[string]any)
			delete(next, "after")
		}
	}
}

// halved leaves the first half of a result, and puts the second behind all.
func halved(d *document, _ string) {
	list := rows(d.fields, "results")
	for _, result := range slices.Clone(list) {
		to := rows(result.(map[string]any), "to")
		if !d.hits(result) || len(to) < 2 {
			continue
		}
		rest := decoded(marshal(result))
		rest["to"] = to[len(to)/2:]
		first := result.(map[string]any)
		first["to"] = to[:len(to)/2]
		delete(first, "paging")
		list = append(list, rest)
	}
	d.fields["results"] = list
}
