package sim

import (
	"fmt"
	"net/http"
	"strconv"
)

var objectWriteRoutes = []route{
	{name: "create", method: "POST", legacy: "/crm/v3/objects/{type}", dated: "/crm/objects/{v}/{type}", writes: true, serve: createObject},
	{name: "update", method: "PATCH", legacy: "/crm/v3/objects/{type}/{id}", dated: "/crm/objects/{v}/{type}/{id}", writes: true, serve: updateObject},
	{name: "archive", method: "DELETE", legacy: "/crm/v3/objects/{type}/{id}", dated: "/crm/objects/{v}/{type}/{id}", writes: true, serve: archiveObject},
	{name: "batch-create", method: "POST", legacy: "/crm/v3/objects/{type}/batch/create", dated: "/crm/objects/{v}/{type}/batch/create", writes: true, serve: batchCreate},
	{name: "batch-update", method: "POST", legacy: "/crm/v3/objects/{type}/batch/update", dated: "/crm/objects/{v}/{type}/batch/update", writes: true, serve: batchUpdate},
	{name: "batch-upsert", method: "POST", legacy: "/crm/v3/objects/{type}/batch/upsert", dated: "/crm/objects/{v}/{type}/batch/upsert", writes: true, serve: batchUpsert},
	{name: "batch-archive", method: "POST", legacy: "/crm/v3/objects/{type}/batch/archive", dated: "/crm/objects/{v}/{type}/batch/archive", writes: true, serve: batchArchive},
	{name: "merge", method: "POST", legacy: "/crm/v3/objects/{type}/merge", dated: "/crm/objects/{v}/{type}/merge", writes: true, serve: mergeObjects},
	{name: "gdpr-delete", method: "POST", legacy: "/crm/v3/objects/{type}/gdpr-delete", dated: "/crm/objects/{v}/{type}/gdpr-delete", writes: true, serve: gdprDelete},
}

// objectInput is a record in a request that writes it.
type objectInput struct {
	ID           identifier               `json:"id"`
	IDProperty   string                   `json:"idProperty"`
	Properties   map[string]propertyValue `json:"properties"`
	Associations []objectAssociation      `json:"associations"`
	Trace        string                   `json:"objectWriteTraceId"`
}

// objectAssociation is an association that a new record is made with.
type objectAssociation struct {
	To    end         `json:"to"`
	Types []writeType `json:"types"`
}

// newObject is a record that can be made: everything about it is checked.
type newObject struct {
	values map[string]string
	links  []newLink
	trace  string
}

type newLink struct {
	to    *record
	types []*associationType
}

func createObject(c *call) (answer, error) {
	var in objectInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	o, err := c.newObject(c.typ("type"), in, newRoom(c.portal))
	if err != nil {
		return answer{}, err
	}
	r := c.insert(c.typ("type"), o)
	return c.made(r.object(sortedKeys(o.values)), strconv.FormatInt(r.id, 10)), nil
}

// newObject checks a record that is to be made, and makes room for its
// associations.
func (c *call) newObject(t *objectType, in objectInput, room *room) (newObject, error) {
	if in.Properties == nil {
		return newObject{}, unset("properties")
	}
	values, err := c.values(t, in.Properties)
	if err != nil {
		return newObject{}, err
	}
	if r := t.taken(values, nil); r != nil {
		return newObject{}, conflict("%s already exists. Existing ID: %d", title(t.Singular), r.id)
	}
	o := newObject{values: values, trace: in.Trace}
	unborn := &record{typ: t}
	for _, a := range in.Associations {
		l, err := c.newLink(t, a)
		if err != nil {
			return newObject{}, err
		}
		if full := room.take(wanted{from: unborn, to: l.to, types: l.types}); full != nil {
			return newObject{}, whole(full)
		}
		o.links = append(o.links, l)
	}
	return o, nil
}

// newLink finds what an association of a new record means: its types say which
// object type the other end is of.
func (c *call) newLink(t *objectType, a objectAssociation) (newLink, error) {
	if len(a.Types) == 0 {
		return newLink{}, bad("At least one association type must be given for each association: types is empty")
	}
	var l newLink
	for _, w := range a.Types {
		found := c.portal.typeFrom(t, w, l.types)
		if found == nil {
			return newLink{}, bad("One or more associations are invalid").with("associationSpec", fmt.Sprintf("%s=%d", w.Category, w.TypeID))
		}
		l.types = append(l.types, found)
	}
	to := l.types[0].to
	if refused := c.scope(to); refused != nil {
		return newLink{}, refused
	}
	if !a.To.ID.ok {
		return newLink{}, whole(notNumeric(a.To.ID.text))
	}
	if l.to = to.live(a.To.ID.n); l.to == nil {
		return newLink{}, whole(recordMissing(toNotFound, to, a.To.ID))
	}
	return l, nil
}

// typeFrom finds an association type from an object type, towards the one that
// the types before it lead to.
func (p *Portal) typeFrom(from *objectType, w writeType, before []*associationType) *associationType {
	for _, to := range p.types {
		if len(before) > 0 && before[0].to != to {
			continue
		}
		if t := p.pair(from, to).find(w.Category, int(w.TypeID)); t != nil {
			return t
		}
	}
	return nil
}

// insert makes a record.
func (c *call) insert(t *objectType, o newObject) *record {
	r := t.newRecord(0, c.time())
	c.server.index.keep(r, true, c.now())
	for name, value := range o.values {
		r.set(name, value)
	}
	for _, l := range o.links {
		c.portal.associate(r, l.to, l.types)
	}
	return r
}

func updateObject(c *call) (answer, error) {
	var in objectInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	r, err := c.record()
	if err != nil {
		return answer{}, err
	}
	if err := c.update(r, in); err != nil {
		return answer{}, err
	}
	return ok(r.object(sortedKeys(in.Properties))), nil
}

// update writes the properties of a record.
func (c *call) update(r *record, in objectInput) error {
	if len(in.Properties) == 0 {
		return bad("No properties found to update, please provide at least one.").with("properties", "{}")
	}
	values, err := c.values(r.typ, in.Properties)
	if err != nil {
		return err
	}
	if other := r.typ.taken(values, r); other != nil {
		return conflict("%s already exists. Existing ID: %d", title(r.typ.Singular), other.id)
	}
	c.server.index.keep(r, false, c.now())
	for name, value := range values {
		r.set(name, value)
		if name == r.typ.stageProperty() || name == r.typ.pipelineProperty() {
			r.workOutAnew()
		}
	}
	r.updated = c.now()
	return nil
}

// archiveObject archives a record; one that is archived already stays so.
func archiveObject(c *call) (answer, error) {
	id, err := c.id("id")
	if err != nil {
		return answer{}, err
	}
	r := c.typ("type").live(id)
	if was := c.typ("type").records[id]; r == nil && (was == nil || was.life == absent) {
		return answer{}, missing("resource not found").with("id", c.places["id"])
	}
	c.archive(r)
	return done(), nil
}

func (c *call) archive(r *record) {
	if r != nil {
		c.server.index.keep(r, false, c.now())
		c.portal.archive(r, c.now())
	}
}

// mostMerges is how many records can go into one (HubSpot's documentation of
// errors: 414 where there are more).
const mostMerges = 250

func mergeObjects(c *call) (answer, error) {
	var doc struct {
		Primary *identifier `json:"primaryObjectId"`
		Other   *identifier `json:"objectIdToMerge"`
	}
	if err := c.decode(&doc); err != nil {
		return answer{}, err
	}
	if doc.Primary == nil || doc.Other == nil {
		return answer{}, unset("primaryObjectId", "objectIdToMerge")
	}
	t := c.typ("type")
	primary, other := t.live(doc.Primary.n), t.live(doc.Other.n)
	switch {
	case !doc.Primary.ok || primary == nil:
		return answer{}, missing("resource not found").with("id", doc.Primary.text)
	case !doc.Other.ok || other == nil:
		return answer{}, missing("resource not found").with("id", doc.Other.text)
	case primary == other:
		return answer{}, bad("%s %d cannot be merged with itself", t.upper(), primary.id)
	case len(primary.from)+len(other.from) >= mostMerges:
		p := bad("%s %d has the maximum of %d merges", t.upper(), primary.id, mostMerges)
		p.status = http.StatusRequestURITooLong
		return answer{}, p
	}
	c.server.index.keep(primary, false, c.now())
	c.server.index.keep(other, false, c.now())
	survivor := c.portal.merge(primary, other, c.now())
	if survivor != primary {
		c.server.index.keep(survivor, true, c.now())
	}
	return ok(survivor.object([]string{"hs_merged_object_ids"})), nil
}

// gdprDelete deletes a record for good: no list shows it any more, an archived
// one neither.
func gdprDelete(c *call) (answer, error) {
	var doc struct {
		ID         *identifier `json:"objectId"`
		IDProperty string      `json:"idProperty"`
	}
	if err := c.decode(&doc); err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	switch err := t.identifies(doc.IDProperty); {
	case doc.ID == nil:
		return answer{}, unset("objectId")
	case err != nil:
		return answer{}, err
	}
	r := t.lookUp(*doc.ID, doc.IDProperty, false)
	if r == nil {
		r = t.lookUp(*doc.ID, doc.IDProperty, true)
	}
	if r == nil {
		return answer{}, missing("resource not found").with("id", doc.ID.text)
	}
	c.server.index.keep(r, false, c.now())
	c.portal.unlinkAll(r)
	r.life, r.values = absent, nil
	return done(), nil
}
