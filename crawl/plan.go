package crawl

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// DefaultTypes are the standard object types of a crawl for which none are
// named; every custom object of the portal joins them.
var DefaultTypes = []string{"contacts", "companies", "deals", "tickets", "line_items"}

// Pair is an ordered pair of object types whose associations are read.
type Pair struct {
	From, To hubspot.ObjectType
}

// Scope is what a crawl is asked to read.
type Scope struct {
	// Types are object types by name, singular or id; none means DefaultTypes
	// and all custom objects.
	Types []string
	// Properties are asked for beside those that the checks need, by object
	// type name.
	Properties map[string][]string
}

// Hash identifies the object types and directions that were asked for: drift
// is told only between snapshots of one scope.
func (s Scope) Hash() string {
	types := slices.Clone(s.Types)
	for i, name := range types {
		if t, ok := hubspot.StandardType(name); ok {
			types[i] = t.Name
		}
	}
	slices.Sort(types)
	sum := sha256.Sum256([]byte("types=" + strings.Join(slices.Compact(types), ",") + ";directions=both"))
	return hex.EncodeToString(sum[:8])
}

// Plan is what a crawl will read, as the portal's metadata has it.
type Plan struct {
	Account     hubspot.Account
	Scope       Scope
	Types       []hubspot.ObjectType // by name
	Pairs       []Pair               // by names
	Definitions []graphmodel.Definition
	Stages      []graphmodel.Stage

	labels    map[string]string     // object type name -> what the portal calls it
	coverage  []graphmodel.Coverage // kind "types"
	pipelines map[string]error      // object types whose pipelines were refused
	started   time.Time
	before    int64 // requests that the client had sent before this crawl
}

// ErrType is wrapped by errors about an object type that the portal, or
// HubSpot, does not have.
var ErrType = errors.New("unknown object type")

// NewPlan reads the metadata of a portal: one call for the account, one for the
// list of custom objects where they are wanted, one schema for each other type,
// one labels call for each ordered pair that has association types, one call
// for the pipelines of each type that has pipelines.
func NewPlan(ctx context.Context, c *hubspot.Client, scope Scope) (*Plan, error) {
	p := &Plan{Scope: scope, labels: map[string]string{}, pipelines: map[string]error{}, started: time.Now().UTC(), before: c.Stats().Requests}
	var err error
	if p.Account, err = c.Account(ctx); err != nil {
		return nil, fmt.Errorf("read the account: %w", err)
	}
	schemas, err := p.schemas(ctx, c)
	if err != nil {
		return nil, err
	}
	for _, s := range schemas {
		p.Types = append(p.Types, s.ObjectType)
		p.labels[s.ObjectType.Name] = s.Label
	}
	slices.SortFunc(p.Types, func(a, b hubspot.ObjectType) int { return strings.Compare(a.Name, b.Name) })
	if err := p.definitions(ctx, c, schemas); err != nil {
		return nil, err
	}
	return p, p.readPipelines(ctx, c)
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
			p.gap("", "", fmt.Errorf("custom objects: %w", err))
		case err != nil:
			return nil, fmt.Errorf("list custom objects: %w", err)
		}
		schemas = custom
	}
	for _, name := range names {
		if err := hubspot.CheckTypeName(name); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrType, err)
		}
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
		p.gap(standard.Name, "", fmt.Errorf("schema: %w", err))
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

// definitions asks for the association types of every ordered pair of crawled
// types that a schema gives any to.
func (p *Plan) definitions(ctx context.Context, c *hubspot.Client, schemas []hubspot.Schema) error {
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
	for _, from := range p.Types {
		for _, to := range p.Types {
			inSchema := byPair[[2]string{from.ID, to.ID}]
			if len(inSchema) == 0 {
				continue
			}
			pair := Pair{from, to}
			p.Pairs = append(p.Pairs, pair)
			if err := p.readLabels(ctx, c, pair, inSchema); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Plan) readLabels(ctx context.Context, c *hubspot.Client, pair Pair, inSchema map[int]hubspot.SchemaAssociation) error {
	started := time.Now().UTC()
	labels, err := c.Labels(ctx, pair.From.ID, pair.To.ID)
	switch {
	case passable(err):
		p.gap(pair.From.Name, pair.To.Name, err)
		labels = nil
	case err != nil:
		return fmt.Errorf("read the association types from %s to %s: %w", pair.From.Name, pair.To.Name, err)
	default:
		n := int64(len(labels))
		p.coverage = append(p.coverage, graphmodel.Coverage{Kind: "types", From: pair.From.Name, To: pair.To.Name,
			Requested: n, Received: n, Complete: true, StartedAt: started, FinishedAt: time.Now().UTC()})
	}
	p.Definitions = append(p.Definitions, define(pair, labels, inSchema)...)
	return nil
}

// gap notes that the association types of a pair, or a type's schema, could
// not be read.
func (p *Plan) gap(from, to string, err error) {
	now := time.Now().UTC()
	p.coverage = append(p.coverage, graphmodel.Coverage{Kind: "types", From: from, To: to,
		Requested: 1, Failed: 1, Reason: err.Error(), StartedAt: now, FinishedAt: now})
}

// passable reports whether a crawl goes on after err, with a gap in its
// coverage: the portal refused this one thing, or answered it with nonsense.
func passable(err error) bool {
	var refused *hubspot.Error
	switch {
	case err == nil, errors.Is(err, hubspot.ErrUnauthorized), errors.Is(err, hubspot.ErrDailyLimit), errors.Is(err, hubspot.ErrUnavailable):
		return false
	case errors.Is(err, hubspot.ErrMalformed):
		return true
	}
	return errors.As(err, &refused) && refused.Status >= 400 && refused.Status < 500
}

// pipelined are the object types whose records move through pipelines.
var pipelined = []string{"deals", "tickets", "leads", "orders", "services", "appointments", "courses", "listings"}

func (p *Plan) readPipelines(ctx context.Context, c *hubspot.Client) error {
	for _, t := range p.Types {
		if !slices.Contains(pipelined, t.Name) {
			continue
		}
		pipelines, err := c.Pipelines(ctx, t.ID)
		switch {
		case passable(err):
			p.pipelines[t.Name] = err
		case err != nil:
			return fmt.Errorf("read the pipelines of %s: %w", t.Name, err)
		}
		for _, pipeline := range pipelines {
			for _, s := range pipeline.Stages {
				p.Stages = append(p.Stages, stage(t.Name, pipeline, s))
			}
		}
	}
	slices.SortFunc(p.Stages, func(a, b graphmodel.Stage) int {
		return cmp.Or(strings.Compare(a.ObjectType, b.ObjectType), strings.Compare(a.PipelineID, b.PipelineID),
			cmp.Compare(a.Position, b.Position), strings.Compare(a.StageID, b.StageID))
	})
	return nil
}

// stage reads what a stage means from its metadata: deals carry isClosed and a
// probability, tickets a ticketState (HubSpot's documentation, CRM pipelines).
func stage(objectType string, p hubspot.Pipeline, s hubspot.Stage) graphmodel.Stage {
	g := graphmodel.Stage{ObjectType: objectType, PipelineID: p.ID, PipelineName: p.Label,
		StageID: s.ID, StageName: s.Label, Position: int32(s.Order)}
	closed, known := s.Metadata["isClosed"]
	if state, ok := s.Metadata["ticketState"]; ok && !known {
		closed, known = fmt.Sprint(state == "CLOSED"), true
	}
	if !known {
		return g
	}
	isClosed := strings.EqualFold(closed, "true")
	g.IsClosed = &isClosed
	if probability, ok := s.Metadata["probability"]; ok {
		won := isClosed && strings.TrimRight(strings.TrimRight(probability, "0"), ".") == "1"
		g.IsWon = &won
	}
	return g
}
