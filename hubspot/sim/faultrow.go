package sim

import (
	"encoding/json"
	"slices"
)

// rowFaults are odd rows of lists, searches and batch reads of records.
var rowFaults = map[string]faultKind{
	"time-empty":      oddTime("a time that is an empty text", func(row map[string]any, key string) { row[key] = "" }),
	"time-null":       oddTime("a time that is null", func(row map[string]any, key string) { row[key] = nil }),
	"time-missing":    oddTime("a time that is missing", func(row map[string]any, key string) { delete(row, key) }),
	"time-odd":        oddTime("a time that is none", func(row map[string]any, key string) { row[key] = "yesterday" }),
	"value-number":    oddValue("a property that is a number", numberOf),
	"value-boolean":   oddValue("a property that is a boolean", func(any) any { return true }),
	"value-object":    oddValue("a property that is an object", func(v any) any { return map[string]any{"value": v} }),
	"value-array":     oddValue("a property that is an array", func(v any) any { return []any{v} }),
	"properties-null": oddRow("properties that are null", func(row map[string]any, _ string) { row["properties"] = nil }),
	"id-missing":      oddRow("a row without id", func(row map[string]any, _ string) { delete(row, "id") }),
	"archived-text":   oddRow("archived as text", func(row map[string]any, _ string) { row["archived"] = textOf(row["archived"]) }),
	"row-null":        {about: "null in place of the row", aim: mustAim, only: listsRecords, edit: nullRow},
	"unheard-of-keys": {about: "keys that nobody knows, and keys that are null, beside the others", only: readsAlone, edit: func(d *document, _ string) { widen(d.fields, true) }},
}

func oddRow(about string, edit func(map[string]any, string)) faultKind {
	return faultKind{about: about, aim: mustAim, only: listsRecords, edit: eachResult(edit)}
}

func oddTime(about string, edit func(map[string]any, string)) faultKind {
	kind := oddRow(about, edit)
	kind.param = anyParam("KEY", "createdAt")
	return kind
}

// oddValue changes the value of a property, by its name or of the first that was
// asked for.
func oddValue(about string, change func(any) any) faultKind {
	kind := oddRow(about, func(row map[string]any, name string) {
		properties, _ := row["properties"].(map[string]any)
		if name == "" {
			name = firstAsked(properties)
		}
		if value, ok := properties[name]; ok {
			properties[name] = change(value)
		}
	})
	kind.param = anyParam("PROPERTY, else the first by name", "")
	return kind
}

// firstAsked is the first property by name that not every answer has.
func firstAsked(properties map[string]any) string {
	for _, name := range sortedKeys(properties) {
		if !slices.Contains([]string{"createdate", "hs_object_id", "hs_lastmodifieddate", "lastmodifieddate"}, name) {
			return name
		}
	}
	return ""
}

// numberOf is a value as a number: its own, or 5.
func numberOf(value any) any {
	if text := textOf(value); json.Valid([]byte(text)) && decoded([]byte(`{"n":`+text+`}`)) != nil {
		if _, ok := decoded([]byte(`{"n":` + text + `}`))["n"].(json.Number); ok {
			return json.Number(text)
		}
	}
	return 5
}

func nullRow(d *document, _ string) {
	list := rows(d.fields, "results")
	for i, row := range list {
		if d.hits(row) {
			list[i] = nil
		}
	}
}

// widen adds keys to an object of an answer and to the rows within. HubSpot has
// been seen to add the ones to the document; more than is known can come anywhere.
func widen(fields map[string]any, document bool) {
	for _, name := range []string{"results", "to", "associationTypes"} {
		for _, row := range rows(fields, name) {
			if row, ok := row.(map[string]any); ok {
				widen(row, false)
			}
		}
	}
	more := map[string]any{"unheardOf": map[string]any{"id": "1", "results": []any{nil}}, "unheardOfNull": nil}
	if document {
		more["requestedAt"], more["links"], more["errors"] = nil, map[string]any{}, []any{}
	}
	for key, value := range more {
		if _, there := fields[key]; !there {
			fields[key] = value
		}
	}
}
