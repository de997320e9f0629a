package sim

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strconv"
)

// pageFaults are answers in which paging goes wrong, and answers with strange rows.
var pageFaults = map[string]faultKind{
	"cursor-cycle":   {about: "the cursors come back after so many pages: 1 is the same cursor again", param: numberParam("PAGES", "1", 1, most), only: readsAlone, edit: eachPage(cycle)},
	"empty-page":     {about: "a page without rows, whose cursor leads to the same page", only: readsAlone, edit: eachPage(emptied)},
	"empty-last":     {about: "the last page has a cursor, which leads to an empty one", only: readsAlone, edit: eachPage(prolonged)},
	"old-rows":       {about: "the first page again, with a cursor that is new each time", only: readsAlone, before: restart, edit: eachPage(renewed)},
	"overlap":        {about: "a page begins with the rows of the page before", only: readsAlone, edit: eachPage(overlapped)},
	"duplicate-rows": {about: "every row comes twice", only: readsAlone, edit: eachPage(doubled)},
	"versions":       {about: "the first row comes twice, the second time older and with other values", only: readsAlone, edit: eachPage(versioned)},
	"link":           {about: "the link to the next page leads elsewhere", param: anyParam("URL", "http://other.invalid/"), only: readsAlone, edit: eachPage(linked)},
	"no-results":     {about: "no key results", only: readsAlone, edit: func(d *document, _ string) { delete(d.fields, "results") }},
	"results-object": {about: "an object in place of the rows", only: readsAlone, edit: func(d *document, _ string) { d.fields["results"] = map[string]any{} }},
	"null-results":   {about: "null in place of the rows", only: readsAlone, edit: func(d *document, _ string) { d.fields["results"] = nil }},
	"ids":            {about: "ids as numbers where they are texts, and the other way round", edit: func(d *document, _ string) { flip(d.fields) }},
	"usage-forgets":  {about: "the usage of the day is given as none", only: func(c *call) bool { return c.operation == "usage" }, edit: forgetUsage},
}

// stream is what a fault remembers of the pages of one list.
type stream struct {
	home string // the cursor to which a cycle leads back
	at   int    // pages since then
	last []any  // the rows of the page before
	// numbers are those of the pages to which cursors lead, from 1.
	numbers map[string]int
}

// onePage is a page in an answer: a list is one, a batch read of associations
// holds one for each of its results.
type onePage struct {
	document *document
	holder   map[string]any // of the rows and of paging
	rows     string         // name of the rows
	after    string         // the cursor that was asked for
	stream   *stream
}

// eachPage makes an edit of pages one of a document.
func eachPage(edit func(*onePage, string)) func(*document, string) {
	return func(d *document, param string) {
		for _, p := range d.pages() {
			edit(p, param)
		}
	}
}

func (d *document) pages() []*onePage {
	if d.call.operation != "associations-read" {
		if _, paged := d.fields["results"].([]any); !paged {
			return nil
		}
		return []*onePage{d.page(d.fields, "results", d.call.query("archived"), d.call.asked())}
	}
	var list []*onePage
	asked := d.call.askedFor()
	for _, result := range rows(d.fields, "results") {
		holder := result.(map[string]any)
		id := textOf(holder["from"].(map[string]any)["id"])
		list = append(list, d.page(holder, "to", id, asked[id]))
	}
	return list
}

func (d *document) page(holder map[string]any, rows, id, after string) *onePage {
	key := d.call.request.Method + d.call.request.URL.Path + "#" + id
	if d.rule.streams[key] == nil {
		d.rule.streams[key] = &stream{}
	}
	return &onePage{d, holder, rows, after, d.rule.streams[key]}
}

// asked is the cursor of a request for one page.
func (c *call) asked() string {
	if after := c.query("after"); after != "" {
		return after
	}
	return textOf(decoded(c.body)["after"]) // a search
}

// askedFor are the cursors of a batch read, by id.
func (c *call) askedFor() map[string]string {
	cursors := map[string]string{}
	for _, input := range rows(decoded(c.body), "inputs") {
		if in, ok := input.(map[string]any); ok {
			cursors[textOf(in["id"])] = textOf(in["after"])
		}
	}
	return cursors
}

// next is the cursor of the page behind; empty on the last one.
func (p *onePage) next() string {
	paging, _ := p.holder["paging"].(map[string]any)
	next, _ := paging["next"].(map[string]any)
	return textOf(next["after"])
}

func (p *onePage) setNext(after string) {
	p.holder["paging"] = map[string]any{"next": map[string]any{"after": after, "link": "?after=" + url.QueryEscape(after)}}
}

// cycle leads back to the first cursor that was asked for, pages later.
func cycle(p *onePage, pages string) {
	s := p.stream
	switch {
	case p.after == "":
		return
	case s.home == "" || s.home == p.after:
		s.home, s.at = p.after, 1
	default:
		s.at++
	}
	if s.at >= paramNumber(pages) || p.next() == "" {
		p.setNext(s.home)
	}
}

func emptied(p *onePage, _ string) {
	p.holder[p.rows] = []any{}
	if after := p.after; after != "" {
		p.setNext(after)
		return
	}
	p.setNext(p.start())
}

// start is a cursor that leads to the first page.
func (p *onePage) start() string {
	if p.rows == "to" {
		return url.QueryEscape(base64.StdEncoding.EncodeToString([]byte("0-0-0")))
	}
	return "0"
}

// prolonged gives the last page a cursor behind its last row.
func prolonged(p *onePage, _ string) {
	list := rows(p.holder, p.rows)
	if p.next() != "" || len(list) == 0 {
		return
	}
	switch last, _ := list[len(list)-1].(map[string]any); {
	case p.rows == "to" || last["toObjectId"] != nil:
		most := slices.MaxFunc(list, func(a, b any) int { return int(rowTarget(a) - rowTarget(b)) })
		p.setNext(url.QueryEscape(base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "0-0-%d", rowTarget(most)))))
	case p.document.call.operation == "search":
		before, _ := strconv.Atoi(p.after)
		p.setNext(strconv.Itoa(before + len(list)))
	default:
		p.setNext(textOf(last["id"]))
	}
}

// rowTarget is the record that a row of associations is about.
func rowTarget(row any) int64 {
	n, _ := strconv.ParseInt(textOf(row.(map[string]any)["toObjectId"]), 10, 64)
	return n
}

// restart makes a request ask for the first page.
func restart(c *call, _ string) {
	q := c.request.URL.Query()
	q.Del("after")
	c.request.URL.RawQuery = q.Encode()
	fields := decoded(c.body)
	if fields == nil {
		return
	}
	delete(fields, "after")
	for _, input := range rows(fields, "inputs") {
		if in, ok := input.(map[string]any); ok {
			delete(in, "after")
		}
	}
	c.body = marshal(fields)
}

func renewed(p *onePage, _ string) { p.setNext(fmt.Sprintf("new-%d", p.document.call.n)) }

func overlapped(p *onePage, _ string) {
	list := rows(p.holder, p.rows)
	p.holder[p.rows] = slices.Concat(p.stream.last, list)
	p.stream.last = list
}

func doubled(p *onePage, _ string) {
	list := rows(p.holder, p.rows)
	p.holder[p.rows] = slices.Concat(list, list)
}

// versioned repeats a record as it might have been before.
func versioned(p *onePage, _ string) {
	list := rows(p.holder, p.rows)
	if len(list) == 0 {
		return
	}
	older := decoded(marshal(list[0]))
	if older["updatedAt"] != nil {
		older["updatedAt"] = timestamp(0)
	}
	properties, _ := older["properties"].(map[string]any)
	for name, value := range properties {
		if text, ok := value.(string); ok && name != "hs_object_id" {
			properties[name] = "older " + text
		}
	}
	p.holder[p.rows] = append(list, older)
}

func linked(p *onePage, link string) {
	if after := p.next(); after != "" {
		p.holder["paging"] = map[string]any{"next": map[string]any{"after": after, "link": link}}
	}
}
