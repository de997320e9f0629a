package nightly_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
	"hubgraph/repair"
)

// TestTheDemosPlansTakeNothing applies the two plans of the demo's second night, one that puts
// back what the night lost and one of what the portal determines, and looks at all that the
// touched records list before and after: every row is still there. The second plan is of a
// night before the first was applied, and some of its operations are blocked by a primary
// company that the first put back. Sent as they stand these take it: each loses a row.
func TestTheDemosPlansTakeNothing(t *testing.T) {
	t.Parallel()
	p := newPortal(t, "")
	p.portal = sim.Generate(sim.Spec{Seed: 1})
	p.night("")
	p.portal.Night(1)
	p.night("")
	client, stop := p.client()
	defer stop()
	options := repair.DefaultOptions()
	options.Share, options.Pause = 1, 0
	var held []repair.Operation
	ids := typeIDs(t, client)
	for _, job := range []nightly.Planning{{Night: lake.LastComplete}, {}} {
		plan := p.planned(job)
		before := rowsOf(t, client, ids, plan.Operations)
		run := p.apply(plan, options)
		if gone := lost(before, rowsOf(t, client, ids, plan.Operations)); len(gone) > 0 {
			t.Errorf("a plan without a removal lost %d rows: %v", len(gone), gone)
		}
		for i, r := range run.Operations {
			if *r.Outcome == repair.Blocked && strings.Contains(*r.Cause, "which would lose it") {
				held = append(held, plan.Operations[i])
			}
		}
	}
	took := 0
	for _, op := range held {
		of := []repair.Operation{op}
		before := rowsOf(t, client, ids, of)
		input := hubspot.CreateInput{From: op.FromID, To: op.ToID}
		for _, typ := range op.Types {
			input.Types = append(input.Types, hubspot.LinkType{Category: typ.Category, ID: typ.TypeID})
		}
		if _, err := client.CreateAssociations(hubspot.AllowCreates(t.Context()), ids[op.FromType], ids[op.ToType], []hubspot.CreateInput{input}); err != nil {
			t.Fatal(err)
		}
		if len(lost(before, rowsOf(t, client, ids, of))) > 0 {
			took++
		}
	}
	if took == 0 || took != len(held) {
		t.Errorf("of %d operations that were held back, %d would have taken something", len(held), took)
	}
}

// typeIDs are the ids of the object types of the demo's portal by their names.
func typeIDs(t *testing.T, c *hubspot.Client) map[string]string {
	t.Helper()
	ids := map[string]string{}
	for _, name := range []string{"contacts", "companies", "deals", "tickets", "line_items"} {
		typ, known := hubspot.StandardType(name)
		if !known {
			t.Fatalf("%s is no object type", name)
		}
		ids[name] = typ.ID
	}
	custom, err := c.CustomSchemas(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range custom {
		ids[s.ObjectType.Name] = s.ObjectType.ID
	}
	return ids
}

// rowsOf are all rows that the records of operations list.
func rowsOf(t *testing.T, c *hubspot.Client, ids map[string]string, ops []repair.Operation) map[string]bool {
	t.Helper()
	records := map[string]map[int64]bool{}
	for _, op := range ops {
		for _, end := range []struct {
			of string
			id int64
		}{{op.FromType, op.FromID}, {op.ToType, op.ToID}} {
			if records[end.of] == nil {
				records[end.of] = map[int64]bool{}
			}
			records[end.of][end.id] = true
		}
	}
	rows := map[string]bool{}
	for of := range records {
		for to := range ids {
			var next []hubspot.ReadInput
			for _, id := range slices.Sorted(maps.Keys(records[of])) {
				next = append(next, hubspot.ReadInput{ID: id})
			}
			for len(next) > 0 {
				batch, err := c.ReadAssociations(t.Context(), ids[of], ids[to], next)
				if err != nil {
					t.Fatal(err)
				}
				for _, l := range batch.Links {
					for _, typ := range l.Types {
						rows[fmt.Sprintf("%s:%d -> %s:%d %s:%d", of, l.From, to, l.To, typ.Category, typ.ID)] = true
					}
				}
				next = batch.Next
			}
		}
	}
	return rows
}

// lost are the rows that are not there any more.
func lost(before, after map[string]bool) (gone []string) {
	for row := range before {
		if !after[row] {
			gone = append(gone, row)
		}
	}
	return gone
}
