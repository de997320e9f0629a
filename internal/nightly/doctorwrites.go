package nightly

import (
	"context"
	"slices"
	"strings"

	"hubgraph/hubspot"
)

// editAssociations is what no call says (HubSpot's changelog of the API 2026-09).
const editAssociations = "a token of a user, which an app buys, needs that user's permission Edit Associations, too, which HubSpot says of no token: " +
	"see Settings, Users & Teams, in HubSpot"

// examineWrites says whether repairs can be written, as far as the API does: a write is the
// only proof, and an examination changes nothing.
func examineWrites(ctx context.Context, c *hubspot.Client) Diagnosis {
	d := Diagnosis{"repair", Healthy, "", ""}
	scopes, err := c.Scopes(ctx)
	var may []string
	for _, s := range scopes {
		if typ, writes := strings.CutSuffix(s, ".write"); writes && strings.HasPrefix(s, "crm.objects.") {
			may = append(may, strings.TrimPrefix(typ, "crm.objects."))
		}
	}
	slices.Sort(may)
	switch {
	case err != nil:
		d.Text = "HubSpot does not say what the token may write (" + err.Error() + ")"
	case scopes == nil:
		d.Text = "HubSpot does not say what the token of an app may write; " + editAssociations
	case len(may) == 0:
		d.Text = "the token cannot write, so that nothing can go wrong here; to apply a plan put one with scopes such as crm.objects.deals.write into HUBSPOT_WRITE_TOKEN"
	default:
		d.Text = "the token may write associations of " + strings.Join(may, ", ") + "; " + editAssociations
	}
	return d
}
