package sim

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

var objectRoutes = []route{
	{name: "list", method: "GET", legacy: "/crm/v3/objects/{type}", dated: "/crm/objects/{v}/{type}", serve: listObjects},
	{name: "get", method: "GET", legacy: "/crm/v3/objects/{type}/{id}", dated: "/crm/objects/{v}/{type}/{id}", serve: getObject},
	{name: "read", method: "POST", legacy: "/crm/v3/objects/{type}/batch/read", dated: "/crm/objects/{v}/{type}/batch/read", serve: readObjects},
}

// Caps of the object endpoints (HubSpot's documentation of each). History halves
// them.
const (
	standardListPage = 10
	maxListPage      = 100
	maxObjectInputs  = 100
)

// object is a record in an answer.
type object struct {
	ID           string                    `json:"id"`
	Properties   map[string]*string        `json:"properties"`
	History      map[string][]historyValue `json:"propertiesWithHistory,omitempty"`
	CreatedAt    string                    `json:"createdAt"`
	UpdatedAt    string                    `json:"updatedAt"`
	Archived     bool                      `json:"archived"`
	ArchivedAt   string                    `json:"archivedAt,omitempty"`
	Associations map[string]*inlineLinks   `json:"associations,omitempty"`
	New          *bool                     `json:"new,omitempty"` // of an upsert
	Trace        string                    `json:"objectWriteTraceId,omitempty"`
}

// historyValue is a value that a property has or had. A portal here remembers
// the last one alone.
type historyValue struct {
	Value      string `json:"value"`
	Timestamp  string `json:"timestamp"`
	SourceType string `json:"sourceType"`
}

// object returns a record with the properties that are asked for; names that the
// type does not have are passed over.
func (r *record) object(properties []string) *object {
	o := &object{ID: strconv.FormatInt(r.id, 10), Properties: map[string]*string{}, CreatedAt: timestamp(r.created), UpdatedAt: timestamp(r.updated)}
	for _, name := range slices.Concat(r.typ.always(), properties) {
		if value := r.get(name); value != "" {
			o.Properties[name] = &value
		} else if r.typ.knows(name) {
			o.Properties[name] = nil
		}
	}
	if r.life == archived {
		o.Archived, o.ArchivedAt = true, timestamp(r.left)
	}
	return o
}

// always are the properties that every answer has.
func (t *objectType) always() []string { return []string{"createdate", "hs_object_id", t.modified()} }

// modified is the property that holds when a record was changed last.
func (t *objectType) modified() string {
	if t.Name == "contacts" {
		return "lastmodifieddate"
	}
	return "hs_lastmodifieddate"
}

// withHistory adds the histories that are asked for.
func (o *object) withHistory(r *record, properties []string) *object {
	for _, name := range properties {
		value := r.get(name)
		if value == "" {
			continue
		}
		if o.History == nil {
			o.History = map[string][]historyValue{}
		}
		o.History[name] = []historyValue{{value, timestamp(r.updated), "CRM_UI"}}
		o.Properties[name] = &value
	}
	return o
}

// object returns a record as the query asks for it.
func (c *call) object(r *record) *object {
	o := r.object(c.list("properties")).withHistory(r, c.list("propertiesWithHistory"))
	o.Associations = c.inline(r)
	return o
}

type objectList struct {
	Results []*object `json:"results"`
	Paging  *paging   `json:"paging,omitempty"`
}

// listObjects answers with a page of the live records, or of the archived ones,
// in the order of their ids.
func listObjects(c *call) (answer, error) {
	t := c.typ("type")
	most := maxListPage
	if len(c.list("propertiesWithHistory")) > 0 {
		most /= 2
	}
	size, err := c.limit(standardListPage, most)
	if err != nil {
		return answer{}, err
	}
	if err := c.inlineScope(); err != nil {
		return answer{}, err
	}
	first := 0
	if after := c.query("after"); after != "" {
		last, err := strconv.ParseInt(after, 10, 64)
		if err != nil || last < 0 {
			return answer{}, bad("Invalid input: after %q cannot be deserialized", after)
		}
		first, _ = t.find(last + 1)
	}
	want := live
	if c.flag("archived") {
		want = archived
	}
	list := objectList{Results: []*object{}}
	last := int64(0)
	for _, r := range t.sorted[first:] {
		if r.life != want {
			continue
		}
		if len(list.Results) == size {
			list.Paging = c.next(strconv.FormatInt(last, 10))
			break
		}
		list.Results = append(list.Results, c.object(r))
		last = r.id
	}
	return ok(list), nil
}

// getObject answers with one record; a merged-away id gives the survivor.
func getObject(c *call) (answer, error) {
	if err := c.inlineScope(); err != nil {
		return answer{}, err
	}
	r, err := c.record()
	if err != nil {
		return answer{}, err
	}
	return ok(c.object(r)), nil
}

// record finds the record that the path names, by its id or by the value of the
// property that the query names.
func (c *call) record() (*record, error) {
	t := c.typ("type")
	id := identifierOf(c.places["id"])
	property := c.query("idProperty")
	if err := t.identifies(property); err != nil {
		return nil, err
	}
	if !id.ok && (property == "" || property == "hs_object_id") {
		_, err := c.id("id")
		return nil, err
	}
	if r := t.lookUp(id, property, c.flag("archived")); r != nil {
		return r, nil
	}
	return nil, missing("resource not found").with("id", id.text)
}

// visible finds a record among the live ones, or among the archived ones.
func (t *objectType) visible(id int64, among bool) *record {
	if !among {
		return t.live(id)
	}
	if r := t.records[id]; r != nil && r.life == archived {
		return r
	}
	return nil
}

// readObjects answers a batch read. What is not there is left out, and named in
// one error item.
func readObjects(c *call) (answer, error) {
	var doc struct {
		Inputs     *[]end   `json:"inputs"`
		Properties []string `json:"properties"`
		History    []string `json:"propertiesWithHistory"`
		IDProperty string   `json:"idProperty"`
	}
	if err := c.decode(&doc); err != nil {
		return answer{}, err
	}
	most := maxObjectInputs
	if len(doc.History) > 0 {
		most /= 2
	}
	t := c.typ("type")
	switch err := t.identifies(doc.IDProperty); {
	case doc.Inputs == nil:
		return answer{}, unset("inputs")
	case err != nil:
		return answer{}, err
	}
	if c.inputs = len(*doc.Inputs); c.inputs > most {
		return answer{}, tooManyInputs(most, c.inputs)
	}
	results := []*object{}
	listed := map[*record]bool{}
	var absent []string
	for _, in := range *doc.Inputs {
		r := t.lookUp(in.ID, doc.IDProperty, c.flag("archived"))
		if r == nil {
			absent = append(absent, in.ID.text)
		} else if !listed[r] {
			listed[r] = true
			results = append(results, r.object(doc.Properties).withHistory(r, doc.History))
		}
	}
	turn(results, c.n)
	var problems []*problem
	if len(absent) > 0 {
		problems = append(problems, notGot(t, absent...))
	}
	return c.batched(http.StatusOK, results, problems), nil
}

func tooManyInputs(most, n int) *problem {
	return bad("The maximum number of inputs supported in a batch request is %d, and there are %d", most, n)
}

// notGot is the one error item about all records of a batch that are not there.
func notGot(t *objectType, ids ...string) *problem {
	return item(objectNotFound, "", "Could not get some %s objects, they may be deleted or not exist. Check that ids are valid.", t.upper()).with("ids", ids...)
}

// lookUp finds a record by id, or by the value of a property.
func (t *objectType) lookUp(id identifier, property string, among bool) *record {
	if property == "" || property == "hs_object_id" {
		return t.visible(id.n, among)
	}
	i := slices.IndexFunc(t.sorted, func(r *record) bool { return (r.life == archived) == among && r.get(property) == id.text })
	if i < 0 {
		return nil
	}
	return t.visible(t.sorted[i].id, among)
}

// identifierOf reads an id that stands in a path.
func identifierOf(text string) identifier {
	n, err := strconv.ParseInt(text, 10, 64)
	return identifier{n, text, err == nil && n >= 0}
}

// identifies checks that records can be found by a property.
func (t *objectType) identifies(property string) error {
	if property == "" || t.knows(property) {
		return nil
	}
	return bad("The property %q does not exist, and cannot be an idProperty", property)
}

// time is what the server's clock shows, and now the same in milliseconds.
func (c *call) time() time.Time { return c.server.options.Now() }
func (c *call) now() int64      { return c.time().UnixMilli() }
