package sim

import (
	"strconv"
	"strings"
)

// isClosed and isWon are properties that HubSpot works out for each deal, and
// nobody can write (its properties of deals; tickets have none of the kind).
const (
	isClosed = "hs_is_closed"
	isWon    = "hs_is_closed_won"
)

// stage finds the stage that a record is in; nil where its pipeline has no such
// stage, or there is no such pipeline any more.
func (r *record) stage() *stage {
	for _, p := range r.typ.pipelines {
		if p.id != r.get(r.typ.pipelineProperty()) {
			continue
		}
		for i := range p.stages {
			if p.stages[i].id == r.get(r.typ.stageProperty()) {
				return &p.stages[i]
			}
		}
	}
	return nil
}

// outcome works isClosed or isWon out from the stage of a deal. What a portal's
// text says of them goes before: it is what HubSpot worked out last, of a stage
// that was deleted since, or that meant something else. A deal in no stage, of which
// the text says nothing, has no value: what HubSpot says there is not known.
func (r *record) outcome(name string) string {
	if i, ok := r.typ.property[name]; ok && i < len(r.values) && r.values[i] != "" {
		return r.values[i]
	}
	s := r.stage()
	if s == nil {
		return ""
	}
	closed := strings.EqualFold(s.metadata["isClosed"], "true")
	probability, err := strconv.ParseFloat(s.metadata["probability"], 64)
	return strconv.FormatBool(closed && (name == isClosed || err == nil && probability == 1))
}

// workedOut reports whether a property is worked out from the stage of records of
// the type.
func (t *objectType) workedOut(name string) bool {
	return t.Name == "deals" && (name == isClosed || name == isWon)
}

// workOutAnew forgets what a text says of isClosed and isWon, for a request has moved
// the record.
func (r *record) workOutAnew() {
	for _, name := range []string{isClosed, isWon} {
		if i, ok := r.typ.property[name]; ok && r.typ.workedOut(name) && i < len(r.values) {
			r.values[i] = ""
		}
	}
}
