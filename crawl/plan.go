package crawl

import (
	"cmp"
	"context"
	"fmt"
	"maps"
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
	Owners      []graphmodel.Owner // by id; none where the scope does not ask for them
	Notes       []string           // sentences for people, about what is odd and no gap

	labels    map[string]string     // object type name -> what the portal calls it
	shown     map[string]string     // object type id -> the property by which people know its records
	counts    map[string]int64      // object type name -> its records, where HubSpot counts them
	left      []Pair                // out of scope: read from the other side alone
	coverage  []graphmodel.Coverage // kinds "types" and OwnersKind
	pipelines map[string]error      // object types whose pipelines were refused
	source    *Source
}

// metadataCalls is how many calls for metadata are under way at once. It is more than
// a portal far away answers in a second: the rate limit decides about the speed.
const metadataCalls = 32

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

// Plan reads the metadata of a portal: what the words of the scope name, if that was
// not resolved before, one call for the list of custom objects where they are wanted,
// one schema for each other type, all side by side; and then, side by side again, one
// labels call for each ordered pair of types that may have associations, one call for
// the pipelines of each type that has pipelines, one for how many records there are of
// all types, and the lists of owners where they are wanted.
func (s *Source) Plan(ctx context.Context, scope Scope) (*Plan, error) {
	scope, err := s.Resolve(ctx, scope)
	if err != nil {
		return nil, err
	}
	c, ctx := s.client, s.remembering(ctx)
	p := &Plan{Account: s.Account, Scope: scope, labels: map[string]string{}, shown: map[string]string{}, counts: map[string]int64{}, pipelines: map[string]error{}, source: s}
	schemas, err := p.schemas(ctx)
	if err != nil {
		return nil, err
	}
	distinguish(schemas, s.Account.PortalID)
	for _, s := range schemas {
		p.Types = append(p.Types, s.ObjectType)
		p.labels[s.ObjectType.Name] = s.Label
		p.shown[s.ObjectType.ID] = shownBy(s)
	}
	slices.SortFunc(p.Types, func(a, b hubspot.ObjectType) int { return strings.Compare(a.Name, b.Name) })
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(metadataCalls)
	pairs := p.readPairs(ctx, c, calls, schemas)
	pipelines := p.readPipelines(ctx, c, calls)
	calls.Go(func() error { return p.count(ctx, c) })
	calls.Go(func() error { return p.readOwners(ctx, c) })
	if err := calls.Wait(); err != nil {
		return nil, err
	}
	p.define(pairs)
	p.stage(pipelines)
	p.choose()
	p.note(schemas)
	return p, nil
}

// schemas finds the types of the scope and what each says of its associations, all
// side by side.
func (p *Plan) schemas(ctx context.Context) ([]hubspot.Schema, error) {
	ids, all := p.Scope.Types, len(p.Scope.Types) == 0
	if all {
		for _, name := range DefaultTypes {
			standard, _ := hubspot.StandardType(name)
			ids = append(ids, standard.ID)
		}
	}
	read, refused := make([]hubspot.Schema, len(ids)), make([]error, len(ids))
	var unlisted error
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(metadataCalls)
	for i, id := range ids {
		if s, known := p.source.schemas[id]; known {
			read[i] = s
			continue
		}
		calls.Go(func() (err error) {
			read[i], refused[i], err = p.schema(ctx, id)
			return err
		})
	}
	if all {
		calls.Go(func() error {
			if unlisted = p.source.listCustom(ctx); unlisted != nil && !passable(unlisted) {
				return unlisted
			}
			return nil
		})
	}
	if err := calls.Wait(); err != nil {
		return nil, err
	}
	var custom []hubspot.Schema
	if all {
		p.source.knowCustom()
		custom = slices.Clone(p.source.custom)
	}
	if unlisted != nil {
		p.gap("", unlisted)
	}
	for i, err := range refused {
		if err != nil {
			p.gap(read[i].ObjectType.Name, fmt.Errorf("schema: %w", err))
		}
	}
	return p.distinct(append(custom, read...)), nil
}

// distinct drops schemas that come twice. Of two, the one that lists more stands.
func (p *Plan) distinct(schemas []hubspot.Schema) []hubspot.Schema {
	return once(schemas, func(s hubspot.Schema) string { return s.ObjectType.ID },
		func(a, b hubspot.Schema) int { return cmp.Compare(len(b.Associations), len(a.Associations)) },
		func(kept, dropped hubspot.Schema) {
			p.Notes = append(p.Notes, fmt.Sprintf("the object type %s comes twice, and not alike: that of %d association types, called %q, is taken, not that of %d, called %q",
				kept.ObjectType.ID, len(kept.Associations), kept.Label, len(dropped.Associations), dropped.Label))
		})
}

// schema reads the schema of a type. Where a standard type's is refused, the type
// exists whatever its schema's scope, and its records answer for themselves.
func (p *Plan) schema(ctx context.Context, id string) (s hubspot.Schema, refused, err error) {
	s, err = p.source.client.Schema(ctx, id)
	standard, ok := hubspot.StandardType(id)
	switch {
	case err == nil:
		return s, nil, nil
	case ok && passable(err):
		return hubspot.Schema{ObjectType: standard}, err, nil
	case notThere(err):
		return s, nil, fmt.Errorf("%w: the portal %d has no object type %s any more", ErrType, p.Account.PortalID, id)
	}
	return s, nil, fmt.Errorf("read the schema of %s: %w", p.source.typeName(id), err)
}

// distinguish gives object types names that no other one has. Where some share a
// name, those that are not the portal's own are called by their fully qualified
// names; where that does not help, the id is part of the name.
func distinguish(schemas []hubspot.Schema, portal int64) {
	own := fmt.Sprintf("p%d_", portal)
	rename := func(name func(hubspot.Schema) string) {
		count := map[string]int{}
		for _, s := range schemas {
			count[s.ObjectType.Name]++
		}
		for i := range schemas {
			t := &schemas[i].ObjectType
			if _, standard := hubspot.StandardType(t.ID); count[t.Name] > 1 && !standard {
				t.Name = name(schemas[i])
				t.Singular = t.Name
			}
		}
	}
	rename(func(s hubspot.Schema) string {
		if s.FullName == "" || strings.HasPrefix(strings.ToLower(s.FullName), own) {
			return s.ObjectType.Name
		}
		return "p_" + s.FullName
	})
	rename(func(s hubspot.Schema) string { return s.ObjectType.Name + "_" + s.ObjectType.ID })
}

// note takes down what is odd about the scope and the schemas. A standard type whose
// schema names no association type has lost something on the way: each has some.
func (p *Plan) note(schemas []hubspot.Schema) {
	p.Notes = append(p.Notes, p.source.notes...)
	for _, id := range slices.Sorted(maps.Keys(p.Scope.Properties)) {
		if !slices.ContainsFunc(p.Types, func(t hubspot.ObjectType) bool { return t.ID == id }) {
			p.Notes = append(p.Notes, fmt.Sprintf("properties of %s are asked for, and %[1]s are not crawled", p.source.typeName(id)))
		}
	}
	for _, s := range schemas {
		name := s.ObjectType.Name
		if !isBare(s) || !hasDocumented(name) || slices.ContainsFunc(p.coverage, func(c graphmodel.Coverage) bool { return c.From == name && c.To == "" }) {
			continue
		}
		const reason = "the schema names no association types; the documented ones were asked for, and labels for all pairs"
		now := time.Now().UTC()
		p.coverage = append(p.coverage, graphmodel.Coverage{Kind: "types", From: name, Requested: 1, Received: 1, Complete: true, Reason: reason, StartedAt: now, FinishedAt: now})
		p.Notes = append(p.Notes, fmt.Sprintf("%s: %s", name, reason))
	}
	slices.Sort(p.Notes)
}

// gap notes that a type's schema, or the list of custom objects, could not be
// read.
func (p *Plan) gap(from string, err error) { p.coverage = append(p.coverage, typesGap(from, "", err)) }

// typesGap is the coverage of association types that could not be read.
func typesGap(from, to string, err error) graphmodel.Coverage {
	now := time.Now().UTC()
	return graphmodel.Coverage{Kind: "types", From: from, To: to, Requested: 1, Failed: 1, Reason: err.Error(), StartedAt: now, FinishedAt: now}
}
