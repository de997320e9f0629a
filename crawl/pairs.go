package crawl

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// Three sources say which ordered pairs of object types have associations: the
// schemas, HubSpot's documented table, and the labels endpoint, which lists the
// association types of the one pair that it is asked for. A schema can say less than
// there is, and then all that it does not say would be missing without a trace. So
// labels are asked for each pair that a schema or the table names, and of a type whose
// schema names nothing, or something that lacks an end, for its pairs with all others. A pair is read unless nothing
// speaks for it: labels that are listed do, or that are refused, or a schema that
// names the pair, or the table where a schema that should have named it is bare. That
// the table alone names a pair, and HubSpot lists no type of it, means that this
// portal does not have it: reading it would take a call for every 1,000 records, each
// night, for nothing.

// pairTypes are the association types of a pair: what the portal's schemas say of
// them, and what its labels endpoint does.
type pairTypes struct {
	pair       Pair
	inSchema   map[int]hubspot.SchemaAssociation // by type id; 0: one whose id is none
	documented bool
	bare       bool            // a schema that should name the pair's types says less than it should
	labels     []hubspot.Label // nil: refused
	dropped    []hubspot.Label // what came beside one of labels, and differs
	coverage   graphmodel.Coverage
}

// readPairs asks for the labels of every ordered pair of crawled types that may have
// associations.
func (p *Plan) readPairs(ctx context.Context, c *hubspot.Client, calls *errgroup.Group, schemas []hubspot.Schema) []*pairTypes {
	bare := map[string]bool{}
	for _, s := range schemas {
		bare[s.ObjectType.ID] = isBare(s) || lacksEnds(s)
	}
	documented := map[[2]string]bool{}
	for _, d := range hubspot.DocumentedTypes() {
		documented[[2]string{d.From, d.To}] = true
	}
	byPair := associationsOf(schemas)
	var all []*pairTypes
	for _, from := range p.Types {
		for _, to := range p.Types {
			l := &pairTypes{pair: Pair{from, to}, inSchema: byPair[[2]string{from.ID, to.ID}],
				documented: documented[[2]string{from.Name, to.Name}], bare: bare[from.ID] || bare[to.ID]}
			if len(l.inSchema) > 0 || l.documented || l.bare {
				all = append(all, l)
				calls.Go(func() error { return l.read(ctx, c) })
			}
		}
	}
	return all
}

// isBare reports whether a schema names no association type.
func isBare(s hubspot.Schema) bool {
	return !slices.ContainsFunc(s.Associations, func(a hubspot.SchemaAssociation) bool { return a.TypeID > 0 })
}

// lacksEnds reports whether a schema has associations of which it does not say between
// which object types they are.
func lacksEnds(s hubspot.Schema) bool {
	unnumbered := 0
	for _, a := range s.Associations {
		if a.TypeID <= 0 {
			unnumbered++
		}
	}
	return s.UnreadableAssociations > unnumbered
}

// hasDocumented reports whether HubSpot documents association types of an object type.
func hasDocumented(name string) bool {
	return slices.ContainsFunc(hubspot.DocumentedTypes(), func(d hubspot.DocumentedType) bool { return d.From == name })
}

// associationsOf sorts what schemas say by ordered pair of object types and by
// id.
func associationsOf(schemas []hubspot.Schema) map[[2]string]map[int]hubspot.SchemaAssociation {
	byPair := map[[2]string]map[int]hubspot.SchemaAssociation{}
	for _, s := range schemas {
		for _, a := range s.Associations {
			key := [2]string{a.From, a.To}
			if byPair[key] == nil {
				byPair[key] = map[int]hubspot.SchemaAssociation{}
			}
			if own, ok := byPair[key][a.TypeID]; !ok || compareInSchema(a, own) < 0 {
				byPair[key][a.TypeID] = a
			}
		}
	}
	return byPair
}

// compareInSchema puts that one of two associations with one id first which is to
// stand, in whatever order they come. Where a user's type has the number of one of
// HubSpot's own, that is HubSpot's, whose names are in capitals: CONTACT_TO_COMPANY.
func compareInSchema(a, b hubspot.SchemaAssociation) int {
	rank := func(a hubspot.SchemaAssociation) (n int, most int64) {
		if most = math.MaxInt64; a.MaxTo != nil {
			most = *a.MaxTo
		}
		switch a.Name {
		case "":
			return 2, most
		case strings.ToUpper(a.Name):
			return 0, most
		}
		return 1, most
	}
	n, most := rank(a)
	m, mostOfB := rank(b)
	return cmp.Or(cmp.Compare(n, m), strings.Compare(a.Name, b.Name), cmp.Compare(most, mostOfB))
}

// speaks reports whether something but labels says that the pair has associations.
func (l *pairTypes) speaks() bool { return len(l.inSchema) > 0 || l.documented && l.bare }

// isThere reports whether the pair is to be read.
func (l *pairTypes) isThere() bool {
	return l.labels == nil || len(l.labels) > 0 || !l.coverage.Complete || l.speaks()
}

func (l *pairTypes) read(ctx context.Context, c *hubspot.Client) error {
	from, to := l.pair.From, l.pair.To
	started := time.Now().UTC()
	list, err := c.Labels(ctx, from.ID, to.ID)
	switch {
	case notThere(err) && !l.speaks(): // HubSpot knows no such pair
		list.Labels = []hubspot.Label{}
	case passable(err):
		l.coverage = typesGap(from.Name, to.Name, err)
		return nil
	case err != nil:
		return fmt.Errorf("read the association types from %s to %s: %w", from.Name, to.Name, err)
	}
	n, odd := int64(len(list.Labels)), int64(list.Unreadable)
	l.labels, l.dropped = list.Labels, list.Dropped
	l.coverage = graphmodel.Coverage{Kind: "types", From: from.Name, To: to.Name,
		Requested: n + odd, Received: n, Failed: odd, Complete: odd == 0, StartedAt: started, FinishedAt: time.Now().UTC()}
	if odd > 0 {
		l.coverage.Reason = fmt.Sprintf("%d definitions lack their category or their id", odd)
	}
	return nil
}

// define takes in the association types of all pairs. Of a pair that HubSpot
// documents and this portal does not have, it is known to have no
// associations.
func (p *Plan) define(all []*pairTypes) {
	for _, l := range all {
		for _, d := range l.dropped {
			p.Notes = append(p.Notes, fmt.Sprintf("the association type %s:%d from %s to %s comes twice, and not alike: the text %q is not taken", d.Category, d.TypeID, l.pair.From.Name, l.pair.To.Name, d.Label))
		}
		if l.isThere() {
			p.Pairs = append(p.Pairs, l.pair)
			p.coverage = append(p.coverage, l.coverage)
			p.Definitions = append(p.Definitions, define(l.pair, l.labels, l.inSchema)...)
			continue
		}
		if l.documented {
			l.coverage.Reason = "the portal has no such association type"
			none := l.coverage
			none.Kind = "associations"
			p.coverage = append(p.coverage, l.coverage, none)
		}
	}
}
