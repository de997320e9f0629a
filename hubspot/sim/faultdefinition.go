package sim

import (
	"slices"
	"strings"
)

// definitionFaults are odd answers about object types and association types.
var definitionFaults = map[string]faultKind{
	"schema-bare": {about: "schemas list no associations", only: readsSchemas, edit: eachSchema(func(schema map[string]any) { schema["associations"] = []any{} })},
	"schema-ids":  {about: "schemas name association types by texts in place of their ids", only: readsSchemas, edit: eachSchema(nameIDs)},
	"label-bare": {about: "a type in a list of labels without category", param: numberParam("TYPEID, else the first", "", 1, most),
		only: func(c *call) bool { return c.operation == "labels" }, edit: labelBare},
	"definition-twice": {about: "the first type of a list of labels, custom object or pipeline comes again at the end, with another text", param: anyParam("TEXT", "Twice"),
		only: func(c *call) bool { return slices.Contains([]string{"labels", "schemas", "pipelines"}, c.operation) }, edit: definitionTwice},
}

func readsSchemas(c *call) bool { return readsAlone(c) && strings.HasPrefix(c.operation, "schema") }

// eachSchema makes an edit of a schema that lists associations one of a document,
// which is a schema or holds some.
func eachSchema(edit func(map[string]any)) func(*document, string) {
	return func(d *document, _ string) {
		for _, row := range append(rows(d.fields, "results"), d.fields) {
			if schema, ok := row.(map[string]any); ok && schema["associations"] != nil {
				edit(schema)
			}
		}
	}
}

func nameIDs(schema map[string]any) {
	for _, row := range rows(schema, "associations") {
		row := row.(map[string]any)
		row["id"] = row["name"]
	}
}

func labelBare(d *document, id string) {
	for _, row := range rows(d.fields, "results") {
		if row := row.(map[string]any); id == "" || textOf(row["typeId"]) == id {
			delete(row, "category")
			return
		}
	}
}

func definitionTwice(d *document, text string) {
	list := rows(d.fields, "results")
	if len(list) == 0 {
		return
	}
	again := decoded(marshal(list[0]))
	if labels, ok := again["labels"].(map[string]any); ok { // of a custom object
		labels["plural"] = text
	} else {
		again["label"] = text
	}
	d.fields["results"] = append(list, again)
}
