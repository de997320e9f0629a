package crawl

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// count asks how many records there are of each type, for the forecast and for
// the choice of directions: one call for all types, and a search for each that
// it leaves out. Where HubSpot does not say, the crawl does without.
func (p *Plan) count(ctx context.Context, c *hubspot.Client) error {
	counts, err := c.RecordCounts(ctx)
	if err != nil && !dispensable(err) {
		return fmt.Errorf("count the records: %w", err)
	}
	totals := make([]*int64, len(p.Types)) // nil: not known
	searches, ctx := errgroup.WithContext(ctx)
	for i, t := range p.Types {
		if n, ok := counts[t.ID]; ok {
			totals[i] = &n
			continue
		}
		searches.Go(func() error {
			found, err := c.SearchObjects(ctx, t.ID, hubspot.ObjectSearch{})
			if err == nil {
				totals[i] = &found.Total
			} else if !dispensable(err) {
				return fmt.Errorf("count %s: %w", t.Name, err)
			}
			return nil
		})
	}
	if err := searches.Wait(); err != nil {
		return err
	}
	for i, t := range p.Types {
		if totals[i] != nil {
			p.counts[t.Name] = *totals[i]
		}
	}
	return nil
}

// choose leaves out one of the two directions of each pair of object types where
// the scope says so: that which starts from the type with more records, or with
// an unknown number, or else from the one that comes later by name.
func (p *Plan) choose() {
	if p.Scope.Directions != Smaller {
		return
	}
	all := p.Pairs
	p.Pairs = nil
	for _, pair := range all {
		back := Pair{pair.To, pair.From}
		if pair.From.ID != pair.To.ID && slices.Contains(all, back) && p.compareSizes(pair.From, pair.To) > 0 {
			p.left = append(p.left, pair)
		} else {
			p.Pairs = append(p.Pairs, pair)
		}
	}
}

func (p *Plan) compareSizes(a, b hubspot.ObjectType) int {
	n, known := p.counts[a.Name]
	m, known2 := p.counts[b.Name]
	switch {
	case known && !known2:
		return -1
	case known2 && !known:
		return 1
	}
	return cmp.Or(cmp.Compare(n, m), strings.Compare(a.Name, b.Name))
}

// outOfScope says of the directions that were left out that nothing is known of
// them, so that no check takes them for empty.
func (p *Plan) outOfScope() []graphmodel.Coverage {
	now := time.Now().UTC()
	var cells []graphmodel.Coverage
	for _, pair := range p.left {
		cells = append(cells, graphmodel.Coverage{Kind: "associations", From: pair.From.Name, To: pair.To.Name, Verdict: graphmodel.VerdictOutOfScope,
			Reason: fmt.Sprintf("out of scope: read from %s, the side with fewer records", pair.To.Name), StartedAt: now, FinishedAt: now})
	}
	return cells
}
