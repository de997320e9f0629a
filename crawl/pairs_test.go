package crawl

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"hubgraph/graphmodel"
	"hubgraph/hubspot/sim"
)

// pairsPortal has associations of standard types, of a custom object that only its own
// schema and labels know of, and of two custom objects.
const pairsPortal = `
object p_cars 2-1001
object p_boats 2-1002
label contacts p_cars
label p_cars 31 "Tows" p_boats 32 "Towed by"
label contacts 21 "Champion" companies 22 "Championed by"
contacts 101
contacts 102
companies 201
deals 301
deals 302
line_items 401
p_cars 501
p_boats 601
contacts 101 -> companies 201 "Champion"
contacts 102 -> contacts 101
contacts 102 -> p_cars 501
deals 301 -> contacts 101
deals 302 -> line_items 401
p_cars 501 -> p_boats 601 "Tows"
`

// TestSchemasThatSayLessLoseNothing has schemas without associations, or whose
// associations have no numbers, of all types or of one.
func TestSchemasThatSayLessLoseNothing(t *testing.T) {
	t.Parallel()
	bothVersions(t, func(t *testing.T, version string) {
		calm := serve(t, version, pairsPortal, sim.Options{}).crawl(t, Scope{})
		if slices.ContainsFunc(calm.Coverage, func(c graphmodel.Coverage) bool { return c.Reason != "" }) {
			t.Errorf("without a fault: %+v", calm.Coverage)
		}
		for _, name := range []string{"schema-bare", "schema-ids"} {
			for on, bare := range map[string][]string{
				"": DefaultTypes, "schema": DefaultTypes, "schemas": nil, "GET /crm-object-schemas/*/schemas/0-1": {"contacts"}, "GET /crm-object-schemas/*/schemas/0-8": {"line_items"},
			} {
				s := serve(t, version, pairsPortal, sim.Options{Faults: []sim.Fault{{Name: name, On: on}}})
				result := s.crawl(t, Scope{})
				if diff := cmp.Diff(strings.Split(text(t, calm.Snapshot), "\n"), strings.Split(text(t, result.Snapshot), "\n")); diff != "" || !result.Complete {
					t.Errorf("%s on %q: complete: %t\n%s", name, on, result.Complete, diff)
				}
				var warned []string
				for _, c := range result.Coverage {
					if c.Kind == "types" && c.To == "" && c.Complete && strings.Contains(c.Reason, "names no association types") {
						warned = append(warned, c.From)
					}
				}
				if diff := cmp.Diff(slices.Sorted(slices.Values(bare)), warned); diff != "" {
					t.Errorf("%s on %q: the coverage names %s", name, on, diff)
				}
				plan, err := NewPlan(t.Context(), s.client, Scope{})
				if err != nil || len(plan.Notes) != len(bare) {
					t.Errorf("%s on %q: the plan notes %q, %v", name, on, plan.Notes, err)
				}
			}
		}
	})
}

// TestRefusedSchemasLoseNoAssociations has a token that may not read a schema.
func TestRefusedSchemasLoseNoAssociations(t *testing.T) {
	t.Parallel()
	calm := serve(t, "2026-09", pairsPortal, sim.Options{}).crawl(t, Scope{})
	for _, fault := range []string{"403", "html"} {
		result := serve(t, "2026-09", pairsPortal, sim.Options{Faults: []sim.Fault{{Name: fault, On: "schema"}}}).crawl(t, Scope{})
		if diff := cmp.Diff(strings.Split(text(t, calm.Snapshot), "\n"), strings.Split(text(t, result.Snapshot), "\n")); diff != "" || len(result.Gaps) != len(DefaultTypes) {
			t.Errorf("%s: %+v\n%s", fault, result.Gaps, diff)
		}
	}
}

// TestDefinitionsThatCannotBeReadAreGaps has rows of labels without category, which
// are all that speaks for a pair where the schemas name none.
func TestDefinitionsThatCannotBeReadAreGaps(t *testing.T) {
	t.Parallel()
	calm := serve(t, "2026-09", pairsPortal, sim.Options{}).crawl(t, Scope{})
	for _, name := range []string{"schema-bare", ""} {
		result := serveSpoiled(t, pairsPortal, func(a onTheWay) {
			if strings.Contains(a.request.URL.Path, "/schemas") && name != "" {
				a.doc["associations"] = []any{}
				for _, s := range rowsOf(a) {
					s["associations"] = []any{}
				}
			}
			if strings.HasSuffix(a.request.URL.Path, "/2-1001/2-1002/labels") {
				for _, row := range rowsOf(a) {
					delete(row, "category")
				}
			}
		}).crawl(t, Scope{})
		c := cellOf(t, result.Snapshot, "types", "p_cars", "p_boats")
		if c.Complete || c.Failed != c.Requested || len(result.Gaps) != 1 || result.Gaps[0].To != "p_boats" || text(t, calm.Snapshot) != text(t, result.Snapshot) {
			t.Errorf("%+v, gaps %+v", c, result.Gaps)
		}
	}
}

// rowsOf are the results of an answer.
func rowsOf(a onTheWay) (rows []map[string]any) {
	list, _ := a.doc["results"].([]any)
	for _, row := range list {
		rows = append(rows, row.(map[string]any))
	}
	return rows
}

// TestSchemasWithoutEndsLoseNothing has schemas that do not say of some associations
// between which types they are.
func TestSchemasWithoutEndsLoseNothing(t *testing.T) {
	t.Parallel()
	calm := serve(t, "2026-09", pairsPortal, sim.Options{}).crawl(t, Scope{})
	result := serveSpoiled(t, pairsPortal, func(a onTheWay) {
		for _, s := range append(rowsOf(a), a.doc) {
			list, _ := s["associations"].([]any)
			for _, row := range list {
				of := row.(map[string]any)
				if ends := fmt.Sprint(of["fromObjectTypeId"], of["toObjectTypeId"]); ends == "0-12-1001" || ends == "2-10010-1" {
					of["fromObjectTypeId"] = nil
				}
			}
		}
	}).crawl(t, Scope{})
	if text(t, calm.Snapshot) != text(t, result.Snapshot) || !result.Complete {
		t.Errorf("complete: %t\n%s", result.Complete, cmp.Diff(text(t, calm.Snapshot), text(t, result.Snapshot)))
	}
}

// TestPairsThatOnlyTheDocumentationNames has schemas that name other pairs, and not
// that of deals and line items.
func TestPairsThatOnlyTheDocumentationNames(t *testing.T) {
	t.Parallel()
	const labels = "GET /crm/associations/*/%s/labels"
	isPair := func(from, to any) bool { return from == "0-3" && to == "0-8" || from == "0-8" && to == "0-3" }
	withoutPair := func(a onTheWay) {
		if list, ok := a.doc["associations"].([]any); ok {
			a.doc["associations"] = slices.DeleteFunc(list, func(row any) bool {
				of := row.(map[string]any)
				return isPair(of["fromObjectTypeId"], of["toObjectTypeId"])
			})
		}
	}
	withoutLabels := func(a onTheWay) {
		if strings.HasSuffix(a.request.URL.Path, "/0-3/0-8/labels") || strings.HasSuffix(a.request.URL.Path, "/0-8/0-3/labels") {
			a.doc["results"] = []any{}
		}
	}
	refused := func(kind string) (faults []sim.Fault) {
		for _, pair := range []string{"0-3/0-8", "0-8/0-3"} {
			faults = append(faults, sim.Fault{Name: "status", Param: kind, On: strings.Replace(labels, "%s", pair, 1)})
		}
		return faults
	}
	for name, tt := range map[string]struct {
		edit     func(onTheWay)
		faults   []sim.Fault
		read     bool // the pair
		complete bool
	}{
		"labels list it":                            {withoutPair, nil, true, true},
		"labels are empty":                          {func(a onTheWay) { withoutPair(a); withoutLabels(a) }, nil, false, true},
		"labels are empty, and a schema names it":   {withoutLabels, nil, true, true},
		"there are no labels":                       {withoutPair, refused("404"), false, true},
		"labels are refused as nonsense":            {withoutPair, refused("400"), false, true},
		"labels are refused":                        {withoutPair, refused("403"), true, false},
		"labels are refused, and a schema names it": {func(onTheWay) {}, refused("404"), true, false},
	} {
		s := serveSpoiled(t, pairsPortal, tt.edit, tt.faults...)
		result := s.crawl(t, Scope{})
		read := slices.ContainsFunc(s.server.Requests(), func(r sim.Request) bool { return strings.HasSuffix(r.Path, "/0-3/0-8/batch/read") })
		c := cellOf(t, result.Snapshot, "associations", "deals", "line_items")
		if read != tt.read || result.Complete != tt.complete || !c.Complete || tt.read != (c.Requested == 2) || tt.read == (c.Reason != "") {
			t.Errorf("%s: read %t, complete %t, %+v", name, read, result.Complete, c)
		}
		if defined := slices.ContainsFunc(result.Definitions, func(d graphmodel.Definition) bool { return d.From == "deals" && d.To == "line_items" }); !tt.complete && !defined {
			t.Errorf("%s: the pair has no definitions", name)
		}
	}
}
