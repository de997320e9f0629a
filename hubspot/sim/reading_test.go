package sim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// readPage is the answer to a batch read.
type readPage struct {
	Results []struct {
		From struct{ ID json.Number }
		To   []struct {
			ToObjectID       json.Number `json:"toObjectId"`
			AssociationTypes []struct {
				Category string
				TypeID   int `json:"typeId"`
				Label    *string
			} `json:"associationTypes"`
		}
		Paging *struct{ Next struct{ After string } }
	}
	NumErrors int `json:"numErrors"`
	Errors    []struct {
		Category, SubCategory, Message string
		Context                        map[string][]string
	}
}

// listed is a row: an association type that a record lists towards another.
type listed struct {
	from     string
	fromID   any
	to       string
	toID     any
	category string
	typeID   int
}

// String names the row as tests write it.
func (l listed) String() string {
	typ := fmt.Sprint(l.typeID)
	if l.category != "HUBSPOT_DEFINED" {
		typ = l.category + ":" + typ
	}
	return fmt.Sprint(l.from, " ", l.fromID, " ", l.to, " ", l.toID, " ", typ)
}

// rows reads every association between records of some object types, in both
// directions, page by page.
func (a *api) rows(types ...string) []string {
	a.t.Helper()
	rows := []string{}
	for _, from := range types {
		ids := a.ids(from)
		if len(ids) == 0 {
			continue
		}
		for _, to := range types {
			rows = append(rows, a.rowsBetween(from, ids, to)...)
		}
	}
	slices.Sort(rows)
	return rows
}

// ids lists the live records of a type.
func (a *api) ids(typ string) []string {
	a.t.Helper()
	var ids []string
	for after := ""; ; {
		page := decode[struct {
			Results []struct{ ID string }
			Paging  *struct{ Next struct{ After string } }
		}](a, a.call("GET", "@objects/"+typ+"?limit=100&after="+after, ""), 200)
		for _, o := range page.Results {
			ids = append(ids, o.ID)
		}
		if page.Paging == nil {
			return ids
		}
		after = page.Paging.Next.After
	}
}

func (a *api) rowsBetween(from string, ids []string, to string) []string {
	a.t.Helper()
	type input struct {
		ID    string `json:"id"`
		After string `json:"after,omitempty"`
	}
	var rows []string
	inputs := make([]input, len(ids))
	for i, id := range ids {
		inputs[i].ID = id
	}
	for len(inputs) > 0 {
		body, _ := json.Marshal(map[string]any{"inputs": inputs})
		got := a.call("POST", "@associations/"+from+"/"+to+"/batch/read", string(body))
		if got.status != 200 && got.status != 207 {
			a.t.Fatalf("batch read: status %d, %s", got.status, got.body)
		}
		page := decode[readPage](a, got, got.status)
		inputs = inputs[:0]
		for _, result := range page.Results {
			for _, target := range result.To {
				for _, t := range target.AssociationTypes {
					rows = append(rows, listed{from, result.From.ID, to, target.ToObjectID, t.Category, t.TypeID}.String())
				}
			}
			if result.Paging != nil {
				inputs = append(inputs, input{result.From.ID.String(), result.Paging.Next.After})
			}
		}
	}
	return rows
}

// wantRows checks all rows between records of some object types.
func (a *api) wantRows(want string, types ...string) {
	a.t.Helper()
	lines := slices.DeleteFunc(strings.Split(want, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
	for i := range lines {
		lines[i] = strings.TrimSpace(lines[i])
	}
	slices.Sort(lines)
	if diff := cmp.Diff(lines, a.rows(types...)); diff != "" {
		a.t.Errorf("rows differ (-want +got):\n%s", diff)
	}
}
