package hubspot

import (
	"net/http"
	"strings"
	"testing"
)

// TestWritesThatCannotBe has what HubSpot refuses, or answers 2xx without doing
// it. Nothing is sent.
func TestWritesThatCannotBe(t *testing.T) {
	c := onWire(t, Options{}, func(r *http.Request) (*http.Response, error) {
		t.Errorf("%s was sent", r.URL)
		return reply(204, ""), nil
	})
	ctx := allRights(t.Context())
	plain := []LinkType{{HubSpotDefined, 279, ""}}
	create := func(from, to string, inputs ...CreateInput) func() error {
		return func() error { _, err := c.CreateAssociations(ctx, from, to, inputs); return err }
	}
	archive := func(from, to string, inputs ...ArchiveInput) func() error {
		return func() error { _, err := c.ArchiveAssociations(ctx, from, to, inputs); return err }
	}
	unlabel := func(inputs ...CreateInput) func() error {
		return func() error { _, err := c.ArchiveLabels(ctx, "0-1", "0-2", inputs); return err }
	}
	defaults := func(from, to string, pairs ...Pair) func() error {
		return func() error { _, err := c.CreateDefaultAssociations(ctx, from, to, pairs); return err }
	}
	newLabel := func(l NewLabel) func() error {
		return func() error { _, err := c.CreateLabel(ctx, "0-1", "0-2", l); return err }
	}
	limits := func(list ...Limit) func() error {
		return func() error { _, err := c.UpdateLimits(ctx, "0-1", "0-2", list); return err }
	}
	purge := func(types ...LinkType) func() error {
		return func() error { _, err := c.PurgeLimits(ctx, "0-1", "0-2", types); return err }
	}
	v1 := func(list ...AssociationV1) func() error {
		return func() error { return c.PutAssociationsV1(ctx, list) }
	}
	createV3 := func(links ...LinkV3) func() error {
		return func() error { _, err := c.CreateAssociationsV3(ctx, "0-1", "0-1", links); return err }
	}
	archiveV3 := func(links ...LinkV3) func() error {
		return func() error { _, err := c.ArchiveAssociationsV3(ctx, "0-1", "0-2", links); return err }
	}
	readV3 := func(ids ...int64) func() error {
		return func() error { _, err := c.ReadAssociationsV3(ctx, "0-1", "0-2", ids); return err }
	}
	for _, test := range []struct {
		call func() error
		says string
	}{
		{create("0-1", "0-2", CreateInput{From: 1, To: 2}), "create 1 to 2: no association types are given"},
		{create("0-1", "0-2", CreateInput{1, 2, []LinkType{{"", 279, ""}}}), `create 1 to 2: "" 279 is no association type`},
		{create("0-1", "0-2", CreateInput{1, 2, []LinkType{{HubSpotDefined, 0, ""}}}), `create 1 to 2: "HUBSPOT_DEFINED" 0 is no association type`},
		{create("0-1", "0-2", CreateInput{0, 2, plain}), "create 0 to 2: a record id is a number above 0"},
		{create("0-1", "contacts", CreateInput{1, 1, plain}), "create 1 to 1: a record cannot be associated with itself"},
		{create("2-7", "2-7", CreateInput{1, 1, plain}), "create 1 to 1: a record cannot be associated with itself"},
		{create("0-1", "0-2", make([]CreateInput, MaxBatchCreate+1)...), "create 2001 associations: HubSpot takes 2000 in a call"},
		{archive("0-1", "0-2", ArchiveInput{From: 1}), "archive the associations of 1: no records at the other end are given"},
		{archive("0-1", "0-2", ArchiveInput{1, []int64{2, -2}}), "archive 1 to -2: a record id is a number above 0"},
		{archive("0-1", "0-1", ArchiveInput{1, []int64{1}}), "archive 1 to 1: a record cannot be associated with itself"},
		{archive("0-1", "0-2", ArchiveInput{1, make([]int64, 0)}), "no records"},
		{archive("0-1", "0-2", ArchiveInput{1, counted(MaxBatchArchive)}, ArchiveInput{2, []int64{5}}), "archive 2001 associations: HubSpot takes 2000 in a call"},
		{unlabel(CreateInput{From: 1, To: 2}), "archive labels of 1 to 2: no association types are given"},
		{unlabel(make([]CreateInput, MaxBatchArchive+1)...), "archive labels of 2001 associations: HubSpot takes 2000 in a call"},
		{func() error { return c.PutAssociation(ctx, "0-1", "0-2", CreateInput{From: 1, To: 2}) }, "create 1 to 2: no association types are given"},
		{func() error { return c.PutAssociation(ctx, "0-1", "0-1", CreateInput{1, 1, plain}) }, "create 1 to 1: a record cannot be associated with itself"},
		{func() error { return c.PutAssociation(ctx, "0-1", "0/2", CreateInput{1, 1, plain}) }, `"0/2" is no object type: give its id, such as 0-1 or 2-123`},
		{func() error { return c.DeleteAssociation(ctx, "0-1", "0-2", Pair{1, 0}) }, "delete 1 to 0: a record id is a number above 0"},
		{func() error { return c.DeleteAssociation(ctx, "0-1", "0-1", Pair{1, 1}) }, "delete 1 to 1: a record cannot be associated with itself"},
		{func() error { _, err := c.PutDefaultAssociation(ctx, "0-1", "0-1", Pair{1, 1}); return err }, "create 1 to 1: a record cannot be associated with itself"},
		{defaults("0-1", "0-1", Pair{1, 1}), "create 1 to 1: a record cannot be associated with itself"},
		{defaults("0-1", "0-2", make([]Pair, MaxBatchCreate+1)...), "create 2001 associations: HubSpot takes 2000 in a call"},
		{newLabel(NewLabel{"has-hyphen", "x", ""}), `create a label: the name "has-hyphen" has a hyphen, begins with a digit, or is empty`},
		{newLabel(NewLabel{"7th", "x", ""}), `create a label: the name "7th"`},
		{newLabel(NewLabel{"", "x", ""}), `create a label: the name ""`},
		{newLabel(NewLabel{"boss", "", ""}), "create the label boss: its text is empty"},
		{func() error { return c.UpdateLabel(ctx, "0-1", "0-2", 0, NewLabel{"", "x", ""}) }, "update a label: 0 is no association type id"},
		{func() error { return c.UpdateLabel(ctx, "0-1", "0-2", 9, NewLabel{"x", "", "x"}) }, "update the label 9: its text is empty"},
		{func() error { return c.DeleteLabel(ctx, "0-1", "0-2", -9) }, `"-9`},
		{limits(Limit{"", 9, "", 5}), `set a limit: "" 9 is no association type`},
		{limits(Limit{UserDefined, 9, "", 0}), "set the limit of USER_DEFINED 9: 0 is not from 1 to 10000"},
		{limits(Limit{UserDefined, 9, "", MaxLimit + 1}), "set the limit of USER_DEFINED 9: 10001 is not from 1 to 10000"},
		{purge(LinkType{UserDefined, 0, ""}), `take a limit away: "USER_DEFINED" 0 is no association type`},
		{v1(AssociationV1{1, 2, 0}), "create 1 to 2: 0 is no association type id"},
		{v1(AssociationV1{1, 0, 279}), "create 1 to 0: a record id is a number above 0"},
		{v1(AssociationV1{1, 1, 450}), "create 1 to 1: a record cannot be associated with itself"},
		{v1(make([]AssociationV1, MaxBatchCreate+1)...), "create 2001 associations: HubSpot takes 2000 in a call"},
		{func() error { return c.PutAssociationV1(ctx, AssociationV1{1, 1, 449}) }, "create 1 to 1: a record cannot be associated with itself"},
		{createV3(LinkV3{1, 1, "contact_to_contact"}), "create 1 to 1: a record cannot be associated with itself"},
		{createV3(LinkV3{1, 2, ""}), "create 1 to 2: no association type is given"},
		{createV3(make([]LinkV3, MaxBatchV3+1)...), "create 101 associations: HubSpot takes 100 in a call"},
		{archiveV3(LinkV3{1, 2, ""}), "archive 1 to 2: no association type is given"},
		{archiveV3(make([]LinkV3, MaxBatchV3+1)...), "archive 101 associations: HubSpot takes 100 in a call"},
		{readV3(counted(MaxBatchRead + 1)...), "read associations of 1001 records: HubSpot takes 1000 in a call"},
		{readV3(5, 6, 5), "read associations of record 5: it is asked for twice in one call"},
		{func() error {
			_, err := c.ReadAssociations(ctx, "0-1", "0-2", make([]ReadInput, MaxBatchRead+1))
			return err
		}, "read associations of 1001 records: HubSpot takes 1000 in a call"},
	} {
		if err := test.call(); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%v, want %s", err, test.says)
		}
	}
	for _, call := range []func() error{create("0-1", "0-2"), archive("0-1", "0-2"), unlabel(), defaults("0-1", "0-2"), limits(), purge(), v1(), createV3(), archiveV3(), readV3()} {
		if err := call(); err != nil {
			t.Errorf("nothing asked: %v", err)
		}
	}
}

// counted are the ids from 1 to n.
func counted(n int) (ids []int64) {
	for i := range n {
		ids = append(ids, int64(i)+1)
	}
	return ids
}
