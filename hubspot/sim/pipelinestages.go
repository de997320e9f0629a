package sim

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"time"
)

const (
	legacyStages = "/crm/v3/pipelines/{type}/{pipeline}/stages"
	datedStages  = "/crm/pipelines/{v}/{type}/{pipeline}/stages"
)

var stageRoutes = []route{
	{name: "stages", method: "GET", legacy: legacyStages, dated: datedStages, serve: listStages},
	{name: "stage-create", method: "POST", legacy: legacyStages, dated: datedStages, writes: true, serve: createStage},
	{name: "stage", method: "GET", legacy: legacyStages + "/{stage}", dated: datedStages + "/{stage}", serve: getStage},
	{name: "stage-replace", method: "PUT", legacy: legacyStages + "/{stage}", dated: datedStages + "/{stage}", writes: true, serve: replaceStage},
	{name: "stage-update", method: "PATCH", legacy: legacyStages + "/{stage}", dated: datedStages + "/{stage}", writes: true, serve: updateStage},
	{name: "stage-delete", method: "DELETE", legacy: legacyStages + "/{stage}", dated: datedStages + "/{stage}", writes: true, serve: deleteStage},
	{name: "stage-audit", method: "GET", legacy: legacyStages + "/{stage}/audit", dated: datedStages + "/{stage}/audit", serve: getStageAudit},
}

type stageRow struct {
	ID           string            `json:"id"`
	Label        string            `json:"label"`
	DisplayOrder int               `json:"displayOrder"`
	Archived     bool              `json:"archived"`
	CreatedAt    time.Time         `json:"createdAt"`
	UpdatedAt    time.Time         `json:"updatedAt"`
	Metadata     map[string]string `json:"metadata"`
	Permissions  string            `json:"writePermissions"`
}

func (s stage) row(order int) stageRow {
	return stageRow{s.id, s.label, order, false, schemaTime, schemaTime, maps.Clone(s.metadata), "CRM_PERMISSIONS_ENFORCEMENT"}
}

// rows lists the stages of a pipeline, in their order.
func (p *pipeline) rows() []stageRow {
	rows := []stageRow{}
	for i, s := range p.stages {
		rows = append(rows, s.row(i))
	}
	return rows
}

// stageInput is a stage in a request. What is nil is not to change.
type stageInput struct {
	Label    *string                  `json:"label"`
	Order    *int                     `json:"displayOrder"`
	Metadata map[string]propertyValue `json:"metadata"`
}

// wholeStage makes a stage as POST and PUT want it.
func (c *call) wholeStage(in stageInput, id string) (s stage, order int, err error) {
	if in.Label == nil || in.Order == nil {
		return s, 0, unset("label", "displayOrder")
	}
	s = stage{id: id, label: *in.Label, metadata: map[string]string{}}
	return s, *in.Order, c.setMetadata(&s, in.Metadata)
}

// metadataKey is the form of isClosed, probability, ticketState and the like.
var metadataKey = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

// setMetadata sets what HubSpot keeps of a stage: of a deal's the probability,
// from which follows whether it is closed, of a ticket's the state.
func (c *call) setMetadata(s *stage, metadata map[string]propertyValue) error {
	for key, value := range metadata {
		if !metadataKey.MatchString(key) {
			return bad("%q is no key of a stage's metadata", key)
		}
		s.metadata[key] = string(value)
	}
	switch c.typ("type").Name {
	case "deals":
		probability, err := strconv.ParseFloat(s.metadata["probability"], 64)
		if err != nil || probability < 0 || probability > 1 {
			return bad("The stage %q must have a probability from 0.0 to 1.0 in its metadata", s.label)
		}
		s.metadata["isClosed"] = strconv.FormatBool(probability == 0 || probability == 1)
	case "tickets":
		if s.metadata["ticketState"] == "" {
			s.metadata["ticketState"] = "OPEN"
		}
		s.metadata["isClosed"] = strconv.FormatBool(s.metadata["ticketState"] == "CLOSED")
	}
	return nil
}

// stage finds the stage that the path names, and its place in its pipeline.
func (c *call) stage() (*pipeline, int, error) {
	p, _, err := c.pipeline()
	if err != nil {
		return nil, 0, err
	}
	at := slices.IndexFunc(p.stages, func(s stage) bool { return s.id == c.places["stage"] })
	if at < 0 {
		return nil, 0, missing("No stage found with id %q in the pipeline %q", c.places["stage"], p.id)
	}
	return p, at, nil
}

func listStages(c *call) (answer, error) {
	p, _, err := c.pipeline()
	if err != nil {
		return answer{}, err
	}
	return ok(results[stageRow]{p.rows()}), nil
}

func getStage(c *call) (answer, error) {
	p, at, err := c.stage()
	if err != nil {
		return answer{}, err
	}
	return ok(p.stages[at].row(at)), nil
}

func getStageAudit(c *call) (answer, error) {
	p, at, err := c.stage()
	if err != nil {
		return answer{}, err
	}
	return c.audit(p.stages[at].id), nil
}

func createStage(c *call) (answer, error) {
	p, _, err := c.pipeline()
	if err != nil {
		return answer{}, err
	}
	var in stageInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	s, order, err := c.wholeStage(in, c.newID(p))
	if err != nil {
		return answer{}, err
	}
	at := p.put(s, order)
	return c.made(s.row(at), s.id), nil
}

// put gives a stage a place in its pipeline, and returns it.
func (p *pipeline) put(s stage, order int) int {
	at := place(order, len(p.stages))
	p.stages = slices.Insert(p.stages, at, s)
	return at
}

func replaceStage(c *call) (answer, error) {
	p, at, err := c.stage()
	if err != nil {
		return answer{}, err
	}
	var in stageInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	s, order, err := c.wholeStage(in, p.stages[at].id)
	if err != nil {
		return answer{}, err
	}
	p.stages = slices.Delete(p.stages, at, at+1)
	return ok(s.row(p.put(s, order))), nil
}

func updateStage(c *call) (answer, error) {
	p, at, err := c.stage()
	if err != nil {
		return answer{}, err
	}
	var in stageInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	s := p.stages[at]
	s.metadata = maps.Clone(s.metadata)
	if in.Label != nil {
		s.label = *in.Label
	}
	if err := c.setMetadata(&s, in.Metadata); err != nil {
		return answer{}, err
	}
	order := at
	if in.Order != nil {
		order = *in.Order
	}
	p.stages = slices.Delete(p.stages, at, at+1)
	return ok(s.row(p.put(s, order))), nil
}

func deleteStage(c *call) (answer, error) {
	p, at, err := c.stage()
	if err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	if err := t.unused(t.stageProperty(), p.stages[at].id); err != nil {
		return answer{}, err
	}
	p.stages = slices.Delete(p.stages, at, at+1)
	return done(), nil
}
