package sim

import (
	"errors"
	"net/http"
	"slices"
)

// objectInputs reads the inputs of a batch of writes.
func (c *call) objectInputs() ([]objectInput, error) { return batchOf[objectInput](c, maxObjectInputs) }

// traced reports whether every input has a mark to name it by: only then does
// HubSpot make some records and refuse others.
func traced(inputs []objectInput) bool {
	return !slices.ContainsFunc(inputs, func(in objectInput) bool { return in.Trace == "" })
}

// batchCreate makes all records or, where one is refused, none; with marks on
// all inputs it makes those that it can.
func batchCreate(c *call) (answer, error) {
	inputs, err := c.objectInputs()
	if err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	var checked []newObject
	var problems []*problem
	room := newRoom(c.portal)
	for _, in := range inputs {
		o, err := c.newObject(t, in, room)
		if err == nil && slices.ContainsFunc(checked, func(other newObject) bool { return t.clash(other.values, o.values) }) {
			err = bad("Duplicate values in the batch for a property that must be unique")
		}
		switch {
		case err == nil:
			checked = append(checked, o)
		case traced(inputs):
			problems = append(problems, itemOf(err, in))
		default:
			return answer{}, err
		}
	}
	results := []*object{}
	for _, o := range checked {
		result := c.insert(t, o).object(sortedKeys(o.values))
		result.Trace = o.trace
		results = append(results, result)
	}
	turn(results, c.n)
	return c.batched(http.StatusCreated, results, problems), nil
}

// clash reports whether two records would have a value that only one may have.
func (t *objectType) clash(a, b map[string]string) bool {
	for name, value := range a {
		if value != "" && value == b[name] && t.definition(name).Unique {
			return true
		}
	}
	return false
}

// itemOf is a refusal as the error item of an input.
func itemOf(err error, in objectInput) *problem {
	p := &problem{Category: validationError, Message: err.Error()}
	errors.As(err, &p)
	p.Status = "error"
	if in.Trace != "" {
		p.with("objectWriteTraceId", in.Trace)
	}
	return p
}

// batchUpdate writes the properties of records. What is not there is an error
// item; a property that is refused refuses the batch, without marks.
func batchUpdate(c *call) (answer, error) {
	return c.writeEach(func(t *objectType, in objectInput) (*object, error) {
		r := t.lookUp(in.ID, in.IDProperty, false)
		if r == nil {
			return nil, notGot(t, in.ID.text)
		}
		if err := c.update(r, in); err != nil {
			return nil, err
		}
		return r.object(sortedKeys(in.Properties)), nil
	})
}

// batchUpsert writes the records that have a value, and makes those that lack.
func batchUpsert(c *call) (answer, error) {
	return c.writeEach(func(t *objectType, in objectInput) (*object, error) {
		if in.IDProperty == "" {
			return nil, unset("idProperty")
		}
		r, made := t.lookUp(in.ID, in.IDProperty, false), false
		if r == nil {
			if in.Properties == nil {
				in.Properties = map[string]propertyValue{}
			}
			in.Properties[in.IDProperty] = propertyValue(in.ID.text)
			o, err := c.newObject(t, in, newRoom(c.portal))
			if err != nil {
				return nil, err
			}
			r, made = c.insert(t, o), true
		} else if err := c.update(r, in); err != nil {
			return nil, err
		}
		result := r.object(sortedKeys(in.Properties))
		result.New = &made
		return result, nil
	})
}

// writeEach writes the inputs of a batch one by one, after all were checked.
func (c *call) writeEach(write func(*objectType, objectInput) (*object, error)) (answer, error) {
	inputs, err := c.objectInputs()
	if err != nil {
		return answer{}, err
	}
	t := c.typ("type")
	for _, in := range inputs {
		_, err := c.values(t, in.Properties)
		if err == nil {
			err = t.identifies(in.IDProperty)
		}
		if err != nil && !traced(inputs) {
			return answer{}, err
		}
	}
	results := []*object{}
	var problems []*problem
	for _, in := range inputs {
		result, err := write(t, in)
		if err != nil {
			problems = append(problems, itemOf(err, in))
			continue
		}
		result.Trace = in.Trace
		results = append(results, result)
	}
	turn(results, c.n)
	return c.batched(http.StatusOK, results, problems), nil
}

// batchArchive archives records; what is not there is passed over.
func batchArchive(c *call) (answer, error) {
	inputs, err := batchOf[end](c, maxObjectInputs)
	if err != nil {
		return answer{}, err
	}
	for _, in := range inputs {
		if !in.ID.ok {
			return answer{}, whole(notNumeric(in.ID.text))
		}
	}
	for _, in := range inputs {
		c.archive(c.typ("type").live(in.ID.n))
	}
	return done(), nil
}
