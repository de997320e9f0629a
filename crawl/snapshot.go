package crawl

import (
	"cmp"
	"slices"
	"strings"

	"hubgraph/graphmodel"
)

// snapshot seals the graph and puts everything into its order.
func (r *run) snapshot() (*graphmodel.Snapshot, error) {
	p, got := r.plan, r.collector
	got.reporter.enter(PhaseMeasure)
	got.graph.Seal()
	if err := got.spool.finish(got.seen); err != nil {
		return nil, err
	}
	s := &graphmodel.Snapshot{
		PortalID: p.Account.PortalID, TimeZone: p.Account.TimeZone, Currency: p.Account.Currency, StartedAt: p.source.started, ScopeHash: p.Scope.Hash(),
		Requests: p.source.requests(), Complete: true,
		Definitions: slices.Clone(p.Definitions), Stages: p.Stages, Owners: p.Owners, Aliases: got.finalAliases(),
		Graph: got.graph, Records: got.spool.records,
	}
	for _, t := range p.Types {
		s.Types = append(s.Types, graphmodel.ObjectType{ID: t.ID, Name: t.Name, Singular: t.Singular, Label: p.labels[t.Name], Custom: t.Custom()})
	}
	read, gaps := r.ledger.close()
	s.Coverage = slices.Concat(p.coverage, p.outOfScope(), read)
	s.Gaps = slices.Concat(p.gaps(), gaps)
	sortGaps(s.Gaps)
	slices.SortFunc(s.Coverage, func(a, b graphmodel.Coverage) int {
		return cmp.Or(strings.Compare(a.Kind, b.Kind), strings.Compare(a.From, b.From), strings.Compare(a.To, b.To))
	})
	for i := range s.Coverage {
		s.Complete = s.Complete && !s.Coverage[i].Gap()
		s.Coverage[i].Verdict = s.Coverage[i].Outcome()
	}
	k := sources{configured: r.options.Inverses, remembered: r.options.Remembered, graph: s.Graph, unlisted: p.unlisted()}
	k.partial = slices.ContainsFunc(s.Gaps, func(g graphmodel.Gap) bool { return g.ID == nil && g.Kind != graphmodel.OwnersKind })
	resolveInverses(s.Definitions, k)
	return s, nil
}

// seen reports whether a record is part of the snapshot, and not only an end.
func (c *collector) seen(k graphmodel.Key) bool {
	n, ok := c.graph.Node(k)
	return ok && n.Seen
}

// finalAliases follows chains of merges to the record that is left.
func (c *collector) finalAliases() []graphmodel.Alias {
	aliases := make([]graphmodel.Alias, 0, len(c.aliases))
	for old := range c.aliases {
		aliases = append(aliases, graphmodel.Alias{ObjectType: old.Type, OldID: old.ID, CurrentID: c.final(old)})
	}
	slices.SortFunc(aliases, func(a, b graphmodel.Alias) int {
		return cmp.Or(strings.Compare(a.ObjectType, b.ObjectType), cmp.Compare(a.OldID, b.OldID))
	})
	return aliases
}

// final is the record that a merged-away id ended in. Of a ring of merges, which
// no portal should have, the next id has to do.
func (c *collector) final(old graphmodel.Key) int64 {
	visited := map[int64]bool{old.ID: true}
	for id := c.aliases[old]; ; {
		next, merged := c.aliases[graphmodel.Key{Type: old.Type, ID: id}]
		if !merged {
			return id
		}
		if visited[id] {
			return c.aliases[old]
		}
		visited[id] = true
		id = next
	}
}

// gaps are the association types, and the owners, that could not be read.
func (p *Plan) gaps() []graphmodel.Gap {
	var gaps []graphmodel.Gap
	for _, c := range p.coverage {
		if c.Gap() {
			gaps = append(gaps, graphmodel.Gap{Kind: c.Kind, From: c.From, To: c.To, Reason: c.Reason})
		}
	}
	return gaps
}

// unlisted are the ordered pairs of object types whose definitions were not all read.
func (p *Plan) unlisted() map[[2]string]bool {
	pairs := map[[2]string]bool{}
	for _, c := range p.coverage {
		if c.Kind == "types" && c.Gap() {
			pairs[[2]string{c.From, c.To}] = true
		}
	}
	return pairs
}
