package sim

import "net/http"

// propertyInput names a property in a batch.
type propertyInput struct {
	Name string `json:"name"`
}

// readProperties answers a batch read; names that the type does not have are
// error items.
func readProperties(c *call) (answer, error) {
	inputs, err := batchOf[propertyInput](c, maxObjectInputs)
	if err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	list := []*property{}
	var problems []*problem
	for _, in := range inputs {
		if !t.knows(in.Name) {
			problems = append(problems, item(objectNotFound, "", "property named %q does not exist", in.Name).with("propertyName", in.Name))
			continue
		}
		list = append(list, t.definition(in.Name))
	}
	return c.batched(http.StatusOK, list, problems), nil
}

// createProperties makes those that it can.
func createProperties(c *call) (answer, error) {
	inputs, err := batchOf[property](c, maxObjectInputs)
	if err != nil {
		return answer{}, err
	}
	list := []*property{}
	var problems []*problem
	for i := range inputs {
		p := &inputs[i]
		if p.Options == nil {
			p.Options = []option{}
		}
		if err := c.newProperty(c.typ("type"), p); err != nil {
			problems = append(problems, itemOf(err, objectInput{}).with("propertyName", p.Name))
			continue
		}
		list = append(list, p)
	}
	return c.batched(http.StatusCreated, list, problems), nil
}

// archiveProperties archives properties; what is not there, and what HubSpot
// defines, is passed over.
func archiveProperties(c *call) (answer, error) {
	inputs, err := batchOf[propertyInput](c, maxObjectInputs)
	if err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	for _, in := range inputs {
		if t.knows(in.Name) && t.definition(in.Name).Permissions.Archivable {
			t.forget(t.definition(in.Name), c.now())
		}
	}
	return done(), nil
}
