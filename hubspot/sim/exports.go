package sim

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

var exportRoutes = []route{
	{name: "export-start", method: "POST", legacy: "/crm/v3/exports/export/async", dated: "/crm/exports/{v}/export/async", serve: startExport},
	{name: "export-status", method: "GET", legacy: "/crm/v3/exports/export/async/tasks/{id}/status", dated: "/crm/exports/{v}/export/async/tasks/{id}/status", serve: getExportStatus},
	{name: "export", method: "GET", dated: "/crm/exports/{v}/export/{id}", serve: getExport},
}

// exports are the files that were asked for.
type exports struct {
	mu   sync.Mutex
	list []*export
}

func newExports() *exports { return &exports{} }

// export is a file, and how far it is: HubSpot works on it for a while, here
// until the first question.
type export struct {
	id      int
	input   exportInput
	csv     []byte
	records int
	made    time.Time
	asked   bool
}

// exportLife is how long the link to a file is good (HubSpot's guide).
const exportLife = 5 * time.Minute

// exportInput is a request for a file.
type exportInput struct {
	Type       string       `json:"exportType"`
	Format     string       `json:"format"`
	Name       string       `json:"exportName"`
	Properties []string     `json:"objectProperties"`
	Associated flexibleList `json:"associatedObjectType"`
	ObjectType string       `json:"objectType"`
	Language   string       `json:"language"`
	Search     *search      `json:"publicCrmSearchRequest"`
}

// flexibleList is a list, which older versions have as one text.
type flexibleList []string

// UnmarshalJSON takes ["a"], "a" and null.
func (l *flexibleList) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		*l = flexibleList{string(bytes.Trim(data, `"`))}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(l))
}

type taskLocator struct {
	ID string `json:"id"`
}

// startExport makes a file of the records of a type, as a view of them would
// show it.
func startExport(c *call) (answer, error) {
	var in exportInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	t := c.portal.typeOf(in.ObjectType)
	switch {
	case in.Type != "VIEW":
		return answer{}, bad("Invalid input: exportType %q: the simulated portal has no lists, and exports VIEW only", in.Type)
	case in.Format != "CSV":
		return answer{}, bad("Invalid input: format %q: the simulated portal writes CSV only", in.Format)
	case in.Name == "" || in.Language == "" || in.Properties == nil:
		return answer{}, unset("exportName", "language", "objectProperties")
	case t == nil:
		return answer{}, unknownType(in.ObjectType)
	}
	e, err := c.export(t, in)
	if err != nil {
		return answer{}, err
	}
	return answer{status: http.StatusAccepted, body: taskLocator{strconv.Itoa(c.server.exports.add(e))}}, nil
}

// add keeps an export, and gives it its id.
func (x *exports) add(e *export) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.list = append(x.list, e)
	e.id = len(x.list)
	return e.id
}

// export writes the file.
func (c *call) export(t *objectType, in exportInput) (*export, error) {
	types := []*objectType{t}
	for _, name := range in.Associated {
		other := c.portal.typeOf(name)
		if other == nil {
			return nil, unknownType(name)
		}
		types = append(types, other)
	}
	if refused := c.scope(types...); refused != nil {
		return nil, refused
	}
	if in.Search == nil {
		in.Search = &search{}
	}
	matches, err := c.matcher(t, *in.Search)
	if err != nil {
		return nil, err
	}
	in.Properties = slices.DeleteFunc(in.Properties, func(name string) bool { return !t.knows(name) })
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	e := &export{input: in, made: c.time()}
	lines := [][]string{header(t, in.Properties, types[1:])}
	for _, r := range t.sorted {
		if r.life == live && matches(r) {
			lines = append(lines, c.exported(r, in.Properties, types[1:]))
		}
	}
	e.records = len(lines) - 1
	if err := w.WriteAll(lines); err != nil {
		return nil, err
	}
	e.csv = b.Bytes()
	return e, nil
}

func header(t *objectType, properties []string, associated []*objectType) []string {
	line := []string{"Record ID"}
	for _, name := range properties {
		line = append(line, t.definition(name).Label)
	}
	for _, other := range associated {
		line = append(line, "Associated "+other.labels[0]+" IDs")
	}
	return line
}

// exported is the line of a record: associated records by their ids, with
// semicolons between them.
func (c *call) exported(r *record, properties []string, associated []*objectType) []string {
	line := []string{strconv.FormatInt(r.id, 10)}
	for _, name := range properties {
		line = append(line, r.get(name))
	}
	for _, other := range associated {
		var ids []string
		for _, group := range grouped(towards(c.links(r), other)) {
			ids = append(ids, strconv.FormatInt(group[0].to.id, 10))
		}
		line = append(line, strings.Join(ids, ";"))
	}
	return line
}

// find finds an export by its id in a path.
func (x *exports) find(text string) (*export, bool) {
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > len(x.list) {
		return nil, false
	}
	return x.list[n-1], true
}

type exportStatus struct {
	Status      string `json:"status"`
	Result      string `json:"result,omitempty"`
	RequestedAt string `json:"requestedAt"`
	StartedAt   string `json:"startedAt"`
	CompletedAt string `json:"completedAt"`
}

// getExportStatus reports an export as under way, and from the second
// question on where the file is.
func getExportStatus(c *call) (answer, error) {
	x := c.server.exports
	x.mu.Lock()
	defer x.mu.Unlock()
	e, found := x.find(c.places["id"])
	if !found {
		return answer{}, missing("No export found with id %q", c.places["id"])
	}
	at := timestamp(e.made.UnixMilli())
	s := exportStatus{"PROCESSING", "", at, at, at}
	if e.asked {
		s.Status, s.Result = "COMPLETE", fmt.Sprintf("http://%s/_sim/exports/%d.csv", c.request.Host, e.id)
	}
	e.asked = true
	return ok(s), nil
}

type exportRow struct {
	ID         string   `json:"id"`
	Name       string   `json:"exportName"`
	Type       string   `json:"exportType"`
	State      string   `json:"exportState"`
	ObjectType string   `json:"objectType"`
	Properties []string `json:"objectProperties"`
	Records    int      `json:"recordCount"`
	CreatedAt  string   `json:"createdAt"`
	UpdatedAt  string   `json:"updatedAt"`
}

func getExport(c *call) (answer, error) {
	x := c.server.exports
	x.mu.Lock()
	defer x.mu.Unlock()
	e, found := x.find(c.places["id"])
	if !found {
		return answer{}, missing("No export found with id %q", c.places["id"])
	}
	at := timestamp(e.made.UnixMilli())
	return ok(exportRow{strconv.Itoa(e.id), e.input.Name, e.input.Type, "DONE", c.portal.typeOf(e.input.ObjectType).ID, e.input.Properties, e.records, at, at}), nil
}

// file is what the link to an export leads to, while it is good.
func (s *Server) file(name string) ([]byte, bool) {
	s.exports.mu.Lock()
	defer s.exports.mu.Unlock()
	e, found := s.exports.find(strings.TrimSuffix(name, ".csv"))
	if !found || s.options.Now().Sub(e.made) > exportLife {
		return nil, false
	}
	return e.csv, true
}
