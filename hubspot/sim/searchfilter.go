package sim

import (
	"slices"
	"strconv"
	"strings"
)

// filter is a condition of a search.
type filter struct {
	Property string          `json:"propertyName"`
	Operator string          `json:"operator"`
	Value    *propertyValue  `json:"value"`
	High     *propertyValue  `json:"highValue"`
	Values   []propertyValue `json:"values"`
}

// needs says which of value, highValue and values an operator must have.
var needs = map[string]string{
	"EQ": "value", "NEQ": "value", "LT": "value", "LTE": "value", "GT": "value", "GTE": "value", "BETWEEN": "value highValue",
	"IN": "values", "NOT_IN": "values", "HAS_PROPERTY": "", "NOT_HAS_PROPERTY": "", "CONTAINS_TOKEN": "value", "NOT_CONTAINS_TOKEN": "value",
}

// filter makes a function of a condition.
func (c *call) filter(t *objectType, f filter) (func(*record) bool, error) {
	given := map[string]bool{"value": f.Value != nil, "highValue": f.High != nil, "values": len(f.Values) > 0, "": true}
	must, known := needs[f.Operator]
	if !known {
		return nil, bad("Invalid input: %q is no operator: there are %s", f.Operator, strings.Join(sortedKeys(needs), ", "))
	}
	for name := range strings.SplitSeq(must, " ") {
		if !given[name] {
			return nil, bad("operator %s requires %s, on the property %q", f.Operator, name, f.Property)
		}
	}
	kind, read, err := c.read(t, f.Property)
	if err != nil {
		return nil, err
	}
	holds := f.test(kind)
	return func(r *record) bool { return holds(read(r)) }, nil
}

// read makes a function that reads what a filter is about: the value of a
// property, of which there can be several, or the ids of the associated records.
func (c *call) read(t *objectType, name string) (kind string, read func(*record) []string, err error) {
	if to, ok := strings.CutPrefix(name, "associations."); ok {
		other := c.portal.typeOf(to)
		if other == nil {
			return "", nil, noProperty(name)
		}
		if refused := c.scope(other); refused != nil {
			return "", nil, refused
		}
		return "number", func(r *record) []string {
			var ids []string
			for _, l := range r.towards(other) {
				ids = append(ids, strconv.FormatInt(l.to.id, 10))
			}
			return ids
		}, nil
	}
	if kind = t.kind(name); kind == "" {
		return "", nil, noProperty(name)
	}
	return kind, func(r *record) []string {
		value := r.get(name)
		switch {
		case value == "":
			return nil
		case kind == "enumeration":
			return strings.Split(value, ";")
		}
		return []string{value}
	}, nil
}

// comparisons are operators that compare one value with another.
var comparisons = map[string]func(int) bool{
	"EQ": func(n int) bool { return n == 0 }, "LT": func(n int) bool { return n < 0 }, "LTE": func(n int) bool { return n <= 0 },
	"GT": func(n int) bool { return n > 0 }, "GTE": func(n int) bool { return n >= 0 },
}

// opposites are operators that hold where another does not, but for what has no
// value.
var opposites = map[string]string{"NEQ": "EQ", "NOT_IN": "IN", "NOT_CONTAINS_TOKEN": "CONTAINS_TOKEN"}

// test makes a function of the operator and its values. What has no value meets
// neither a comparison nor its opposite.
func (f filter) test(kind string) func(values []string) bool {
	if other, ok := opposites[f.Operator]; ok {
		f.Operator = other
		holds := f.test(kind)
		return func(values []string) bool { return len(values) > 0 && !holds(values) }
	}
	one := f.testOne(kind)
	switch f.Operator {
	case "HAS_PROPERTY":
		return func(values []string) bool { return len(values) > 0 }
	case "NOT_HAS_PROPERTY":
		return func(values []string) bool { return len(values) == 0 }
	}
	return func(values []string) bool {
		return slices.ContainsFunc(values, func(v string) bool { return one(scalarOf(kind, v)) })
	}
}

// testOne tests one of the values that a property has.
func (f filter) testOne(kind string) func(scalar) bool {
	var low, high scalar
	if f.Value != nil {
		low = scalarOf(kind, string(*f.Value))
	}
	if f.High != nil {
		high = scalarOf(kind, string(*f.High))
	}
	switch f.Operator {
	case "BETWEEN":
		return func(v scalar) bool { return v.compare(low) >= 0 && v.compare(high) <= 0 }
	case "IN":
		return func(v scalar) bool {
			return slices.ContainsFunc(f.Values, func(w propertyValue) bool { return v.compare(scalarOf(kind, string(w))) == 0 })
		}
	case "CONTAINS_TOKEN":
		return func(v scalar) bool { return hasToken(v.text, low.text) }
	}
	compares := comparisons[f.Operator]
	return func(v scalar) bool { return compares(v.compare(low)) }
}
