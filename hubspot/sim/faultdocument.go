package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// document is an answer's JSON while a fault changes it.
type document struct {
	rule   *rule
	call   *call
	status int
	fields map[string]any
}

// edit changes an answer's document, if it has one.
func (r *rule) edit(c *call, a *answer) {
	r.editing.Lock()
	defer r.editing.Unlock()
	d := &document{rule: r, call: c, status: a.status, fields: decoded(a.bytes(c))}
	if d.fields == nil {
		return
	}
	r.kind.edit(d, r.text)
	*a = answer{status: d.status, header: a.header, raw: marshal(d.fields)}
}

// decoded reads an object of JSON, numbers digit by digit; nil if it is none.
func decoded(body []byte) map[string]any {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var fields map[string]any
	if decoder.Decode(&fields) != nil {
		return nil
	}
	return fields
}

// rows are the elements of a list in a document; nil where there is none.
func rows(fields map[string]any, name string) []any {
	list, _ := fields[name].([]any)
	return list
}

// textOf is a number or a text as text.
func textOf(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// flip writes the ids in a document in their other form.
func flip(v any) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			flip(element)
		}
	case map[string]any:
		for key, value := range v {
			if key == "id" || key == "toObjectId" || key == "fromObjectId" {
				v[key] = otherForm(value)
				continue
			}
			flip(value)
		}
	}
}

func otherForm(id any) any {
	switch id := id.(type) {
	case json.Number:
		return id.String()
	case string:
		if _, err := strconv.ParseInt(id, 10, 64); err == nil {
			return json.Number(id)
		}
	}
	return id
}

func forgetUsage(d *document, _ string) {
	for _, row := range rows(d.fields, "results") {
		row.(map[string]any)["currentUsage"] = 0
	}
}
