package crawl

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// pipelined are the object types whose records move through pipelines.
var pipelined = []string{"deals", "tickets", "leads", "orders", "services", "appointments", "courses", "listings"}

// piped are the pipelines of an object type.
type piped struct {
	typ       hubspot.ObjectType
	pipelines []hubspot.Pipeline
	refused   error
}

func (p *Plan) readPipelines(ctx context.Context, c *hubspot.Client, calls *errgroup.Group) []*piped {
	var all []*piped
	for _, t := range p.Types {
		if !slices.Contains(pipelined, t.Name) {
			continue
		}
		of := &piped{typ: t}
		all = append(all, of)
		calls.Go(func() error {
			pipelines, err := c.Pipelines(ctx, t.ID)
			of.pipelines, of.refused = pipelines, err
			if err != nil && !passable(err) {
				return fmt.Errorf("read the pipelines of %s: %w", t.Name, err)
			}
			return nil
		})
	}
	return all
}

// stage takes in the pipelines of all types.
func (p *Plan) stage(all []*piped) {
	for _, of := range all {
		if of.refused != nil {
			p.pipelines[of.typ.Name] = of.refused
		}
		for _, pipeline := range of.pipelines {
			for _, s := range pipeline.Stages {
				p.Stages = append(p.Stages, stageOf(of.typ.Name, pipeline, s))
			}
		}
	}
	p.Stages = once(p.Stages, func(s graphmodel.Stage) string {
		return strings.Join([]string{s.ObjectType, s.PipelineID, s.StageID}, "\x00")
	},
		func(a, b graphmodel.Stage) int { return 0 },
		func(kept, dropped graphmodel.Stage) {
			p.Notes = append(p.Notes, fmt.Sprintf("the stage %s of the pipeline %s of %s comes twice, and not alike: %q of %q is taken, not %q of %q",
				kept.StageID, kept.PipelineID, kept.ObjectType, kept.StageName, kept.PipelineName, dropped.StageName, dropped.PipelineName))
		})
	slices.SortFunc(p.Stages, func(a, b graphmodel.Stage) int {
		return cmp.Or(strings.Compare(a.ObjectType, b.ObjectType), strings.Compare(a.PipelineID, b.PipelineID),
			cmp.Compare(a.Position, b.Position), strings.Compare(a.StageID, b.StageID))
	})
}

// stageOf reads what a stage means from its metadata: deals carry isClosed and a
// probability, tickets a ticketState (HubSpot's documentation, CRM pipelines).
func stageOf(objectType string, p hubspot.Pipeline, s hubspot.Stage) graphmodel.Stage {
	g := graphmodel.Stage{ObjectType: objectType, PipelineID: p.ID, PipelineName: p.Label,
		StageID: s.ID, StageName: s.Label, Position: int32(s.Order)}
	closed, known := s.Metadata["isClosed"]
	if state, ok := s.Metadata["ticketState"]; ok && !known {
		closed, known = fmt.Sprint(strings.EqualFold(state, "CLOSED")), true
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
