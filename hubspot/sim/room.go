package sim

import "net/http"

// room counts what records may still be associated with: what users have set,
// which binds new associations only, and what the portal takes at most. What a
// batch wants before counts for what it wants after.
type room struct {
	portal    *Portal
	pairs     map[[2]*record]bool
	rows      map[row]bool
	neighbors map[neighborhood]int
	carrying  map[carrier]int
}

type row struct {
	from, to *record
	typ      *associationType
}

type neighborhood struct {
	of *record
	in *objectType
}

type carrier struct {
	of  *record
	typ *associationType
}

func newRoom(p *Portal) *room {
	return &room{p, map[[2]*record]bool{}, map[row]bool{}, map[neighborhood]int{}, map[carrier]int{}}
}

// room checks one association.
func (p *Portal) room(w wanted) *problem { return newRoom(p).take(w) }

// take makes room for an association in both directions, or says why there is
// none.
func (r *room) take(w wanted) *problem {
	rows := r.of(w)
	for _, row := range rows {
		if p := r.full(row); p != nil {
			return p
		}
	}
	for _, row := range rows {
		r.count(row)
	}
	return nil
}

// of lists the rows that an association would add.
func (r *room) of(w wanted) []row {
	var rows []row
	types := w.types
	if plain := r.portal.pair(w.from.typ, w.to.typ).plain(); plain != nil {
		types = append([]*associationType{plain}, types...)
	}
	for _, t := range types {
		rows = append(rows, row{w.from, w.to, t})
		if t.inverse != nil {
			rows = append(rows, row{w.to, w.from, t.inverse})
		}
	}
	return rows
}

// full says that a row has no room left.
func (r *room) full(w row) *problem {
	if !r.associated(w) {
		most := r.portal.recordCap()
		if plain := r.portal.pair(w.from.typ, w.to.typ).plain(); plain != nil && plain.max > 0 {
			most = min(most, plain.max)
		}
		if r.neighborsOf(w) >= most {
			return r.portal.overLimit(w, most)
		}
	}
	if w.typ.max == 0 || w.typ.plain() || w.typ.single() || r.rows[w] || w.from.has(w.to, w.typ) {
		return nil
	}
	if r.carryingOf(w) >= w.typ.max {
		return r.portal.overLimit(w, w.typ.max)
	}
	return nil
}

func (r *room) count(w row) {
	if !r.associated(w) {
		r.neighbors[neighborhood{w.from, w.to.typ}] = r.neighborsOf(w) + 1
		r.pairs[[2]*record{w.from, w.to}] = true
	}
	if !r.rows[w] && !w.from.has(w.to, w.typ) {
		r.carrying[carrier{w.from, w.typ}] = r.carryingOf(w) + 1
		r.rows[w] = true
	}
}

// associated reports whether the first record lists the second, or will.
func (r *room) associated(w row) bool {
	return r.pairs[[2]*record{w.from, w.to}] || len(w.from.between(w.to)) > 0
}

func (r *room) neighborsOf(w row) int {
	key := neighborhood{w.from, w.to.typ}
	n, counted := r.neighbors[key]
	if !counted {
		n = w.from.neighbors(w.to.typ)
		r.neighbors[key] = n
	}
	return n
}

func (r *room) carryingOf(w row) int {
	key := carrier{w.from, w.typ}
	n, counted := r.carrying[key]
	if !counted {
		n = w.from.carrying(w.typ)
		r.carrying[key] = n
	}
	return n
}

// recordCap is the most records of one object type that a record can be
// associated with.
func (p *Portal) recordCap() int { return switched(p.switches.RecordCap) }

func (p *Portal) overLimit(w row, most int) *problem {
	sub := ""
	if p.switches.LimitError == "named" {
		sub = "ASSOCIATIONS_LIMIT_EXCEEDED"
	}
	return item(validationError, sub, "%s %d already has the maximum of %d associations with %s", w.from.typ.upper(), w.from.id, most, w.to.typ.upper())
}

// alone gives an item's problem the status that it has where it is the answer to
// the request.
func (p *problem) alone() *problem {
	p.status = http.StatusBadRequest
	if p.Category == objectNotFound {
		p.status = http.StatusNotFound
	}
	return p
}
