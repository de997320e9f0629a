package sim

import (
	"net/http"
	"net/url"
)

var singleRoutes = []route{
	{name: "association-put", method: "PUT", legacy: "/crm/v4/objects/{from}/{fromId}/associations/{to}/{toId}", dated: "/crm/objects/{v}/{from}/{fromId}/associations/{to}/{toId}", writes: true, edits: true, serve: putAssociation},
	{name: "association-default", method: "PUT", legacy: "/crm/v4/objects/{from}/{fromId}/associations/default/{to}/{toId}", dated: "/crm/objects/{v}/{from}/{fromId}/associations/default/{to}/{toId}", writes: true, edits: true, serve: putDefault},
	{name: "association-delete", method: "DELETE", legacy: "/crm/v4/objects/{from}/{fromId}/associations/{to}/{toId}", dated: "/crm/objects/{v}/{from}/{fromId}/associations/{to}/{toId}", writes: true, edits: true, serve: deleteAssociation},
}

// pathInput is the input that a path between two records stands for.
func (c *call) pathInput(types []writeType) (createInput, error) {
	in := createInput{From: &end{}, To: &end{}, Types: types}
	for place, e := range map[string]*end{"fromId": in.From, "toId": in.To} {
		n, err := c.id(place)
		if err != nil {
			return in, err
		}
		e.ID = identifier{n, c.places[place], true}
	}
	return in, nil
}

// putAssociation answers a PUT of association types between two records; its
// body is an array of them.
func putAssociation(c *call) (answer, error) {
	var types []writeType
	if err := c.decode(&types); err != nil {
		return answer{}, err
	}
	if len(types) == 0 {
		return answer{}, bad("At least one association type must be given: the array is empty")
	}
	if p := unknownCategory(types); p != nil {
		return answer{}, p
	}
	w, err := c.wanted(types)
	if err != nil {
		return answer{}, err
	}
	c.portal.associate(w.from, w.to, w.types)
	a := answer{status: http.StatusCreated, body: c.created(w), header: http.Header{"Location": {c.location()}}}
	if c.portal.switches.PutStatus == "200" {
		a.status = http.StatusOK
	}
	return a, nil
}

// location is the address of what the request's path names.
func (c *call) location() string {
	u := url.URL{Scheme: "https", Host: "api.hubapi.com", Path: c.request.URL.Path}
	return u.String()
}

// deleteAssociation removes every association of two records. That there was
// none is no error.
func deleteAssociation(c *call) (answer, error) {
	in, err := c.pathInput(nil)
	if err != nil {
		return answer{}, err
	}
	from, to := c.ends()
	a, b := from.live(in.From.ID.n), to.live(in.To.ID.n)
	switch {
	case a == nil:
		return answer{}, recordMissing(fromNotFound, from, in.From.ID).alone()
	case b == nil:
		return answer{}, recordMissing(toNotFound, to, in.To.ID).alone()
	}
	dissociate(a, b)
	return done(), nil
}

// wanted reviews the one write that a path and its types ask for: the records are
// there, the types fit, and there is room.
func (c *call) wanted(types []writeType) (wanted, error) {
	var w wanted
	in, err := c.pathInput(types)
	if err != nil {
		return w, err
	}
	from, to := c.ends()
	if p, _ := c.look(&w, in, from, to); p != nil {
		return w, p.alone()
	}
	if p := c.portal.room(w); p != nil {
		return w, p.alone()
	}
	return w, nil
}
