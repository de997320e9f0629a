package hubspot_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// perVersionOf runs a test on a portal of this text in each path family.
func perVersionOf(t *testing.T, text string, o sim.Options, test func(*testing.T, *hubspot.Client)) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			portal, err := sim.Parse("portal", text)
			if err != nil {
				t.Fatal(err)
			}
			test(t, serve(t, portal, version, o))
		})
	}
}

// all reads all pages of a list.
func all[Row any](t *testing.T, pages iter.Seq2[[]Row, error]) (rows []Row, calls int) {
	t.Helper()
	for page, err := range pages {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, page...)
		calls++
	}
	return rows, calls
}

// rights are all rights to write.
func rights(ctx context.Context) context.Context {
	return hubspot.AllowCreates(hubspot.AllowRemovals(hubspot.AllowDefinitions(ctx)))
}

// typesOf are the association types of a pair of records, as the portal lists them.
func typesOf(t *testing.T, c *hubspot.Client, from, to string, a, b int64) []hubspot.LinkType {
	t.Helper()
	got, _ := links(t, c, from, to, []int64{a})
	for _, l := range got {
		if l.To == b {
			return l.Types
		}
	}
	return nil
}

// crowd is a portal with a contact that has more companies than a page holds.
func crowd(n int) string {
	var text strings.Builder
	text.WriteString("contacts 1\ncontacts 2\n")
	for i := range n {
		fmt.Fprintf(&text, "companies %d\ncontacts 1 -> companies %d\n", 1000+i, 1000+i)
	}
	return text.String()
}

func TestOneRecordIsListedToTheEnd(t *testing.T) {
	perVersionOf(t, crowd(hubspot.MaxSinglePage+3), sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		got, calls := all(t, c.RecordAssociations(t.Context(), "0-1", "0-2", 1))
		want, _ := links(t, c, "0-1", "0-2", []int64{1})
		slices.SortFunc(got, func(a, b hubspot.Link) int { return int(a.To - b.To) })
		if diff := gocmp.Diff(want, got); diff != "" || calls != 2 {
			t.Errorf("in %d calls: %s", calls, diff)
		}
		if got, calls := all(t, c.RecordAssociations(t.Context(), "0-1", "0-2", 2)); len(got) > 0 || calls != 1 {
			t.Errorf("of a record without associations: %+v in %d calls", got, calls)
		}
		v3, calls := all(t, c.RecordAssociationsV3(t.Context(), "0-1", "0-2", 1))
		if len(v3) != hubspot.MaxSinglePage+3 || calls != 6 {
			t.Errorf("v3: %d rows in %d calls", len(v3), calls)
		}
		v1, calls := all(t, c.RecordAssociationsV1(t.Context(), 1, 279))
		if len(v1) != hubspot.MaxSinglePage+3 || calls != 6 {
			t.Errorf("v1: %d rows in %d calls", len(v1), calls)
		}
		read, err := c.ReadAssociationsV3(t.Context(), "0-1", "0-2", []int64{1, 2, 77})
		if slices.Sort(read.Empty); err != nil || !slices.Equal(read.Cut, []int64{1}) || len(read.Links) != 100 || !slices.Equal(read.Empty, []int64{2, 77}) {
			t.Errorf("v3 batch: %+v, %v", read, err)
		}
		for link, err := range c.RecordAssociations(t.Context(), "0-1", "0-2", 77) {
			if !errors.Is(err, hubspot.ErrNotFound) || link != nil {
				t.Errorf("of a record that is not there: %+v, %v", link, err)
			}
		}
	})
}

// TestPagesOfOneRecordEnd has cursors that lead in a circle.
func TestPagesOfOneRecordEnd(t *testing.T) {
	perVersionOf(t, crowd(hubspot.MaxSinglePage+3), sim.Options{Faults: []sim.Fault{{Name: "cursor-cycle"}}}, func(t *testing.T, c *hubspot.Client) {
		calls := 0
		var last error
		for _, err := range c.RecordAssociations(t.Context(), "0-1", "0-2", 1) {
			if calls++; calls > 10 {
				t.Fatal("it does not end")
			}
			last = err
		}
		if !errors.Is(last, hubspot.ErrMalformed) {
			t.Errorf("%v after %d calls", last, calls)
		}
	})
}

func TestOnePairIsWritten(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		ctx := rights(t.Context())
		if err := c.PutAssociation(ctx, "0-1", "0-2", hubspot.CreateInput{From: 103, To: 203, Types: []hubspot.LinkType{advisor}}); err != nil {
			t.Fatal(err)
		}
		if diff := gocmp.Diff([]hubspot.LinkType{advisor, plain}, typesOf(t, c, "0-1", "0-2", 103, 203)); diff != "" {
			t.Error(diff)
		}
		if err := c.PutAssociation(ctx, "0-1", "0-2", hubspot.CreateInput{From: 103, To: 999, Types: []hubspot.LinkType{plain}}); !errors.Is(err, hubspot.ErrNotFound) || errors.Is(err, hubspot.ErrUnclear) {
			t.Errorf("a record that is not there: %v", err)
		}
		err := c.PutAssociation(ctx, "0-2", "0-1", hubspot.CreateInput{From: 203, To: 103, Types: []hubspot.LinkType{plain}})
		if err == nil || errors.Is(err, hubspot.ErrUnclear) {
			t.Errorf("the wrong direction: %v", err)
		}
		if err := c.DeleteAssociation(ctx, "0-1", "0-2", hubspot.Pair{From: 103, To: 203}); err != nil || typesOf(t, c, "0-1", "0-2", 103, 203) != nil {
			t.Errorf("deleted: %v", err)
		}
		if err := c.DeleteAssociation(ctx, "0-1", "0-2", hubspot.Pair{From: 103, To: 203}); err != nil {
			t.Errorf("deleted once more: %v", err)
		}
		batch, err := c.PutDefaultAssociation(ctx, "0-1", "0-2", hubspot.Pair{From: 103, To: 202})
		unlabelled := []hubspot.LinkType{{Category: hubspot.HubSpotDefined, ID: 279}}
		back := []hubspot.LinkType{{Category: hubspot.HubSpotDefined, ID: 280}}
		want := &hubspot.DefaultBatch{Created: []hubspot.Link{{From: 103, To: 202, Types: unlabelled}, {From: 202, To: 103, Types: back}}}
		if diff := gocmp.Diff(want, batch, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Error(err, diff)
		}
	})
}

func TestDefaultsAreCreated(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		ctx := hubspot.AllowCreates(t.Context())
		batch, err := c.CreateDefaultAssociations(ctx, "0-1", "0-2", []hubspot.Pair{{From: 103, To: 201}, {From: 103, To: 999}})
		if err == nil { // HubSpot may refuse all for the one
			if len(batch.Created) != 2 || len(batch.Failed) != 1 || batch.Failed[0].ID != 999 {
				t.Errorf("%+v", batch)
			}
		} else if errors.Is(err, hubspot.ErrUnclear) || !strings.Contains(err.Error(), "999") {
			t.Error(err)
		}
		if _, err := c.CreateDefaultAssociations(ctx, "0-3", "2-1001", []hubspot.Pair{{From: 301, To: 401}}); err == nil || errors.Is(err, hubspot.ErrUnclear) {
			t.Errorf("of a custom object: %v", err)
		}
	})
}

func TestLabelsAreWritten(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		ctx := hubspot.AllowDefinitions(t.Context())
		paired, err := c.CreateLabel(ctx, "0-1", "0-2", hubspot.NewLabel{Name: "boss", Label: "Boss", Inverse: "Reports to"})
		if err != nil || !paired.Certain || paired.There.Label != "Boss" || paired.Back.Label != "Reports to" || paired.There.TypeID == paired.Back.TypeID {
			t.Fatalf("%+v, %v", paired, err)
		}
		single, err := c.CreateLabel(ctx, "0-3", "0-3", hubspot.NewLabel{Name: "twin", Label: "Twin"})
		if err != nil || single.There.Label != "Twin" || single.Back.Label != "Twin" {
			t.Fatalf("%+v, %v", single, err)
		}
		if err := c.UpdateLabel(ctx, "0-1", "0-2", int32(paired.There.TypeID), hubspot.NewLabel{Label: "Head", Inverse: "Hand"}); err != nil {
			t.Fatal(err)
		}
		there, back := labelTexts(t, c, "0-1", "0-2"), labelTexts(t, c, "0-2", "0-1")
		if there[paired.There.TypeID] != "Head" || back[paired.Back.TypeID] != "Hand" {
			t.Errorf("%v and %v", there, back)
		}
		if err := c.DeleteLabel(ctx, "0-1", "0-2", int32(paired.There.TypeID)); err != nil || len(labelTexts(t, c, "0-1", "0-2")) != len(there)-1 {
			t.Errorf("deleted: %v", err)
		}
		if err := c.DeleteLabel(ctx, "0-1", "0-2", 1); err == nil || errors.Is(err, hubspot.ErrUnclear) {
			t.Errorf("one of HubSpot's own: %v", err)
		}
	})
}

// labelTexts are the texts of the association types of a pair, by their ids.
func labelTexts(t *testing.T, c *hubspot.Client, from, to string) map[int]string {
	t.Helper()
	list, err := c.Labels(t.Context(), from, to)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[int]string{}
	for _, l := range list.Labels {
		if l.Category == hubspot.UserDefined || l.Label == "" {
			texts[l.TypeID] = l.Label
		}
	}
	return texts
}

// TestOneLabelTooMany has a pair with as many labels as HubSpot allows.
func TestOneLabelTooMany(t *testing.T) {
	text := "fact label-cap=10\n"
	for i := range 10 {
		text += fmt.Sprintf("label contacts \"There %d\" companies \"Back %d\"\n", i, i)
	}
	perVersionOf(t, text, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		_, err := c.CreateLabel(hubspot.AllowDefinitions(t.Context()), "0-1", "0-2", hubspot.NewLabel{Name: "boss", Label: "Boss"})
		var refused *hubspot.Error
		if !errors.As(err, &refused) || refused.Status != 437 || errors.Is(err, hubspot.ErrUnclear) {
			t.Errorf("%v", err)
		}
	})
}

func TestLimitsAreWritten(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		ctx := hubspot.AllowDefinitions(t.Context())
		pair := hubspot.Limit{Category: hubspot.HubSpotDefined, TypeID: 279, Max: 5}
		label := hubspot.Limit{Category: hubspot.UserDefined, TypeID: 21, Label: "Advisor", Max: 2}
		set, err := c.CreateLimits(ctx, "0-1", "0-2", []hubspot.Limit{pair, label})
		if diff := gocmp.Diff(&hubspot.LimitBatch{Set: []hubspot.Limit{pair, label}}, set, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatal(err, diff)
		}
		pair.Max, label.Max = 4, 6 // a label's is not above the pair's
		set, err = c.UpdateLimits(ctx, "0-1", "0-2", []hubspot.Limit{pair, label})
		if err != nil || len(set.Set) != 1 || len(set.Failed) != 1 || set.Failed[0].Message == "" {
			t.Errorf("%+v, %v", set, err)
		}
		label.Max = 2
		for name, read := range map[string]func() ([]hubspot.Limit, error){
			"of the pair": func() ([]hubspot.Limit, error) { return c.PairLimits(t.Context(), "0-1", "0-2") },
			"of all":      func() ([]hubspot.Limit, error) { return c.AllLimits(t.Context()) },
		} {
			if got, err := read(); err != nil || !gocmp.Equal(got, []hubspot.Limit{pair, label}) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		purged, err := c.PurgeLimits(ctx, "0-1", "0-2", []hubspot.LinkType{{Category: pair.Category, ID: pair.TypeID}, {Category: label.Category, ID: label.TypeID}})
		if err != nil || len(purged.Failed) > 0 {
			t.Fatalf("%+v, %v", purged, err)
		}
		if got, err := c.PairLimits(t.Context(), "0-1", "0-2"); err != nil || len(got) > 0 {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestDefinitionsOfAPortal(t *testing.T) {
	text := portalText + "label contacts \"Peer\" contacts name=peer\nlimit contacts companies \"Advisor\" 7\n"
	perVersionOf(t, text, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		list, err := c.AllDefinitions(t.Context())
		if err != nil || len(list.Unread) > 0 {
			t.Fatalf("%+v, %v", list, err)
		}
		most := int64(7)
		want := hubspot.Definition{From: "0-1", To: "0-2", Category: hubspot.UserDefined, TypeID: 21, Label: "Advisor", Name: "advisor", MaxTo: &most}
		if !slices.ContainsFunc(list.Definitions, func(d hubspot.Definition) bool { return gocmp.Equal(d, want) }) {
			t.Errorf("%+v is not among %d definitions", want, len(list.Definitions))
		}
		sources := map[string]int{}
		for _, d := range list.Definitions {
			sources[d.Source]++
			if d.From == d.To && d.Category == hubspot.UserDefined && d.Source != "" {
				t.Errorf("the inverse of %+v cannot be known", d)
			}
		}
		if sources[hubspot.InverseDocumented] < 300 || sources[hubspot.InverseSameText] < 2 || sources[""] == 0 {
			t.Errorf("%v", sources)
		}
		got, err := c.Definitions(t.Context(), "0-3", "2-1001")
		if err != nil || len(got) != 1 || got[0].Source != hubspot.InverseSameText || got[0].Inverse.Category != hubspot.UserDefined || got[0].Inverse.ID == got[0].TypeID {
			t.Errorf("of a custom object: %+v, %v", got, err)
		}
		peers, err := c.Definitions(t.Context(), "0-1", "0-1")
		if err != nil || len(peers) != 2 || peers[0].Inverse.ID != 449 || peers[0].Source != hubspot.InverseDocumented {
			t.Errorf("of one object type: %+v, %v", peers, err)
		}
	})
	perVersionOf(t, text, sim.Options{WithoutScope: []string{"companies"}}, func(t *testing.T, c *hubspot.Client) {
		list, err := c.AllDefinitions(t.Context())
		if err != nil || len(list.Unread) == 0 || len(list.Definitions) == 0 {
			t.Fatalf("without a scope: %d definitions, %v", len(list.Definitions), err)
		}
		for _, u := range list.Unread {
			if !errors.Is(u.Err, hubspot.ErrScope) || u.From != "0-2" && u.To != "0-2" {
				t.Errorf("%+v", u)
			}
		}
	})
}

func TestAssociationsOfV3(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		ctx := rights(t.Context())
		types, err := c.TypesV3(t.Context(), "0-1", "0-2")
		if err != nil || !slices.Contains(types, hubspot.TypeV3{TypeID: 1, Name: "contact_to_company"}) || !slices.Contains(types, hubspot.TypeV3{TypeID: 279, Name: "contact_to_company_unlabeled"}) {
			t.Errorf("%+v, %v", types, err)
		}
		batch, err := c.CreateAssociationsV3(ctx, "0-1", "0-2", []hubspot.LinkV3{{From: 103, To: 203, Type: "contact_to_company_unlabeled"}, {From: 103, To: 999, Type: "contact_to_company"}})
		want := []hubspot.LinkV3{{From: 103, To: 203, Type: "contact_to_company_unlabeled"}, {From: 203, To: 103, Type: "company_to_contact_unlabeled"}}
		if err != nil || !slices.Equal(batch.Created, want) || len(batch.Failed) != 1 || batch.Failed[0].ID != 999 {
			t.Errorf("%+v, %v", batch, err)
		}
		read, err := c.ReadAssociationsV3(t.Context(), "0-1", "0-2", []int64{103, 999})
		if err != nil || !slices.Equal(read.Links, want[:1]) || !slices.Equal(read.Answered, []int64{103}) || !slices.Equal(read.Empty, []int64{999}) {
			t.Errorf("%+v, %v", read, err)
		}
		if archived, err := c.ArchiveAssociationsV3(ctx, "0-1", "0-2", want[:1]); err != nil || len(archived.Failed) > 0 || typesOf(t, c, "0-1", "0-2", 103, 203) != nil {
			t.Errorf("%+v, %v", archived, err)
		}
	})
}

func TestAssociationsOfV1(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		ctx := hubspot.AllowCreates(t.Context())
		if err := c.PutAssociationV1(ctx, hubspot.AssociationV1{From: 103, To: 203, TypeID: 279}); err != nil {
			t.Fatal(err)
		}
		err := c.PutAssociationsV1(ctx, []hubspot.AssociationV1{{From: 103, To: 204, TypeID: 279}, {From: 999, To: 204, TypeID: 279}})
		if err == nil || errors.Is(err, hubspot.ErrUnclear) || !strings.Contains(err.Error(), "CONTACT=999 is not valid") {
			t.Errorf("a record that is not there: %v", err)
		}
		if err := c.PutAssociationsV1(ctx, []hubspot.AssociationV1{{From: 103, To: 201, TypeID: 279}, {From: 202, To: 103, TypeID: 280}}); err != nil {
			t.Fatal(err)
		}
		got, _ := all(t, c.RecordAssociationsV1(t.Context(), 103, 279))
		if slices.Sort(got); !slices.Equal(got, []int64{201, 202, 203}) {
			t.Errorf("%v", got)
		}
	})
}

// TestPartsOfAWriteFail has an item error about a record in the answer to each batch
// that writes.
func TestPartsOfAWriteFail(t *testing.T) {
	types := []hubspot.LinkType{plain}
	creates := []hubspot.CreateInput{{From: 103, To: 203, Types: types}, {From: 101, To: 203, Types: types}}
	linksV3 := []hubspot.LinkV3{{From: 103, To: 203, Type: "contact_to_company_unlabeled"}}
	perVersion(t, sim.Options{Faults: []sim.Fault{{Name: "item", Param: "contacts:103", On: "POST /crm/**"}}}, func(t *testing.T, c *hubspot.Client) {
		ctx := rights(t.Context())
		created, err := c.CreateAssociations(ctx, "0-1", "0-2", creates)
		if err != nil || !slices.Equal(created.Created, []hubspot.Pair{{From: 101, To: 203}}) {
			t.Errorf("%+v, %v", created, err)
		}
		defaults, err := c.CreateDefaultAssociations(ctx, "0-1", "0-2", []hubspot.Pair{{From: 103, To: 203}, {From: 101, To: 203}})
		if err != nil || len(defaults.Created) == 0 {
			t.Errorf("%+v, %v", defaults, err)
		}
		v3, err := c.CreateAssociationsV3(ctx, "0-1", "0-2", linksV3)
		if err != nil {
			t.Error(err)
		}
		failed := map[string][]hubspot.ItemError{"create": created.Failed, "default": defaults.Failed, "v3": v3.Failed}
		if c.APIVersion() != "v4" { // whose removals have no body
			archived, err := c.ArchiveAssociations(ctx, "0-1", "0-2", []hubspot.ArchiveInput{{From: 103, To: []int64{203}}})
			if err != nil {
				t.Fatal(err)
			}
			unlabelled, err := c.ArchiveLabels(ctx, "0-1", "0-2", creates)
			if err != nil {
				t.Fatal(err)
			}
			failed["archive"], failed["archive labels"] = archived.Failed, unlabelled.Failed
		}
		for what, items := range failed {
			if len(items) != 1 || items[0].ID != 103 || items[0].Category != "INTERNAL_ERROR" {
				t.Errorf("%s: %+v", what, items)
			}
		}
	})
}
