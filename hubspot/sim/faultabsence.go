package sim

import "strconv"

// absenceFaults are lists and searches that say less than there is, and look as
// if they said all.
var absenceFaults = map[string]faultKind{
	"list-ends":     {about: "a list has no cursor behind so many pages, although there are more", param: numberParam("PAGES", "1", 1, most), only: isList, edit: eachPage(ended)},
	"list-lacks":    {about: "a list passes over the records, which are found by search and by id", aim: mustAim, only: isList, edit: lacking},
	"search-lacks":  {about: "search does not find the records, and does not count them", aim: mustAim, unseen: true, only: isSearch, before: unsearched},
	"search-counts": {about: "search counts so many more than it finds, or fewer", param: numberParam("DELTA, such as -1 or 5", "-1", -most, most), only: isSearch, edit: miscounted},
	"search-empty":  {about: "a page of a search is empty and the last, whatever the total says", only: isSearch, edit: foundless},
}

func isList(c *call) bool   { return c.operation == "list" }
func isSearch(c *call) bool { return c.operation == "search" }

// ended takes the cursor from a page. Which page it is follows from the cursors
// that were given before.
func ended(p *onePage, pages string) {
	s := p.stream
	if s.numbers == nil {
		s.numbers = map[string]int{}
	}
	n := max(1, s.numbers[p.after])
	if n >= paramNumber(pages) {
		delete(p.holder, "paging")
		return
	}
	s.numbers[p.next()] = n + 1
}

func lacking(d *document, _ string) {
	d.keep(func(result any) bool { return !d.hits(result) })
}

// unsearched adds to each group of filters that the records are not meant, so
// that pages and totals are those of an index without them. Like any filter it
// counts against the limits of a search.
func unsearched(c *call, _ string) {
	fields := decoded(c.body)
	if fields == nil {
		return
	}
	groups := rows(fields, "filterGroups")
	if len(groups) == 0 {
		groups = []any{map[string]any{}}
	}
	for _, group := range groups {
		if g, ok := group.(map[string]any); ok {
			g["filters"] = append(rows(g, "filters"), map[string]any{"propertyName": "hs_object_id", "operator": "NOT_IN", "values": c.hit})
		}
	}
	fields["filterGroups"] = groups
	c.body = marshal(fields)
}

func miscounted(d *document, delta string) {
	if total, err := strconv.Atoi(textOf(d.fields["total"])); err == nil {
		d.fields["total"] = max(0, total+paramNumber(delta))
	}
}

func foundless(d *document, _ string) {
	d.keep(func(any) bool { return false })
	delete(d.fields, "paging")
}
