package repair

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

// The records and the pairs of the portals that a witness looks at.
var (
	watchedIDs   = map[string][]int64{"contacts": {1, 2, 3}, "companies": {11, 12, 13}}
	watchedPairs = [][2]string{{"contacts", "companies"}, {"companies", "contacts"}, {"companies", "companies"}}
)

// absorbed is the contact that somebody merges into the first one.
const absorbed = 2

// witness looks at all rows of a portal before and after each request, and knows by that
// who changed what.
type witness struct {
	server  *sim.Server
	portal  *sim.Portal
	inverse func(from, to string, t Type) (Type, bool)
	removes bool           // whether the run under way may remove
	changes map[int]string // by somebody else, in the portal language, by the request before which they come

	last      map[Row]bool // after the last change or request
	wrote     bool         // that request was a write
	plan      *Plan
	ours      map[Row]bool // rows that the runs added and did not take back
	theirs    map[Row]bool // rows that somebody changed since their list was read: no program can know of these
	uncertain map[Row]bool // rows that came, by somebody, between a write and its reading: they look like ours
	merging   bool         // records were merged since the last look at records
	merged    bool         // absorbed was
	changed   int          // lines of somebody that changed a row
	late      int          // rows that went or came through no fault of ours, since somebody was too quick
	harms     []string
}

func newWitness(p *sim.Portal, inverse func(from, to string, t Type) (Type, bool)) *witness {
	w := &witness{server: sim.NewServer(p, sim.Options{Rate: sim.Rate{Requests: 1_000_000, Interval: time.Second}}), portal: p, inverse: inverse,
		ours: map[Row]bool{}, theirs: map[Row]bool{}, uncertain: map[Row]bool{}}
	w.last = w.rows()
	return w
}

// rows are all rows that the portal lists.
func (w *witness) rows() map[Row]bool {
	rows := map[Row]bool{}
	for _, pair := range watchedPairs {
		var inputs []string
		for _, id := range watchedIDs[pair[0]] {
			if w.merged && pair[0] == "contacts" && id == absorbed {
				continue // reading it reads the other one
			}
			inputs = append(inputs, fmt.Sprintf(`{"id":"%d"}`, id))
		}
		req := httptest.NewRequest(http.MethodPost, "/crm/v4/associations/"+pair[0]+"/"+pair[1]+"/batch/read", strings.NewReader(`{"inputs":[`+strings.Join(inputs, ",")+`]}`))
		req.Header.Set("Authorization", "Bearer token")
		req.Header.Set("Content-Type", "application/json")
		answer := httptest.NewRecorder()
		w.server.ServeHTTP(answer, req)
		var doc struct {
			Results []struct {
				From struct {
					ID int64 `json:",string"`
				}
				To []struct {
					ToObjectID       int64
					AssociationTypes []struct {
						Category string
						TypeID   int32
					}
				}
			}
		}
		if err := json.Unmarshal(answer.Body.Bytes(), &doc); err != nil || answer.Code/100 != 2 {
			panic(fmt.Sprintf("%d, %v: %s", answer.Code, err, answer.Body))
		}
		for _, from := range doc.Results {
			for _, to := range from.To {
				for _, t := range to.AssociationTypes {
					rows[Row{pair[0], from.From.ID, pair[1], to.ToObjectID, t.Category, t.TypeID}] = true
				}
			}
		}
	}
	return rows
}

// mirror is the row of the other end.
func (w *witness) mirror(r Row) Row {
	inverse, _ := w.inverse(r.FromType, r.ToType, r.typ())
	return r.ends().reversed().row(inverse)
}

// sees is the fault of a rig.
func (w *witness) sees(r request) string {
	w.judge()
	if line, is := w.changes[r.n]; is {
		w.somebody(line)
	}
	w.wrote = r.write
	if !strings.HasSuffix(r.path, "/batch/read") {
		return ""
	}
	if !r.read {
		w.merging = false
		return ""
	}
	var doc struct {
		Inputs []struct {
			ID int64 `json:",string"`
		}
	}
	if err := json.Unmarshal([]byte(r.body), &doc); err != nil {
		panic(err)
	}
	for _, in := range doc.Inputs {
		for row := range w.theirs {
			if row.FromID == in.ID && strings.Contains(r.path, "/"+typeIDs[row.FromType]+"/"+typeIDs[row.ToType]+"/") {
				delete(w.theirs, row)
			}
		}
	}
	return ""
}

var typeIDs = map[string]string{"contacts": "0-1", "companies": "0-2"}

// somebody changes the portal. What cannot be, since a record went before, is not.
func (w *witness) somebody(line string) {
	if w.portal.Script("somebody", line) != nil {
		return
	}
	if strings.HasPrefix(line, "merge") {
		w.merging, w.merged = true, true
	}
	now := w.rows()
	if !maps.Equal(now, w.last) {
		w.changed++
	}
	for r := range now {
		if !w.last[r] {
			w.theirs[r], w.uncertain[r] = true, true
			delete(w.ours, r)
		}
	}
	for r := range w.last {
		if !now[r] {
			w.theirs[r] = true
			delete(w.ours, r)
		}
	}
	w.last = now
}

// judge looks at what the last request changed.
func (w *witness) judge() {
	now := w.rows()
	for r := range now {
		if w.last[r] {
			continue
		}
		switch {
		case w.wrote && !w.removes && w.planned(r):
			w.ours[r] = true
		case w.wrote && !w.removes && (w.theirs[r] || w.theirs[w.mirror(r)] || w.merging):
			w.late++
		default:
			w.harms = append(w.harms, fmt.Sprintf("%s came, and is not planned", r))
		}
	}
	for r := range w.last {
		if now[r] {
			continue
		}
		switch {
		case w.wrote && w.removes && w.ours[r]:
			delete(w.ours, r)
		case w.wrote && (w.theirs[r] || w.theirs[w.mirror(r)] || w.removes && w.uncertain[r]):
			w.late++
		default:
			w.harms = append(w.harms, fmt.Sprintf("%s is gone", r))
		}
	}
	w.last, w.wrote = now, false
}

// planned reports whether a row is of an operation of the plan: its types, their
// inverses, its effects; or the way back of a row of its pair that was there alone.
func (w *witness) planned(r Row) bool {
	return slices.ContainsFunc(w.plan.Operations, func(op Operation) bool {
		e := op.ends()
		if slices.Contains(op.Effects, r) {
			return true
		}
		if slices.ContainsFunc(op.Types, func(t Type) bool { return e.row(t) == r || w.mirror(e.row(t)) == r }) {
			return true
		}
		return (r.ends() == e || r.ends() == e.reversed()) && w.last[w.mirror(r)]
	})
}

// plainOf are the plain types of the watched pairs.
var plainOf = map[[2]string]Type{
	{"contacts", "companies"}:  plain,
	{"companies", "contacts"}:  plainBack,
	{"companies", "companies"}: {"HUBSPOT_DEFINED", 450},
}

// addition is an operation on a pair as a plan has it, by the rows of the plan's day.
func (w *witness) addition(e ends, t Type, label *string) Operation {
	op := Operation{Action: Add, Class: Given, Source: "pairs.csv", FromType: e.from.Type, FromID: e.from.ID, ToType: e.to.Type, ToID: e.to.ID, Types: []Type{t},
		Before: Before{Forward: w.types(e), Inverse: w.types(e.reversed())}}
	if label != nil {
		op.Labels = []string{*label}
	}
	op.require()
	for _, r := range []Row{w.mirror(e.row(t)), e.row(plainOf[[2]string{e.from.Type, e.to.Type}]), e.reversed().row(plainOf[[2]string{e.to.Type, e.from.Type}])} {
		if !w.last[r] && r != e.row(t) && !slices.Contains(op.Effects, r) {
			op.Effects = append(op.Effects, r)
		}
	}
	for _, r := range append([]Row{e.row(t)}, op.Effects...) {
		if single(r.FromType, r.ToType, r.typ()) {
			op.Require = append(op.Require, Vacant(r.ends().from, r.ends().to, r.typ()))
		}
	}
	return op
}

// types are those that one record lists towards another.
func (w *witness) types(e ends) (types []Type) {
	for r := range w.last {
		if r.ends() == e {
			types = append(types, r.typ())
		}
	}
	return sorted(types)
}

func between(from string, fromID int64, to string, toID int64) ends {
	return ends{graphmodel.Key{Type: from, ID: fromID}, graphmodel.Key{Type: to, ID: toID}}
}
