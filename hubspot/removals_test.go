package hubspot_test

import (
	"context"
	"errors"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

func TestAssociationsAreRemoved(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		all := []hubspot.ArchiveInput{{From: 101, To: []int64{202, 203, 999}}, {From: 103, To: []int64{201}}}
		label := []hubspot.CreateInput{{From: 101, To: 201, Types: []hubspot.LinkType{advisor}}}
		for _, ctx := range []context.Context{t.Context(), hubspot.AllowCreates(t.Context()), hubspot.AllowDefinitions(t.Context())} {
			_, err := c.ArchiveAssociations(ctx, "0-1", "0-2", all)
			_, unlabelled := c.ArchiveLabels(ctx, "0-1", "0-2", label)
			if !errors.Is(err, hubspot.ErrReadOnly) || !errors.Is(unlabelled, hubspot.ErrReadOnly) {
				t.Fatalf("without the right to remove: %v, %v", err, unlabelled)
			}
		}
		ctx := hubspot.AllowRemovals(t.Context())
		if batch, err := c.ArchiveAssociations(ctx, "0-1", "0-2", all); err != nil || len(batch.Failed) > 0 {
			t.Errorf("%+v, %v", batch, err)
		}
		if batch, err := c.ArchiveLabels(ctx, "0-1", "0-2", label); err != nil || len(batch.Failed) > 0 {
			t.Errorf("%+v, %v", batch, err)
		}
		got, _ := links(t, c, "0-1", "0-2", []int64{101})
		want := []hubspot.Link{{From: 101, To: 201, Types: []hubspot.LinkType{primary, plain}}, {From: 101, To: 204, Types: []hubspot.LinkType{plain}}, {From: 101, To: 205, Types: []hubspot.LinkType{plain}}}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if back, err := c.ReadAssociations(t.Context(), "0-2", "0-1", []hubspot.ReadInput{{ID: 203}}); err != nil || len(back.Empty) != 1 {
			t.Errorf("the way back: %+v, %v", back, err)
		}
	})
}

// TestAnUnclearWriteIsNotRepeated has the connection break before and after the
// portal has done the work.
func TestAnUnclearWriteIsNotRepeated(t *testing.T) {
	types := []hubspot.LinkType{plain}
	calls := map[string]func(context.Context, *hubspot.Client) error{
		"create": func(ctx context.Context, c *hubspot.Client) error {
			_, err := c.CreateAssociations(hubspot.AllowCreates(ctx), "0-1", "0-2", []hubspot.CreateInput{{From: 103, To: 203, Types: types}})
			return err
		},
		"archive": func(ctx context.Context, c *hubspot.Client) error {
			_, err := c.ArchiveAssociations(hubspot.AllowRemovals(ctx), "0-1", "0-2", []hubspot.ArchiveInput{{From: 101, To: []int64{203}}})
			return err
		},
		"archive labels": func(ctx context.Context, c *hubspot.Client) error {
			_, err := c.ArchiveLabels(hubspot.AllowRemovals(ctx), "0-1", "0-2", []hubspot.CreateInput{{From: 101, To: 203, Types: types}})
			return err
		},
	}
	for _, name := range []string{"reset", "reset-after", "reset-header", "cut", "html", "500", "504", "no-content"} {
		for what, call := range calls {
			perVersion(t, sim.Options{Faults: []sim.Fault{{Name: name, On: "POST /crm/**"}}}, func(t *testing.T, c *hubspot.Client) {
				err := call(t.Context(), c)
				removed := name == "no-content" && what != "create" // 204 is how v4 says so
				if errors.Is(err, hubspot.ErrUnclear) == removed || (err == nil) != removed || c.Stats().Requests != 1 {
					t.Errorf("%s, %s: %+v, %v", what, name, c.Stats(), err)
				}
			})
		}
	}
}

func TestLimitsOfAPair(t *testing.T) {
	const text = `
label contacts 21 "Advisor" companies 22 "Advises"
limit contacts companies plain 3
limit contacts companies "Advisor" 1
contacts 101
`
	portal, err := sim.Parse("limits", text)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range versions {
		c := serve(t, portal, version, sim.Options{})
		want := []hubspot.Limit{{Category: hubspot.HubSpotDefined, TypeID: 279, Max: 3}, {Category: hubspot.UserDefined, TypeID: 21, Label: "Advisor", Max: 1}}
		got, err := c.PairLimits(t.Context(), "0-1", "0-2")
		if diff := gocmp.Diff(want, got); err != nil || diff != "" {
			t.Error(version, err, diff)
		}
		if back, err := c.PairLimits(t.Context(), "0-2", "0-1"); err != nil || len(back) > 0 {
			t.Errorf("%s, the way back: %+v, %v", version, back, err)
		}
	}
}
