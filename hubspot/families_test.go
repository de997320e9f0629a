package hubspot_test

import (
	"context"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

const smallPortal = `
label contacts 21 "Advisor" companies 22 "Advises"
contacts 101
contacts 102
companies 201
companies 202
`

// step is one write of a random sequence.
type step struct {
	way   int // which of the ways to write
	pair  hubspot.Pair
	types []hubspot.LinkType
}

// take does a step.
func (s step) take(ctx context.Context, c *hubspot.Client) error {
	var err error
	in := hubspot.CreateInput{From: s.pair.From, To: s.pair.To, Types: s.types}
	v3 := []hubspot.LinkV3{{From: s.pair.From, To: s.pair.To, Type: map[int32]string{279: "contact_to_company_unlabeled", 1: "contact_to_company", 21: "advisor"}[s.types[0].ID]}}
	switch s.way {
	case 0:
		_, err = c.CreateAssociations(ctx, "0-1", "0-2", []hubspot.CreateInput{in})
	case 1:
		err = c.PutAssociation(ctx, "0-1", "0-2", in)
	case 2:
		_, err = c.CreateDefaultAssociations(ctx, "0-1", "0-2", []hubspot.Pair{s.pair})
	case 3:
		_, err = c.PutDefaultAssociation(ctx, "0-1", "0-2", s.pair)
	case 4:
		_, err = c.ArchiveAssociations(ctx, "0-1", "0-2", []hubspot.ArchiveInput{{From: s.pair.From, To: []int64{s.pair.To}}})
	case 5:
		_, err = c.ArchiveLabels(ctx, "0-1", "0-2", []hubspot.CreateInput{in})
	case 6:
		err = c.DeleteAssociation(ctx, "0-1", "0-2", s.pair)
	case 7:
		_, err = c.CreateAssociationsV3(ctx, "0-1", "0-2", v3)
	case 8:
		_, err = c.ArchiveAssociationsV3(ctx, "0-1", "0-2", v3)
	case 9:
		err = c.PutAssociationV1(ctx, hubspot.AssociationV1{From: s.pair.From, To: s.pair.To, TypeID: 279})
	}
	return err
}

// TestBothFamiliesComeToTheSame plays random writes in both path families, each on a
// portal of its own. After each of them both portals list the same, and whatever is
// listed on one side is listed on the other.
func TestBothFamiliesComeToTheSame(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		var clients []*hubspot.Client
		for _, version := range versions {
			portal, err := sim.Parse("portal", smallPortal)
			if err != nil {
				t.Fatal(err)
			}
			url, stop, err := sim.NewServer(portal, sim.Options{}).Start("127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer stop()
			c, err := hubspot.New("pat-test", hubspot.Options{BaseURL: url, APIVersion: version})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			clients = append(clients, c)
		}
		for range rapid.IntRange(1, 12).Draw(r, "steps") {
			s := step{rapid.IntRange(0, 9).Draw(r, "way"), hubspot.Pair{From: rapid.Int64Range(101, 102).Draw(r, "from"), To: rapid.Int64Range(201, 202).Draw(r, "to")},
				rapid.SliceOfNDistinct(rapid.SampledFrom([]hubspot.LinkType{plain, primary, advisor}), 1, 3, func(l hubspot.LinkType) int32 { return l.ID }).Draw(r, "types")}
			var there, back [2][]hubspot.Link
			for i, c := range clients {
				if err := s.take(rights(t.Context()), c); err != nil {
					r.Fatalf("%s: %v", c.APIVersion(), err)
				}
				there[i], _ = links(t, c, "0-1", "0-2", []int64{101, 102})
				back[i], _ = links(t, c, "0-2", "0-1", []int64{201, 202})
			}
			if diff := gocmp.Diff(there[0], there[1]) + gocmp.Diff(back[0], back[1]); diff != "" {
				r.Fatalf("after %+v, - v4, + dated:\n%s", s, diff)
			}
			if len(there[0]) != len(back[0]) {
				r.Fatalf("after %+v there is %+v, and back %+v", s, there[0], back[0])
			}
		}
	})
}
