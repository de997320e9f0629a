package sim

import (
	"bytes"
	"net/http"
)

// linkWriter writes the answer to a batch read, by hand: this is where a portal's
// bulk goes.
type linkWriter struct {
	call    *call
	to      *objectType
	once    bool // an id that is asked for again is passed over
	seen    map[int64]bool
	results []byte
	starts  []int // of each result
	errors  []byte
	failed  int
	empty   [][]byte // of the error, between the places of the id
	groups  [][]link
	next    int // behind the last record that was found, in the order of ids
}

// linkWriter takes a writer that an earlier batch read has grown, or a new one.
func (c *call) linkWriter(to *objectType) *linkWriter {
	w, ok := c.server.writers.Get().(*linkWriter)
	if !ok {
		w = &linkWriter{seen: map[int64]bool{}}
	}
	clear(w.seen)
	*w = linkWriter{call: c, to: to, seen: w.seen, results: w.results[:0], starts: w.starts[:0], errors: w.errors[:0], groups: w.groups[:0]}
	return w
}

func (w *linkWriter) input(from *objectType, in readInput) error {
	switch {
	case !in.ID.ok:
		w.problem(notNumeric(in.ID.text))
		return nil
	case w.once && w.seen[in.ID.n]:
		return nil
	case w.once:
		w.seen[in.ID.n] = true
	}
	r := w.find(from, in.ID.n)
	if r == nil && w.call.portal.switches.MissingFrom == "missing" {
		w.problem(recordMissing(fromNotFound, from, *in.ID))
		return nil
	}
	var links []link
	if r != nil {
		links = towards(w.call.links(r), w.to)
	}
	links, next, err := w.call.page(links, in.After)
	if err != nil {
		return err
	}
	if len(links) == 0 {
		w.none(from, in.ID.n)
		return nil
	}
	w.result(in.ID.n, links, next)
	return nil
}

// find finds a record whose associations can be read. Most ids that are asked for
// follow one another, and then the next record is near at hand.
func (w *linkWriter) find(t *objectType, id int64) *record {
	if w.next < len(t.sorted) && t.sorted[w.next].id == id && t.sorted[w.next].life == live {
		w.next++
		return t.sorted[w.next-1]
	}
	if at, ok := t.find(id); ok {
		w.next = at + 1
	}
	return w.call.portal.associated(t, id)
}

// answer puts the results into an order that is not that of the inputs.
func (w *linkWriter) answer() answer {
	status, end := w.call.end(http.StatusOK, nil)
	b := make([]byte, 0, len(w.results)+len(w.errors)+256)
	b = append(b, `{"status":"COMPLETE","results":[`...)
	if n := len(w.starts); n > 1 {
		middle := w.starts[1+w.call.n%(n-1)]
		b = append(append(b, w.results[middle:]...), ',')
		b = append(b, w.results[:middle-1]...)
	} else {
		b = append(b, w.results...)
	}
	b = append(b, `],`...)
	if w.failed > 0 {
		status = http.StatusMultiStatus
		b = appendInt(append(b, `"numErrors":`...), int64(w.failed))
		b = append(append(append(b, `,"errors":[`...), w.errors...), `],`...)
	}
	return answer{status: status, raw: append(b, bytes.TrimPrefix(marshal(end), []byte{'{'})...)}
}

// fails begins an error item, and reports whether it is to be listed.
func (w *linkWriter) fails() bool {
	w.failed++
	if w.failed == 1 {
		return true
	}
	if w.call.portal.switches.Errors == "trimmed" {
		return false
	}
	w.errors = append(w.errors, ',')
	return true
}

func (w *linkWriter) problem(p *problem) {
	if w.fails() {
		w.errors = append(w.errors, bytes.TrimSpace(marshal(p))...)
	}
}

// none says that a record has no associations: the most frequent error by far,
// which is cut at the places of the id once.
func (w *linkWriter) none(from *objectType, id int64) {
	if !w.fails() {
		return
	}
	if w.empty == nil {
		const place = 1 << 62
		w.empty = bytes.Split(bytes.TrimSpace(marshal(noAssociations(from, w.to, place))), appendInt(nil, place))
	}
	w.errors = append(w.errors, w.empty[0]...)
	for _, piece := range w.empty[1:] {
		w.errors = append(appendInt(w.errors, id), piece...)
	}
}

// result writes one page of the links of a record.
func (w *linkWriter) result(id int64, links []link, next string) {
	b := w.results
	if len(w.starts) > 0 {
		b = append(b, ',')
	}
	w.starts = append(w.starts, len(b))
	b = append(b, `{"from":{"id":"`...)
	b = appendInt(b, id)
	b = append(b, `"},"to":[`...)
	b = w.targets(b, links)
	b = append(b, ']')
	if next != "" {
		b = append(b, `,"paging":{"next":{"after":"`...)
		b = append(b, next...)
		b = append(b, `","link":"`...)
		b = append(b, w.call.linkTo(w.call.typ("from"), id, w.to, next)...)
		b = append(b, `"}}`...)
	}
	w.results = append(b, '}')
}

// targets writes the records at the other end, each with its types; neither is
// in any order.
func (w *linkWriter) targets(b []byte, links []link) []byte {
	w.groups = appendGroups(w.groups[:0], links)
	shift := w.call.n
	for i := range w.groups {
		g := w.groups[(i+shift)%len(w.groups)]
		if i > 0 {
			b = append(b, ',')
		}
		b = w.call.appendID(append(b, `{"toObjectId":`...), g[0].to.id)
		b = append(b, `,"associationTypes":[`...)
		for j := range g {
			if j > 0 {
				b = append(b, ',')
			}
			b = append(b, g[(j+shift)%len(g)].typ.json...)
		}
		b = append(b, `]}`...)
	}
	return b
}

// idsAreText reports whether this answer writes the ids of associated records as
// text.
func (c *call) idsAreText() bool {
	return c.portal.switches.IDs == "string" || c.portal.switches.IDs == "dated-string" && c.dated
}

func (c *call) appendID(b []byte, id int64) []byte {
	if c.idsAreText() {
		return append(appendInt(append(b, '"'), id), '"')
	}
	return appendInt(b, id)
}
