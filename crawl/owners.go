package crawl

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// readOwners reads the owners of the portal, if they are asked for: those who are
// there and those who were removed, whose ids stand on records as well. Where the
// portal refuses them that is a gap, and the crawl goes on.
func (p *Plan) readOwners(ctx context.Context, c *hubspot.Client) error {
	if !p.Scope.Owners {
		return nil
	}
	cover := graphmodel.Coverage{Kind: graphmodel.OwnersKind, From: graphmodel.OwnersKind, StartedAt: time.Now().UTC()}
	known := map[int64]graphmodel.Owner{}
	for _, archived := range []bool{false, true} { // what is read last holds of one who is in both
		owners, err := c.Owners(ctx, archived)
		if err != nil && !passable(err) {
			return fmt.Errorf("read the owners: %w", err)
		}
		if cover.Requested++; err != nil {
			cover.Failed, cover.Reason = cover.Failed+1, err.Error()
			continue
		}
		for _, o := range owners {
			known[o.ID] = graphmodel.Owner(o)
		}
	}
	for _, o := range known {
		p.Owners = append(p.Owners, o)
	}
	slices.SortFunc(p.Owners, func(a, b graphmodel.Owner) int { return cmp.Compare(a.ID, b.ID) })
	cover.Received, cover.Complete, cover.FinishedAt = int64(len(p.Owners)), cover.Failed == 0, time.Now().UTC()
	p.coverage = append(p.coverage, cover)
	return nil
}
