package sim

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"hubgraph/hubspot"
)

var labelRoutes = []route{
	{name: "label-create", method: "POST", legacy: "/crm/v4/associations/{from}/{to}/labels", dated: "/crm/associations/{v}/{from}/{to}/labels", writes: true, serve: createLabel},
	{name: "label-update", method: "PUT", legacy: "/crm/v4/associations/{from}/{to}/labels", dated: "/crm/associations/{v}/{from}/{to}/labels", writes: true, serve: updateLabel},
	{name: "label-delete", method: "DELETE", legacy: "/crm/v4/associations/{from}/{to}/labels/{typeId}", dated: "/crm/associations/{v}/{from}/{to}/labels/{typeId}", writes: true, serve: deleteLabel},
}

// statusLabelCap is how HubSpot answers one label too many.
const statusLabelCap = 437

// Lags of definitions, where the fact definition-lag lets them be seen.
const (
	listLag   = 5 * time.Second
	schemaLag = time.Minute
	nameLag   = 5 * time.Minute
	countLag  = 40 * time.Second
)

// labelName is what the internal name of a label may be: HubSpot's guide rules
// out hyphens and a digit in front.
var labelName = regexp.MustCompile(`^[^-0-9][^-]*$`)

// deletedLabel is a label that was there.
type deletedLabel struct {
	from, to *objectType
	name     string
	at       int64
}

// lags reports whether a definition that changed at a time is seen too late.
func (c *call) lags(at int64, lag time.Duration) bool {
	return c.portal.switches.DefinitionLag == "seen" && at > 0 && c.now()-at < lag.Milliseconds()
}

type labelInput struct {
	Name         string       `json:"name"`
	TypeID       *flexibleInt `json:"associationTypeId"`
	Label        *string      `json:"label"`
	InverseLabel *string      `json:"inverseLabel"`
}

// createLabel defines a label, a pair of types: one for each direction. An empty
// text defines the plain association of a pair that has none.
func createLabel(c *call) (answer, error) {
	var in labelInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if in.Name == "" || in.Label == nil {
		return answer{}, unset("name", "label")
	}
	from, to := c.ends()
	if p := c.definable(from, to, in); p != nil {
		return answer{}, p
	}
	if c.portal.pair(from, to).plain() == nil {
		plain := c.portal.definePlain(from, to, c.now())
		if *in.Label == "" {
			plain.name, plain.inverse.name = in.Name, in.Name
			return ok(c.labelRows(plain, plain.inverse)), nil
		}
	}
	there := definition{category: hubspot.UserDefined, name: in.Name, label: *in.Label}
	back := there
	if in.InverseLabel != nil && *in.InverseLabel != "" {
		back.label = *in.InverseLabel
	}
	if from != to || back.label != there.label || c.portal.switches.SameObjectLabel == "two" {
		back.id = c.portal.typeID(0) // the forward id is the higher one, as in HubSpot's examples
	}
	t := c.portal.define(from, to, there, back)
	t.born, t.inverse.born = c.now(), c.now()
	return ok(c.labelRows(t, t.inverse)), nil
}

// definable says why a label cannot be defined.
func (c *call) definable(from, to *objectType, in labelInput) *problem {
	of := c.portal.pair(from, to)
	switch {
	case !labelName.MatchString(in.Name):
		return bad("Invalid label name %q: a name has no hyphens and does not start with a number", in.Name)
	case c.nameTaken(from, to, in.Name):
		p := bad("An association definition with the name %q exists already", in.Name)
		if c.portal.switches.TakenName == "409" {
			p.status, p.Category = http.StatusConflict, "CONFLICT"
		}
		return p
	case *in.Label == "" && of.plain() != nil:
		return bad("The label is empty: %s and %s have a plain association", from.ID, to.ID)
	case of.plain() == nil && !from.Custom() && !to.Custom():
		return bad("%s and %s cannot be associated", from.ID, to.ID)
	case len(of.labels()) >= c.portal.labelCap() && *in.Label != "":
		return &problem{status: statusLabelCap, Status: "error", Category: validationError,
			Message: "No more than " + c.portal.switches.LabelCap + " association types are allowed between " + from.Name + " and " + to.Name}
	}
	return nil
}

// labelCap is the most labels that a pair of object types can have.
func (p *Portal) labelCap() int { return switched(p.switches.LabelCap) }

// nameTaken reports whether a name is used by any type of the portal, or was
// until a while ago: HubSpot keeps the names of deleted labels of its own object
// types for some minutes.
func (c *call) nameTaken(from, to *objectType, name string) bool {
	for _, of := range c.portal.pairsInOrder() {
		if slices.ContainsFunc(of.types, func(t *associationType) bool { return strings.EqualFold(t.name, name) }) {
			return true
		}
	}
	return !from.Custom() && !to.Custom() && slices.ContainsFunc(c.portal.deleted, func(d deletedLabel) bool {
		return strings.EqualFold(d.name, name) && c.lags(d.at, nameLag)
	})
}

// labels are the labels that users have defined for a pair of object types. A
// label with two texts between records of one type is one label.
func (of *pair) labels() []*associationType {
	var list []*associationType
	for _, t := range of.types {
		first := of.from != of.to || t.inverse == nil || t.order <= t.inverse.order
		if !t.plain() && t.category == hubspot.UserDefined && first {
			list = append(list, t)
		}
	}
	return list
}

// definePlain defines the plain association of a pair with a custom object.
func (p *Portal) definePlain(from, to *objectType, now int64) *associationType {
	there := definition{category: hubspot.UserDefined}
	t := p.define(from, to, there, there)
	t.born, t.inverse.born = now, now
	return t
}

// userType finds a type that users may change, by its id alone.
func (c *call) userType(of *pair, id int) (*associationType, *problem) {
	var found *associationType
	for _, t := range of.types {
		if t.id == id && (found == nil || t.category == hubspot.UserDefined) {
			found = t
		}
	}
	switch {
	case found == nil:
		name := hubspot.UserDefined + "=" + strconv.Itoa(id)
		return nil, bad("One or more associations are invalid").sub(invalidType).with("associationSpec", name).with("INVALID_ASSOCIATION_TYPE_ID", name+" is not a valid association definition id")
	case found.category != hubspot.UserDefined:
		return nil, bad("The association type %s cannot be changed: users have not defined it", found).sub(invalidType)
	}
	return found, nil
}

// updateLabel gives a label other texts. Its internal name stays. Where the
// inverse text is left out, both directions get the one text.
func updateLabel(c *call) (answer, error) {
	var in labelInput
	if err := c.decode(&in); err != nil {
		return answer{}, err
	}
	if in.TypeID == nil || in.Label == nil || *in.Label == "" {
		return answer{}, unset("associationTypeId", "label")
	}
	t, p := c.userType(c.portal.pair(c.ends()), int(*in.TypeID))
	if p != nil {
		return answer{}, p
	}
	inverse := *in.Label
	if in.InverseLabel != nil {
		inverse = cmp.Or(*in.InverseLabel, inverse)
	}
	switch {
	case t.plain():
		return answer{}, bad("The association type %s is the plain one: it has no label", t)
	case t.inverse == t && inverse != *in.Label:
		return answer{}, bad("The association type %s is its own inverse: it has one label", t)
	}
	t.rename(*in.Label)
	t.inverse.rename(inverse)
	return done(), nil
}

// deleteLabel removes both directions of a label, and records lose it.
func deleteLabel(c *call) (answer, error) {
	id, err := strconv.Atoi(c.places["typeId"])
	if err != nil {
		return answer{}, bad("Invalid association type id %q: it must be a number", c.places["typeId"])
	}
	of := c.portal.pair(c.ends())
	t, p := c.userType(of, id)
	if p == nil {
		p = c.undefine(of, t)
	}
	if p != nil {
		return answer{}, p
	}
	return done(), nil
}

// undefine removes a type that users have defined. The plain one goes last.
func (c *call) undefine(of *pair, t *associationType) *problem {
	if t.plain() && len(of.labels()) > 0 {
		return bad("Definition with label still exists; Cannot delete unlabeled type with associationTypeId %d", t.id)
	}
	long := func(d deletedLabel) bool { return c.now()-d.at >= nameLag.Milliseconds() }
	c.portal.deleted = append(slices.DeleteFunc(c.portal.deleted, long), deletedLabel{of.from, of.to, t.name, c.now()})
	c.portal.undefine(t)
	return nil
}
