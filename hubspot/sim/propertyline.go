package sim

import (
	"fmt"
	"slices"
	"strings"
)

// property takes an object type, the name of a property, its label, and type,
// field, group, description, options and unique as HubSpot's API names them.
// Options are values with semicolons between them.
func (s *statement) property() error {
	t, err := s.objectType()
	if err != nil {
		return err
	}
	name, err := s.next("the name of a property")
	if err != nil {
		return err
	}
	if !propertyName.MatchString(name.text) || slices.Contains(t.computed(), name.text) {
		return fmt.Errorf("expected the name of a property in small letters, and none that HubSpot fills in itself, not %s", quote(name.text))
	}
	label, err := s.next("the label of the property")
	if err != nil {
		return err
	}
	p := *t.definition(name.text)
	p.Name, p.Label = name.text, label.text
	fields := map[string]*string{"type": &p.Type, "field": &p.FieldType, "group": &p.Group, "description": &p.Description}
	err = s.settings(func(key, value string) error {
		switch {
		case key == "options":
			p.setOptions(value)
		case key == "unique":
			p.Unique = value == "true"
		case fields[key] == nil:
			return fmt.Errorf("expected type, field, group, description, options or unique, not %s", key)
		default:
			*fields[key] = value
		}
		return nil
	})
	if err == nil {
		err = p.fit()
	}
	if err == nil {
		p.Standard, p.Permissions.Archivable, p.Permissions.ReadOnlyDefinition = false, true, false
		t.describe(&p)
	}
	return err
}

func (p *property) setOptions(values string) {
	p.Options = []option{}
	for i, value := range strings.Split(values, ";") {
		p.Options = append(p.Options, option{Label: value, Value: value, Order: i})
	}
}

// fit checks that the type and the field of a property go together; the usual
// field stands in for one that does not.
func (p *property) fit() error {
	known := fieldTypes[p.Type]
	if known == nil {
		return fmt.Errorf("expected a type among %s, not %s", strings.Join(sortedKeys(fieldTypes), ", "), quote(p.Type))
	}
	if !slices.Contains(known, p.FieldType) {
		p.FieldType = known[0]
	}
	return nil
}

// properties writes the definitions of a type's properties, but not those that
// every portal has.
func (w *printer) properties(t *objectType) {
	for _, name := range sortedKeys(t.described) {
		p := t.described[name]
		words := []string{"property", t.Name, name, fmt.Sprintf("%q", p.Label), setting("type", p.Type), setting("field", p.FieldType), setting("group", p.Group)}
		if p.Description != "" {
			words = append(words, setting("description", p.Description))
		}
		if len(p.Options) > 0 {
			values := make([]string, len(p.Options))
			for i, o := range p.Options {
				values[i] = o.Value
			}
			words = append(words, setting("options", strings.Join(values, ";")))
		}
		if p.Unique {
			words = append(words, setting("unique", "true"))
		}
		w.line(words...)
	}
}
