package sim

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// propertyValue is a value in a request: text, or what clients send in its place.
// null and "" clear a property.
type propertyValue string

// UnmarshalJSON takes a text, a number, a boolean and null.
func (v *propertyValue) UnmarshalJSON(data []byte) error {
	switch data[0] {
	case '"':
		return json.Unmarshal(data, (*string)(v))
	case '{', '[':
		return fmt.Errorf("a property's value is a text, not %.40s", data)
	case 'n':
		*v = ""
	default:
		*v = propertyValue(data)
	}
	return nil
}

// invalidValue is what HubSpot says of one property that it refuses.
type invalidValue struct {
	IsValid   bool   `json:"isValid"`
	Message   string `json:"message"`
	Error     string `json:"error"`
	Name      string `json:"name"`
	Localized string `json:"localizedErrorMessage"`
	PortalID  int64  `json:"portalId"`
}

// values checks the properties of a write, and brings their values into the form
// in which they are read.
func (c *call) values(t *objectType, properties map[string]propertyValue) (map[string]string, error) {
	checked := map[string]string{}
	var wrong []invalidValue
	for _, name := range sortedKeys(properties) {
		value, code, message := t.value(name, string(properties[name]))
		checked[name] = value
		if code != "" {
			wrong = append(wrong, invalidValue{Message: message, Error: code, Name: name, Localized: message, PortalID: c.portal.account.id})
		}
	}
	if len(wrong) == 0 {
		return checked, nil
	}
	p := bad("Property values were not valid: %s", strings.TrimSpace(string(marshal(wrong))))
	for _, w := range wrong {
		p.Errors = append(p.Errors, problemDetail{Message: w.Message, Code: w.Error, Context: map[string][]string{"propertyName": {w.Name}}})
	}
	return nil, p
}

// value checks one property of a write.
func (t *objectType) value(name, text string) (value, code, message string) {
	kind := t.kind(name)
	switch {
	case kind == "":
		return "", "PROPERTY_DOESNT_EXIST", fmt.Sprintf("Property %q does not exist", name)
	case slices.Contains(t.computed(), name):
		return "", "READ_ONLY_VALUE", fmt.Sprintf("%q is a read only property; its value cannot be set.", name)
	case text == "":
		return "", "", ""
	}
	switch kind {
	case "number":
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return "", "INVALID_DOUBLE", fmt.Sprintf("%s was not a valid number.", text)
		}
	case "bool":
		if text != "true" && text != "false" {
			return "", "INVALID_BOOLEAN", fmt.Sprintf("%s was not a valid boolean.", text)
		}
	case "date", "datetime":
		at, known := parseDate(text)
		if !known {
			return "", "INVALID_DATE", fmt.Sprintf("%s was not a valid date.", text)
		}
		return formatDate(kind, at), "", ""
	case "enumeration":
		if !t.allows(name, text) {
			return "", "INVALID_OPTION", fmt.Sprintf("%s was not one of the allowed options", text)
		}
	}
	return text, "", ""
}

// allows reports whether a value is among the options of a property; one
// without options takes all.
func (t *objectType) allows(name, text string) bool {
	options := t.definition(name).Options
	for _, value := range strings.Split(text, ";") {
		if len(options) > 0 && !slices.ContainsFunc(options, func(o option) bool { return o.Value == value }) {
			return false
		}
	}
	return true
}

// parseDate takes milliseconds since 1970, a day, and RFC 3339.
func parseDate(text string) (time.Time, bool) {
	if ms, err := strconv.ParseInt(text, 10, 64); err == nil {
		return timeOf(ms), true
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), true
		}
	}
	return time.Time{}, false
}

func formatDate(kind string, at time.Time) string {
	if kind == "date" {
		return at.Format(time.DateOnly)
	}
	return timestamp(at.UnixMilli())
}

// taken finds the record that has a value already which only one may have.
func (t *objectType) taken(values map[string]string, except *record) *record {
	for name, value := range values {
		if value == "" || !t.definition(name).Unique {
			continue
		}
		for _, r := range t.sorted {
			if r != except && r.life == live && strings.EqualFold(r.get(name), value) {
				return r
			}
		}
	}
	return nil
}
