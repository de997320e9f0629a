package hubspot_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// documented is the Go of docs/api.md, block by block, in its order.
func documented(t *testing.T, ctx context.Context, c *hubspot.Client) {
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	labels, err := c.Labels(ctx, "0-3", "0-8")
	must(err)
	if len(labels.Labels) != 1 || labels.Labels[0].TypeID != 19 {
		t.Errorf("%+v", labels)
	}
	err = c.PutAssociation(hubspot.AllowCreates(ctx), "0-3", "0-8", hubspot.CreateInput{From: 38700000000, To: 34400000000, Types: []hubspot.LinkType{{Category: hubspot.HubSpotDefined, ID: 19}}})
	must(err)
	batch, err := c.CreateDefaultAssociations(hubspot.AllowCreates(ctx), "0-2", "0-1", []hubspot.Pair{{From: 202, To: 102}})
	must(err)
	if len(batch.Failed) > 0 {
		t.Errorf("%+v", batch)
	}
	for page, err := range c.RecordAssociations(ctx, "0-1", "0-2", 101) {
		fmt.Fprintln(io.Discard, page, err)
	}
	_, err = c.PutDefaultAssociation(hubspot.AllowCreates(ctx), "0-5", "0-1", hubspot.Pair{From: 501, To: 101})
	must(err)
	err = c.DeleteAssociation(hubspot.AllowRemovals(ctx), "0-1", "0-2", hubspot.Pair{From: 102, To: 201})
	must(err)
	read, err := c.ReadAssociations(ctx, "0-1", "0-2", []hubspot.ReadInput{{ID: 101}, {ID: 102}})
	must(err)
	if len(read.Links) != 2 {
		t.Errorf("%+v", read)
	}
	advisor := []hubspot.LinkType{{Category: hubspot.UserDefined, ID: 21}}
	created, err := c.CreateAssociations(hubspot.AllowCreates(ctx), "0-1", "0-2", []hubspot.CreateInput{{From: 102, To: 201, Types: advisor}})
	must(err)
	if len(created.Created) != 1 {
		t.Errorf("%+v", created)
	}
	_, err = c.ArchiveLabels(hubspot.AllowRemovals(ctx), "0-1", "0-2", []hubspot.CreateInput{{From: 102, To: 201, Types: advisor}})
	must(err)
	_, err = c.ArchiveAssociations(hubspot.AllowRemovals(ctx), "0-1", "0-2", []hubspot.ArchiveInput{{From: 102, To: []int64{201, 202}}})
	must(err)
	pair, err := c.CreateLabel(hubspot.AllowDefinitions(ctx), "0-3", "0-1", hubspot.NewLabel{Name: "decision_maker", Label: "Decision maker", Inverse: "Decides"})
	must(err)
	typeID := int32(pair.There.TypeID)
	err = c.UpdateLabel(hubspot.AllowDefinitions(ctx), "0-3", "0-1", typeID, hubspot.NewLabel{Label: "Decider", Inverse: "Decides"})
	must(err)
	_, err = c.CreateLimits(hubspot.AllowDefinitions(ctx), "0-3", "0-1", []hubspot.Limit{{Category: hubspot.UserDefined, TypeID: typeID, Max: 3}})
	must(err)
	err = c.DeleteLabel(hubspot.AllowDefinitions(ctx), "0-3", "0-1", typeID)
	must(err)
	all, err := c.AllDefinitions(ctx)
	must(err)
	if len(all.Definitions) < 300 || len(all.Unread) > 0 {
		t.Errorf("%d definitions, %+v", len(all.Definitions), all.Unread)
	}
	err = c.PutAssociationV1(hubspot.AllowCreates(ctx), hubspot.AssociationV1{From: 501, To: 202, TypeID: 339})
	must(err)
	v3, err := c.CreateAssociationsV3(hubspot.AllowCreates(ctx), "0-1", "0-2", []hubspot.LinkV3{{From: 102, To: 201, Type: "advisor"}})
	must(err)
	if len(v3.Created) != 2 {
		t.Errorf("%+v", v3)
	}
}

// TestAPIDocumentInGo runs the Go of docs/api.md in both path families, and holds what stands
// there against what it ran.
func TestAPIDocumentInGo(t *testing.T) {
	portal, err := os.ReadFile("../docs/api.portal")
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range versions {
		parsed, err := sim.Parse("api.portal", string(portal))
		if err != nil {
			t.Fatal(err)
		}
		url, stop, err := sim.NewServer(parsed, sim.Options{}).Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		c, err := hubspot.New("token", hubspot.Options{BaseURL: url, APIVersion: version})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		documented(t, t.Context(), c)
	}
	document, err := os.ReadFile("../docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("apidoc_test.go")
	if err != nil {
		t.Fatal(err)
	}
	plain := func(text []byte) string {
		return regexp.MustCompile(`\n\s*`).ReplaceAllString(strings.TrimSpace(string(text)), "\n")
	}
	blocks := regexp.MustCompile("(?ms)^```go\n(.*?)^```$").FindAllSubmatch(document, -1)
	if len(blocks) < 17 {
		t.Errorf("%d blocks", len(blocks))
	}
	for _, block := range blocks {
		if !strings.Contains(plain(source), plain(block[1])) {
			t.Errorf("the document shows Go that is not run:\n%s", block[1])
		}
	}
}
