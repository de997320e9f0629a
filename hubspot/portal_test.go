package hubspot_test

import (
	"cmp"
	"errors"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
)

// versions are both path families.
var versions = []string{"v4", "2026-09"}

const portalText = `
portal 7654321 type=STANDARD timezone=Europe/Berlin currency=EUR domain=app-eu1.hubspot.com
object p_cars 2-1001 singular=Car plural=Cars
pipeline deals default "Sales"
stage deals default won "Closed won" isClosed=true probability=1.0
stage deals default open "Open" isClosed=false probability=0.2
label contacts 21 "Advisor" companies 22 "Advises"
label deals p_cars

contacts 101 email=ada@example.com created=2026-01-31T09:00:00Z
contacts 5000000000 email=bo@example.com
contacts 103
contacts 104 archived
contacts 105 merged=101
companies 201 domain=example.com
companies 202
companies 203
companies 204
companies 205
deals 301 pipeline=default dealstage=won amount=1234.50
p_cars 401

contacts 101 -> companies 201 primary "Advisor"
contacts 101 -> companies 202
contacts 101 -> companies 203
contacts 101 -> companies 204
contacts 101 -> companies 205
contacts 5000000000 -> companies 201
contacts 5000000000 -> companies 202
deals 301 -> p_cars 401
`

// serve starts a simulated portal and gives a client of it.
func serve(t *testing.T, p *sim.Portal, version string, o sim.Options) *hubspot.Client {
	t.Helper()
	o.Token = "pat-test"
	url, stop, err := sim.NewServer(p, o).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	c, err := hubspot.New("pat-test", hubspot.Options{BaseURL: url, APIVersion: version})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// perVersion runs a test on a portal of its own in each path family.
func perVersion(t *testing.T, o sim.Options, test func(*testing.T, *hubspot.Client)) {
	for _, version := range versions {
		t.Run(version, func(t *testing.T) {
			portal, err := sim.Parse("portal", portalText)
			if err != nil {
				t.Fatal(err)
			}
			test(t, serve(t, portal, version, o))
		})
	}
}

// list reads all pages of a type and gives the ids.
func list(t *testing.T, c *hubspot.Client, typ string, q hubspot.ObjectQuery) (ids []int64) {
	t.Helper()
	for page, err := range c.Objects(t.Context(), typ, q) {
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range page.Objects {
			ids = append(ids, o.ID)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// links reads the associations of records to their end. What was asked and not
// answered fails the test.
func links(t *testing.T, c *hubspot.Client, from, to string, ids []int64) (all []hubspot.Link, calls int) {
	t.Helper()
	var open []hubspot.ReadInput
	for _, id := range ids {
		open = append(open, hubspot.ReadInput{ID: id})
	}
	reader := c.NewReader()
	for len(open) > 0 {
		n := min(len(open), hubspot.MaxBatchRead)
		batch, err := reader.Associations(t.Context(), from, to, open[:n])
		if err != nil {
			t.Fatal(err)
		}
		if calls++; len(batch.Failed)+len(batch.Unanswered) > 0 {
			t.Fatalf("failed %+v, unanswered %v", batch.Failed, batch.Unanswered)
		}
		all, open = append(all, batch.Links...), append(open[n:], batch.Next...)
	}
	for i := range all {
		all[i].Types = slices.SortedFunc(slices.Values(all[i].Types), func(a, b hubspot.LinkType) int {
			return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Category, b.Category))
		})
	}
	slices.SortFunc(all, func(a, b hubspot.Link) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return slices.CompactFunc(all, func(a, b hubspot.Link) bool {
		return a.From == b.From && a.To == b.To && slices.Equal(a.Types, b.Types)
	}), calls
}

var (
	plain   = hubspot.LinkType{Category: hubspot.HubSpotDefined, ID: 279}
	primary = hubspot.LinkType{Category: hubspot.HubSpotDefined, ID: 1, Label: "Primary"}
	advisor = hubspot.LinkType{Category: hubspot.UserDefined, ID: 21, Label: "Advisor"}
)

func TestMetadataOfAPortal(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		account, err := c.Account(t.Context())
		if want := (hubspot.Account{PortalID: 7654321, Type: "STANDARD", TimeZone: "Europe/Berlin", Currency: "EUR", UIDomain: "app-eu1.hubspot.com"}); err != nil || account != want {
			t.Errorf("%+v, %v; want %+v", account, err, want)
		}
		custom, err := c.CustomSchemas(t.Context())
		if err != nil || len(custom) != 1 || custom[0].ObjectType != (hubspot.ObjectType{ID: "2-1001", Name: "p_cars", Singular: "p_cars"}) || custom[0].Label != "Cars" {
			t.Errorf("%+v, %v", custom, err)
		}
		for name, id := range map[string]string{"0-1": "0-1", "p_cars": "2-1001", "2-1001": "2-1001"} {
			s, err := c.Schema(t.Context(), name)
			if err != nil || s.ObjectType.ID != id || len(s.Associations) == 0 {
				t.Errorf("%s: %+v, %v", name, s, err)
			}
		}
		if _, err := c.Schema(t.Context(), "2-999"); !errors.Is(err, hubspot.ErrNotFound) {
			t.Errorf("a type that is not there: %v", err)
		}
		labels, err := c.Labels(t.Context(), "0-1", "0-2")
		want := hubspot.Label{Category: hubspot.UserDefined, TypeID: 21, Label: "Advisor"}
		if err != nil || !slices.Contains(labels.Labels, want) || slices.ContainsFunc(labels.Labels, func(l hubspot.Label) bool { return l.Label == "Advises" }) {
			t.Errorf("%+v, %v; want %+v and not its inverse", labels, err, want)
		}
		pipelines, err := c.Pipelines(t.Context(), "0-3")
		if err != nil || len(pipelines) != 1 || pipelines[0].Label != "Sales" || len(pipelines[0].Stages) != 2 || pipelines[0].Stages[0].Metadata["isClosed"] != "true" {
			t.Errorf("%+v, %v", pipelines, err)
		}
	})
}

func TestRecordsOfAPortal(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		if got := list(t, c, "0-1", hubspot.ObjectQuery{}); !slices.Equal(got, []int64{101, 103, 5_000_000_000}) {
			t.Errorf("live: %v", got)
		}
		if got := list(t, c, "0-1", hubspot.ObjectQuery{Archived: true}); !slices.Equal(got, []int64{104}) {
			t.Errorf("archived: %v", got)
		}
		got, err := c.ReadObjects(t.Context(), "0-1", hubspot.ObjectRead{IDs: []int64{101, 104, 999, 5_000_000_000}, Properties: []string{"email"}})
		slices.SortFunc(got.Objects, func(a, b hubspot.Object) int { return cmp.Compare(a.ID, b.ID) })
		if err != nil || len(got.Objects) != 2 || got.Objects[0].Properties["email"] != "ada@example.com" || got.Objects[0].CreatedAt.Year() != 2026 || got.Objects[1].ID != 5_000_000_000 {
			t.Errorf("%+v, %v", got, err)
		}
		if slices.Sort(got.Absent); !slices.Equal(got.Absent, []int64{104, 999}) || len(got.Failed)+len(got.Unanswered) > 0 {
			t.Errorf("live and absent: %+v", got)
		}
		got, err = c.ReadObjects(t.Context(), "0-1", hubspot.ObjectRead{IDs: []int64{104}, Archived: true})
		if err != nil || len(got.Objects) != 1 || got.Objects[0].ID != 104 || !got.Objects[0].Archived {
			t.Errorf("archived: %+v, %v", got, err)
		}
		got, err = c.ReadObjects(t.Context(), "0-1", hubspot.ObjectRead{IDs: []int64{105}, Properties: []string{"hs_merged_object_ids"}})
		if err != nil || len(got.Objects) != 1 || got.Objects[0].ID != 101 || got.Objects[0].Properties["hs_merged_object_ids"] != "105" || got.Into[105] != 101 {
			t.Errorf("merged: %+v, %v", got, err)
		}
	})
}

func TestAssociationsOfAPortal(t *testing.T) {
	perVersion(t, sim.Options{PageSize: 2}, func(t *testing.T, c *hubspot.Client) {
		got, calls := links(t, c, "0-1", "0-2", []int64{101, 5_000_000_000, 103})
		want := []hubspot.Link{
			{From: 101, To: 201, Types: []hubspot.LinkType{primary, advisor, plain}}, {From: 101, To: 202, Types: []hubspot.LinkType{plain}},
			{From: 101, To: 203, Types: []hubspot.LinkType{plain}}, {From: 101, To: 204, Types: []hubspot.LinkType{plain}}, {From: 101, To: 205, Types: []hubspot.LinkType{plain}},
			{From: 5_000_000_000, To: 201, Types: []hubspot.LinkType{plain}}, {From: 5_000_000_000, To: 202, Types: []hubspot.LinkType{plain}},
		}
		if diff := gocmp.Diff(want, got); diff != "" || calls != 3 {
			t.Errorf("in %d calls, want 3: %s", calls, diff)
		}
		batch, err := c.ReadAssociations(t.Context(), "0-1", "0-2", []hubspot.ReadInput{{ID: 103}, {ID: 999}})
		if slices.Sort(batch.Empty); err != nil || !slices.Equal(batch.Empty, []int64{103, 999}) {
			t.Errorf("%+v, %v", batch, err)
		}
		cars, _ := links(t, c, "2-1001", "0-3", []int64{401})
		if len(cars) != 1 || cars[0].To != 301 || len(cars[0].Types) != 1 || cars[0].Types[0].Category != hubspot.UserDefined || cars[0].Types[0].Label != "" {
			t.Errorf("of a custom object: %+v", cars)
		}
	})
}

func TestAssociationsAreCreated(t *testing.T) {
	perVersion(t, sim.Options{}, func(t *testing.T, c *hubspot.Client) {
		in := []hubspot.CreateInput{
			{From: 103, To: 203, Types: []hubspot.LinkType{plain, advisor}},
			{From: 5_000_000_000, To: 205, Types: []hubspot.LinkType{plain}},
			{From: 103, To: 999, Types: []hubspot.LinkType{plain}},
		}
		if _, err := c.CreateAssociations(t.Context(), "0-1", "0-2", in); !errors.Is(err, hubspot.ErrReadOnly) {
			t.Fatalf("without the right to write: %v", err)
		}
		ctx := hubspot.AllowCreates(t.Context())
		if batch, err := c.CreateAssociations(ctx, "0-1", "0-2", in); err == nil && len(batch.Failed) == 0 {
			t.Errorf("a record that is not there is associated: %+v", batch)
		}
		batch, err := c.CreateAssociations(ctx, "0-1", "0-2", in[:2])
		if err != nil || len(batch.Created) != 2 || len(batch.Failed) > 0 {
			t.Fatalf("%+v, %v", batch, err)
		}
		got, _ := links(t, c, "0-1", "0-2", []int64{103})
		if diff := gocmp.Diff([]hubspot.Link{{From: 103, To: 203, Types: []hubspot.LinkType{advisor, plain}}}, got); diff != "" {
			t.Error(diff)
		}
		back, _ := links(t, c, "0-2", "0-1", []int64{205})
		if len(back) != 2 || back[1].To != 5_000_000_000 {
			t.Errorf("the way back: %+v", back)
		}
	})
}

func TestAPortalThatRefuses(t *testing.T) {
	portal, err := sim.Parse("portal", portalText)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range versions {
		c := serve(t, portal, version, sim.Options{WithoutScope: []string{"companies"}})
		if _, err := c.ReadAssociations(t.Context(), "0-1", "0-2", []hubspot.ReadInput{{ID: 101}}); !errors.Is(err, hubspot.ErrScope) {
			t.Errorf("%s, without a scope: %v", version, err)
		}
		url, stop, err := sim.NewServer(portal, sim.Options{Token: "pat-other"}).Start("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer stop()
		if c, err = hubspot.New("pat-test", hubspot.Options{BaseURL: url, APIVersion: version}); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Account(t.Context()); !errors.Is(err, hubspot.ErrUnauthorized) || c.Stats().Requests != 1 {
			t.Errorf("%s, with a wrong token: %+v, %v", version, c.Stats(), err)
		}
	}
}
