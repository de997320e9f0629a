package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// Pair is an ordered pair of object types whose associations are read.
type Pair struct {
	From, To hubspot.ObjectType
}

// Plan is what a crawl will read, as the portal's metadata has it.
type Plan struct {
	Account     hubspot.Account
	Scope       Scope
	Types       []hubspot.ObjectType // by name
	Pairs       []Pair               // to be read, by names
	Definitions []graphmodel.Definition
	Stages      []graphmodel.Stage

	labels    map[string]string     // object type name -> what the portal calls it
	counts    map[string]int64      // object type name -> its records, where HubSpot counts them
	left      []Pair                // out of scope: read from the other side alone
	coverage  []graphmodel.Coverage // kind "types"
	pipelines map[string]error      // object types whose pipelines were refused
	source    *Source
}

// ErrType is wrapped by errors about an object type that the portal, or
// HubSpot, does not have.
var ErrType = errors.New("unknown object type")

// metadataCalls is how many calls for metadata are under way at once.
const metadataCalls = 8

// NewPlan connects to a portal and plans its crawl, without a journal.
func NewPlan(ctx context.Context, c *hubspot.Client, scope Scope) (*Plan, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	s, err := Connect(ctx, c)
	if err != nil {
		return nil, err
	}
	return s.Plan(ctx, scope)
}

// Plan reads the metadata of a portal: one call for the list of custom objects
// where they are wanted, one schema for each other type, one labels call for each
// ordered pair that has association types, one call for the pipelines of each type
// that has pipelines, and one for how many records there are of all types. The
// scope is one that passes its Check.
func (s *Source) Plan(ctx context.Context, scope Scope) (*Plan, error) {
	c, ctx := s.client, s.remembering(ctx)
	p := &Plan{Account: s.Account, Scope: scope, labels: map[string]string{}, counts: map[string]int64{}, pipelines: map[string]error{}, source: s}
	schemas, err := p.schemas(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, s := range schemas {
		p.Types = append(p.Types, s.ObjectType)
		p.labels[s.ObjectType.Name] = s.Label
	}
	slices.SortFunc(p.Types, func(a, b hubspot.ObjectType) int { return strings.Compare(a.Name, b.Name) })
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(metadataCalls)
	labels := p.definitions(ctx, c, calls, schemas)
	pipelines := p.readPipelines(ctx, c, calls)
	calls.Go(func() error { return p.count(ctx, c) })
	if err := calls.Wait(); err != nil {
		return nil, err
	}
	p.define(labels)
	p.stage(pipelines)
	p.choose()
	return p, nil
}

// schemas finds the types of the scope and what each says of its associations.
func (p *Plan) schemas(ctx context.Context, c *hubspot.Client) ([]hubspot.Schema, error) {
	names := p.Scope.Types
	var schemas []hubspot.Schema
	if len(names) == 0 {
		names = DefaultTypes
		custom, err := c.CustomSchemas(ctx)
		switch {
		case passable(err):
			p.gap("", fmt.Errorf("custom objects: %w", err))
		case err != nil:
			return nil, fmt.Errorf("list custom objects: %w", err)
		}
		schemas = custom
	}
	for _, name := range names {
		s, err := p.schema(ctx, c, name)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(schemas, func(o hubspot.Schema) bool { return o.ObjectType.ID == s.ObjectType.ID }) {
			schemas = append(schemas, s)
		}
	}
	return schemas, nil
}

func (p *Plan) schema(ctx context.Context, c *hubspot.Client, name string) (hubspot.Schema, error) {
	id := name
	standard, ok := hubspot.StandardType(name)
	if ok {
		id = standard.ID
	}
	s, err := c.Schema(ctx, id)
	switch {
	case err == nil:
		return s, nil
	case ok && passable(err):
		// The type exists whatever its schema's scope: HubSpot's documented
		// association types stand in, and its records answer for themselves.
		p.gap(standard.Name, fmt.Errorf("schema: %w", err))
		return documentedSchema(standard), nil
	case notThere(err):
		return s, fmt.Errorf("%w: the portal %d has no object type %q; without --types every custom object is crawled", ErrType, p.Account.PortalID, name)
	}
	return s, fmt.Errorf("read the schema of %s: %w", name, err)
}

// notThere reports whether HubSpot knows no object type of that name: it answers
// 404, or 400 where the name could be none.
func notThere(err error) bool {
	var refused *hubspot.Error
	return errors.As(err, &refused) && (refused.Status == http.StatusNotFound || refused.Status == http.StatusBadRequest)
}

func documentedSchema(t hubspot.ObjectType) hubspot.Schema {
	s := hubspot.Schema{ObjectType: t}
	for _, d := range hubspot.DocumentedTypes() {
		to, known := hubspot.StandardType(d.To)
		if d.From == t.Name && known {
			s.Associations = append(s.Associations, hubspot.SchemaAssociation{TypeID: d.TypeID, From: t.ID, To: to.ID})
		}
	}
	return s
}

// pairTypes are the association types of a pair: what the portal's schemas say of
// them, and what its labels endpoint does.
type pairTypes struct {
	pair     Pair
	inSchema map[int]hubspot.SchemaAssociation
	labels   []hubspot.Label // nil: refused
	coverage graphmodel.Coverage
}

// definitions finds every ordered pair of crawled types that a schema gives an
// association type, and asks for its labels.
func (p *Plan) definitions(ctx context.Context, c *hubspot.Client, calls *errgroup.Group, schemas []hubspot.Schema) []*pairTypes {
	byPair := associationsOf(schemas)
	var all []*pairTypes
	for _, from := range p.Types {
		for _, to := range p.Types {
			inSchema := byPair[[2]string{from.ID, to.ID}]
			if len(inSchema) == 0 {
				continue
			}
			l := &pairTypes{pair: Pair{from, to}, inSchema: inSchema}
			all = append(all, l)
			calls.Go(func() error { return l.read(ctx, c) })
		}
	}
	return all
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
			// Where a user's type has the number of one of HubSpot's own, the row
			// is HubSpot's, whose names are in capitals: CONTACT_TO_COMPANY.
			if own := byPair[key][a.TypeID].Name; own == "" || own != strings.ToUpper(own) {
				byPair[key][a.TypeID] = a
			}
		}
	}
	return byPair
}

func (l *pairTypes) read(ctx context.Context, c *hubspot.Client) error {
	from, to := l.pair.From, l.pair.To
	started := time.Now().UTC()
	labels, err := c.Labels(ctx, from.ID, to.ID)
	if passable(err) {
		l.coverage = typesGap(from.Name, to.Name, err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the association types from %s to %s: %w", from.Name, to.Name, err)
	}
	n := int64(len(labels.Labels))
	l.labels = labels.Labels
	l.coverage = graphmodel.Coverage{Kind: "types", From: from.Name, To: to.Name,
		Requested: n, Received: n, Complete: true, StartedAt: started, FinishedAt: time.Now().UTC()}
	return nil
}

// define takes in the association types of all pairs.
func (p *Plan) define(all []*pairTypes) {
	for _, l := range all {
		p.Pairs = append(p.Pairs, l.pair)
		p.coverage = append(p.coverage, l.coverage)
		p.Definitions = append(p.Definitions, define(l.pair, l.labels, l.inSchema)...)
	}
}

// gap notes that a type's schema, or the list of custom objects, could not be
// read.
func (p *Plan) gap(from string, err error) { p.coverage = append(p.coverage, typesGap(from, "", err)) }

// typesGap is the coverage of association types that could not be read.
func typesGap(from, to string, err error) graphmodel.Coverage {
	now := time.Now().UTC()
	return graphmodel.Coverage{Kind: "types", From: from, To: to, Requested: 1, Failed: 1, Reason: err.Error(), StartedAt: now, FinishedAt: now}
}
