package sim

import "slices"

var definitionRoutes = []route{
	{name: "labels", method: "GET", legacy: "/crm/v4/associations/{from}/{to}/labels", dated: "/crm/associations/{v}/{from}/{to}/labels", serve: listLabels},
	{name: "schemas", method: "GET", legacy: "/crm-object-schemas/v3/schemas", dated: "/crm-object-schemas/{v}/schemas", serve: listSchemas},
	{name: "schemas-read", method: "POST", legacy: "/crm-object-schemas/v3/schemas/batch/read", dated: "/crm-object-schemas/{v}/schemas/batch/read", serve: readSchemas},
	{name: "schema", method: "GET", legacy: "/crm-object-schemas/v3/schemas/{type}", dated: "/crm-object-schemas/{v}/schemas/{type}", serve: getSchema},
}

// results is an answer that is one list.
type results[Row any] struct {
	Results []Row `json:"results"`
}

// labelRow is an association type as the labels endpoint lists it.
type labelRow struct {
	Category string  `json:"category"`
	TypeID   int     `json:"typeId"`
	Label    *string `json:"label"`
}

// datedLabelRow has two more keys, which were never seen with a value.
type datedLabelRow struct {
	labelRow
	FromObjectTypeID *string `json:"fromObjectTypeId"`
	ToObjectTypeID   *string `json:"toObjectTypeId"`
}

// labelRows lists association types, each once.
func (c *call) labelRows(types ...*associationType) any {
	rows := []labelRow{}
	for i, t := range types {
		if slices.Contains(types[:i], t) {
			continue
		}
		row := labelRow{Category: t.category, TypeID: t.id}
		if label := t.label; label != "" {
			row.Label = &label
		}
		rows = append(rows, row)
	}
	if !c.dated {
		return results[labelRow]{rows}
	}
	dated := make([]datedLabelRow, len(rows))
	for i, row := range rows {
		dated[i].labelRow = row
	}
	return results[datedLabelRow]{dated}
}

// listLabels answers with the types of one direction.
func listLabels(c *call) (answer, error) {
	var types []*associationType
	for _, t := range c.portal.pair(c.ends()).types {
		if !c.lags(t.born, listLag) {
			types = append(types, t)
		}
	}
	return ok(c.labelRows(types...)), nil
}
