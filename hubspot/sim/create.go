package sim

import "net/http"

var associationWriteRoutes = []route{
	{name: "associations-create", method: "POST", legacy: "/crm/v4/associations/{from}/{to}/batch/create", dated: "/crm/associations/{v}/{from}/{to}/batch/create", writes: true, edits: true, serve: createAssociations},
	{name: "associations-default", method: "POST", legacy: "/crm/v4/associations/{from}/{to}/batch/associate/default", dated: "/crm/associations/{v}/{from}/{to}/batch/associate/default", writes: true, edits: true, serve: createDefaults},
}

// end is one end of an association in a request.
type end struct {
	ID identifier `json:"id"`
}

// writeType is an association type as writes name it; reads name the fields
// category and typeId.
type writeType struct {
	Category string      `json:"associationCategory"`
	TypeID   flexibleInt `json:"associationTypeId"`
}

type createInput struct {
	From  *end        `json:"from"`
	To    *end        `json:"to"`
	Types []writeType `json:"types"`
}

// created is a result of a create, in v4 and later one an input.
type created struct {
	FromObjectTypeID string   `json:"fromObjectTypeId"`
	FromObjectID     jsonID   `json:"fromObjectId"`
	ToObjectTypeID   string   `json:"toObjectTypeId"`
	ToObjectID       jsonID   `json:"toObjectId"`
	Labels           []string `json:"labels"`
}

// jsonID is the id of a record as an answer writes it: JSON already.
type jsonID []byte

// MarshalJSON gives the id as it is.
func (id jsonID) MarshalJSON() ([]byte, error) { return id, nil }

// createAssociations answers a batch create: with one result for each input
// that is in order, and one error item for each other.
func createAssociations(c *call) (answer, error) {
	inputs, err := batchOf[createInput](c, maxCreateInputs)
	if err != nil {
		return answer{}, err
	}
	wanted, err := c.review(inputs)
	if err != nil {
		return answer{}, err
	}
	results := []created{}
	var problems []*problem
	for _, w := range wanted {
		if w.refused != nil {
			problems = append(problems, w.refused)
			continue
		}
		c.portal.associate(w.from, w.to, w.types)
		results = append(results, c.created(w))
	}
	return c.batched(c.createStatus(), results, problems), nil
}

// created is what an input made. The plain type has no label to list.
func (c *call) created(w wanted) created {
	labels := []string{}
	for _, t := range w.types {
		if !t.plain() {
			labels = append(labels, t.label)
		}
	}
	return created{w.from.typ.ID, c.appendID(nil, w.from.id), w.to.typ.ID, c.appendID(nil, w.to.id), labels}
}

// createStatus is the status of a batch create that succeeds as a whole.
func (c *call) createStatus() int {
	if c.dated && c.portal.switches.CreateStatus == "200" {
		return http.StatusOK
	}
	return http.StatusCreated
}
