package sim_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubgraph/hubspot/sim"
)

// writer is a client that writes, with what it expects of the portal.
type writer struct {
	*api
	*model
	ids map[string][]int
}

// ends draws two records of a pair that has types.
func (w writer) ends(t *rapid.T) (from, to end) {
	pair := rapid.SampledFrom(w.pairs()).Draw(t, "pair")
	from = end{pair[0], rapid.SampledFrom(w.ids[pair[0]]).Draw(t, "from")}
	to = end{pair[1], rapid.SampledFrom(w.ids[pair[1]]).Filter(func(id int) bool { return pair[0] != pair[1] || id != from.id }).Draw(t, "to")}
	return from, to
}

func (w writer) drawTypes(t *rapid.T, from, to end) []typeKey {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(w.types(from.typ, to.typ)), 1, 3, rapid.ID[typeKey]).Draw(t, "types")
}

// specs writes types as requests have them.
func specs(types []typeKey) string {
	list := make([]string, len(types))
	for i, t := range types {
		list[i] = fmt.Sprintf(`{"associationCategory":%q,"associationTypeId":%d}`, t.category, t.id)
	}
	return "[" + strings.Join(list, ",") + "]"
}

type request struct{ method, path, body string }

// do sends a request that must be answered with one of some statuses.
func (w writer) do(t *rapid.T, r request, statuses ...int) reply {
	got := w.call(r.method, r.path, r.body)
	if !slices.Contains(statuses, got.status) {
		t.Fatalf("%+v: status %d, %s", r, got.status, got.body)
	}
	return got
}

func (w writer) create(t *rapid.T) {
	from, to := w.ends(t)
	var list []string
	for range rapid.IntRange(1, 3).Draw(t, "inputs") {
		types := w.drawTypes(t, from, to)
		list = append(list, fmt.Sprintf(`{"from":{"id":"%d"},"to":{"id":"%d"},"types":%s}`, from.id, to.id, specs(types)))
		w.write(from, to, types)
	}
	w.do(t, request{"POST", "@associations/" + from.typ + "/" + to.typ + "/batch/create", inputs(list...)}, 201)
}

func (w writer) put1(t *rapid.T) {
	from, to := w.ends(t)
	types := w.drawTypes(t, from, to)
	w.write(from, to, types)
	w.do(t, request{"PUT", fmt.Sprintf("@links/%s/%d/associations/%s/%d", from.typ, from.id, to.typ, to.id), specs(types)}, 201)
}

func (w writer) putDefault(t *rapid.T) {
	from, to := w.ends(t)
	plain := w.plain[[2]string{from.typ, to.typ}]
	status := 400
	if plain.category == "HUBSPOT_DEFINED" {
		status = 200
		w.write(from, to, []typeKey{plain})
	}
	w.do(t, request{"PUT", fmt.Sprintf("@links/%s/%d/associations/default/%s/%d", from.typ, from.id, to.typ, to.id), ""}, status)
}

// movePrimary gives a contact or a deal another primary company.
func (w writer) movePrimary(t *rapid.T) {
	typ := rapid.SampledFrom([]string{"contacts", "deals"}).Draw(t, "type")
	primary := typeKey{typ, "companies", "HUBSPOT_DEFINED", map[string]int{"contacts": 1, "deals": 5}[typ]}
	from := end{typ, rapid.SampledFrom(w.ids[typ]).Draw(t, "from")}
	to := end{"companies", rapid.SampledFrom(w.ids["companies"]).Draw(t, "to")}
	w.write(from, to, []typeKey{primary})
	w.do(t, request{"POST", "@associations/" + typ + "/companies/batch/create", inputs(input(from.id, to.id, fmt.Sprint(primary.id)))}, 201)
}

func (w writer) archive(t *rapid.T) {
	from, to := w.ends(t)
	w.drop(func(r modelRow) bool { return r.from == from && r.to == to })
	if rapid.Bool().Draw(t, "single") {
		w.do(t, request{"DELETE", fmt.Sprintf("@links/%s/%d/associations/%s/%d", from.typ, from.id, to.typ, to.id), ""}, 204)
		return
	}
	w.do(t, request{"POST", "@associations/" + from.typ + "/" + to.typ + "/batch/archive", fmt.Sprintf(`{"inputs":[{"from":{"id":"%d"},"to":[{"id":"%d"}]}]}`, from.id, to.id)}, 200, 204)
}

func (w writer) archiveLabels(t *rapid.T) {
	from, to := w.ends(t)
	types := w.drawTypes(t, from, to)
	for _, typ := range types {
		w.remove(from, to, typ)
	}
	w.do(t, request{"POST", "@associations/" + from.typ + "/" + to.typ + "/batch/labels/archive", inputs(fmt.Sprintf(`{"from":{"id":"%d"},"to":{"id":"%d"},"types":%s}`, from.id, to.id, specs(types)))}, 200, 204)
}

func (w writer) createLabel(t *rapid.T) {
	pair := rapid.SampledFrom(w.pairs()).Draw(t, "pair")
	w.names++
	body := fmt.Sprintf(`{"name":"label%d","label":"Label %d"`, w.names, w.names)
	if rapid.Bool().Draw(t, "paired") {
		body += fmt.Sprintf(`,"inverseLabel":"Inverse %d"`, w.names)
	}
	got := w.do(t, request{"POST", "@associations/" + pair[0] + "/" + pair[1] + "/labels", body + "}"}, 200)
	var made struct {
		Results []struct {
			TypeID int `json:"typeId"`
		}
	}
	if err := json.Unmarshal(got.body, &made); err != nil || len(made.Results) == 0 {
		t.Fatalf("a new label is answered with %s", got.body)
	}
	there := typeKey{pair[0], pair[1], "USER_DEFINED", made.Results[0].TypeID}
	back := typeKey{pair[1], pair[0], "USER_DEFINED", made.Results[len(made.Results)-1].TypeID}
	w.define(there, back, false)
	w.custom = append(w.custom, there)
}

func (w writer) deleteLabel(t *rapid.T) {
	if len(w.custom) == 0 {
		t.Skip("there are no labels")
	}
	i := rapid.IntRange(0, len(w.custom)-1).Draw(t, "label")
	gone := w.custom[i]
	w.custom = slices.Delete(w.custom, i, i+1)
	w.drop(func(r modelRow) bool { return r.typ == gone })
	named := gone
	if rapid.Bool().Draw(t, "by its inverse") {
		named = w.inverse[gone]
	}
	delete(w.inverse, w.inverse[gone])
	delete(w.inverse, gone)
	w.do(t, request{"DELETE", fmt.Sprintf("@associations/%s/%s/labels/%d", named.from, named.to, named.id), ""}, 204)
}

// check compares what can be read with what is expected, and looks for what must
// hold of any portal.
func (w writer) check(t *rapid.T) {
	want := []string{}
	for r := range w.model.rows {
		want = append(want, r.String())
		if m := w.mirror(r); !w.model.rows[m] {
			t.Fatalf("the row %v has no inverse", r)
		}
		if !w.model.rows[modelRow{r.from, r.to, w.plain[[2]string{r.from.typ, r.to.typ}]}] {
			t.Fatalf("the row %v has no plain type beside it", r)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, w.api.rows(modelTypes...)); diff != "" {
		t.Fatalf("rows differ (-want +got):\n%s", diff)
	}
}

// TestWrites plays random writes through the API. After each of them every row
// has its inverse, a record has one primary at most, the plain type stands beside
// each label, and nothing else has changed.
func TestWrites(t *testing.T) {
	t.Parallel()
	text := "object p_cars 2-1001\nlabel deals 41 p_cars 42\nlabel p_cars 43 p_cars\n"
	ids := map[string][]int{"contacts": {1, 5000000002}, "companies": {1, 2, 3}, "deals": {1, 2}, "p_cars": {1, 2}}
	for _, typ := range modelTypes {
		for _, id := range ids[typ] {
			text += fmt.Sprintf("%s %d\n", typ, id)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		f := rapid.SampledFrom(families).Draw(t, "family")
		mode := rapid.SampledFrom([]string{"replace", "add"}).Draw(t, "label-write")
		a := &api{f, t, "", sim.NewServer(parse(t, text+"fact label-write="+mode), sim.Options{PageSize: 2})}
		w := writer{a, newModel(mode == "add"), ids}
		t.Repeat(map[string]func(*rapid.T){
			"": w.check, "create": w.create, "put": w.put1, "default": w.putDefault, "primary": w.movePrimary,
			"archive": w.archive, "unlabel": w.archiveLabels, "define": w.createLabel, "undefine": w.deleteLabel,
		})
	})
}
