package sim

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

var pipelineRoutes = []route{
	{name: "pipelines", method: "GET", legacy: "/crm/v3/pipelines/{type}", dated: "/crm/pipelines/{v}/{type}", serve: listPipelines},
	{name: "pipeline-create", method: "POST", legacy: "/crm/v3/pipelines/{type}", dated: "/crm/pipelines/{v}/{type}", writes: true, serve: createPipeline},
	{name: "pipeline", method: "GET", legacy: "/crm/v3/pipelines/{type}/{pipeline}", dated: "/crm/pipelines/{v}/{type}/{pipeline}", serve: getPipeline},
	{name: "pipeline-replace", method: "PUT", legacy: "/crm/v3/pipelines/{type}/{pipeline}", dated: "/crm/pipelines/{v}/{type}/{pipeline}", writes: true, serve: replacePipeline},
	{name: "pipeline-update", method: "PATCH", legacy: "/crm/v3/pipelines/{type}/{pipeline}", dated: "/crm/pipelines/{v}/{type}/{pipeline}", writes: true, serve: updatePipeline},
	{name: "pipeline-delete", method: "DELETE", legacy: "/crm/v3/pipelines/{type}/{pipeline}", dated: "/crm/pipelines/{v}/{type}/{pipeline}", writes: true, serve: deletePipeline},
	{name: "pipeline-audit", method: "GET", legacy: "/crm/v3/pipelines/{type}/{pipeline}/audit", dated: "/crm/pipelines/{v}/{type}/{pipeline}/audit", serve: getPipelineAudit},
}

type pipelineRow struct {
	ID           string     `json:"id"`
	Label        string     `json:"label"`
	DisplayOrder int        `json:"displayOrder"`
	Archived     bool       `json:"archived"`
	CreatedAt    time.Time  `json:"createdAt"`
	UpdatedAt    time.Time  `json:"updatedAt"`
	Stages       []stageRow `json:"stages"`
}

// row describes a pipeline; its place in the list is its display order.
func (p *pipeline) row(order int) pipelineRow {
	return pipelineRow{ID: p.id, Label: p.label, DisplayOrder: order, CreatedAt: schemaTime, UpdatedAt: schemaTime, Stages: p.rows()}
}

// pipelineInput is a pipeline in a request. What is nil is not to change.
type pipelineInput struct {
	Label  *string      `json:"label"`
	Order  *int         `json:"displayOrder"`
	Stages []stageInput `json:"stages"`
}

// listPipelines answers with the pipelines of an object type.
func listPipelines(c *call) (answer, error) {
	list := results[pipelineRow]{Results: []pipelineRow{}}
	for i, p := range c.typ("type").pipelines {
		list.Results = append(list.Results, p.row(i))
	}
	return ok(list), nil
}

// pipeline finds the pipeline that the path names, and its place in the list.
func (c *call) pipeline() (*pipeline, int, error) {
	all := c.typ("type").pipelines
	i := slices.IndexFunc(all, func(p *pipeline) bool { return p.id == c.places["pipeline"] })
	if i < 0 {
		return nil, 0, missing("No pipeline found with id %q", c.places["pipeline"])
	}
	return all[i], i, nil
}

func getPipeline(c *call) (answer, error) {
	p, i, err := c.pipeline()
	if err != nil {
		return answer{}, err
	}
	return ok(p.row(i)), nil
}

// wholePipeline reads a pipeline as POST and PUT want it.
func (c *call) wholePipeline(id string) (*pipeline, int, error) {
	var in pipelineInput
	if err := c.decode(&in); err != nil {
		return nil, 0, err
	}
	if in.Label == nil || in.Order == nil || in.Stages == nil {
		return nil, 0, unset("label", "displayOrder", "stages")
	}
	p := &pipeline{id: id, label: *in.Label}
	for _, s := range in.Stages {
		stage, order, err := c.wholeStage(s, c.newID(p))
		if err != nil {
			return nil, 0, err
		}
		p.stages = slices.Insert(p.stages, place(order, len(p.stages)), stage)
	}
	return p, *in.Order, nil
}

// newID makes an id that no pipeline and no stage of the type has; the pipeline
// under way counts too.
func (c *call) newID(under *pipeline) string {
	taken := map[string]bool{under.id: true}
	for _, p := range append(slices.Clone(c.typ("type").pipelines), under) {
		taken[p.id] = true
		for _, s := range p.stages {
			taken[s.id] = true
		}
	}
	n := 1
	for taken[strconv.Itoa(firstPipelineID+n)] {
		n++
	}
	return strconv.Itoa(firstPipelineID + n)
}

// firstPipelineID is where the ids of pipelines and stages start that a portal
// gives out itself.
const firstPipelineID = 100_000_000

// place is where something with a display order comes among so many others;
// below 0 it comes last.
func place(order, others int) int {
	if order < 0 {
		return others
	}
	return min(order, others)
}

// auditRow is something that was done to a pipeline or a stage.
type auditRow struct {
	PortalID   int64     `json:"portalId"`
	Identifier string    `json:"identifier"`
	Action     string    `json:"action"`
	Timestamp  time.Time `json:"timestamp"`
	Message    string    `json:"message"`
}

// audit reports that something was made: a portal here remembers no more.
func (c *call) audit(id string) answer {
	return ok(results[auditRow]{[]auditRow{{c.portal.account.id, id, "CREATE", schemaTime, id + " was created"}}})
}

func getPipelineAudit(c *call) (answer, error) {
	p, _, err := c.pipeline()
	if err != nil {
		return answer{}, err
	}
	return c.audit(p.id), nil
}

func createPipeline(c *call) (answer, error) {
	t := c.typ("type")
	p, order, err := c.wholePipeline(c.newID(&pipeline{}))
	if err != nil {
		return answer{}, err
	}
	at := place(order, len(t.pipelines))
	t.pipelines = slices.Insert(t.pipelines, at, p)
	return c.made(p.row(at), p.id), nil
}

// replacePipeline puts a pipeline in place of another; stages of the same label
// keep their ids.
func replacePipeline(c *call) (answer, error) {
	old, _, err := c.pipeline()
	if err != nil {
		return answer{}, err
	}
	p, order, err := c.wholePipeline(old.id)
	if err != nil {
		return answer{}, err
	}
	for i := range p.stages {
		if at := slices.IndexFunc(old.stages, func(s stage) bool { return s.label == p.stages[i].label }); at >= 0 {
			p.stages[i].id = old.stages[at].id
		}
	}
	*old = *p
	return ok(old.row(c.move(old, order))), nil
}

// move gives a pipeline a place in the list, and returns it.
func (c *call) move(p *pipeline, order int) int {
	t := c.typ("type")
	t.pipelines = slices.DeleteFunc(t.pipelines, func(o *pipeline) bool { return o == p })
	at := place(order, len(t.pipelines))
	t.pipelines = slices.Insert(t.pipelines, at, p)
	return at
}

func updatePipeline(c *call) (answer, error) {
	p, at, err := c.pipeline()
	if err != nil {
		return answer{}, err
	}
	var in pipelineInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if in.Label != nil {
		p.label = *in.Label
	}
	if in.Order != nil {
		at = c.move(p, *in.Order)
	}
	return ok(p.row(at)), nil
}

func deletePipeline(c *call) (answer, error) {
	p, at, err := c.pipeline()
	if err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	if c.flag("validateReferencesBeforeDelete") || c.flag("validateDealStageUsagesBeforeDelete") {
		if err := t.unused(t.pipelineProperty(), p.id); err != nil {
			return answer{}, err
		}
	}
	t.pipelines = slices.Delete(t.pipelines, at, at+1)
	return done(), nil
}

// pipelineProperty is where a record says which pipeline it is in, and
// stageProperty in which stage.
func (t *objectType) pipelineProperty() string {
	if t.Name == "deals" {
		return "pipeline"
	}
	return "hs_pipeline"
}

func (t *objectType) stageProperty() string {
	if t.Name == "deals" {
		return "dealstage"
	}
	return "hs_pipeline_stage"
}

// unused refuses to go on where a live record has a value.
func (t *objectType) unused(property, value string) error {
	for _, r := range t.sorted {
		if r.life == live && r.get(property) == value {
			return bad("%s %s is in use", property, value).with("objectId", fmt.Sprint(r.id))
		}
	}
	return nil
}
