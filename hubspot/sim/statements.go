package sim

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"hubgraph/hubspot"
)

// account takes the portal's id and what account-info says of it.
func (s *statement) account() error {
	id, err := s.number("the portal's id")
	if err != nil {
		return err
	}
	a := &s.portal.account
	a.id = id
	fields := map[string]*string{"type": &a.kind, "timezone": &a.timeZone, "currency": &a.currency, "domain": &a.uiDomain}
	return s.settings(func(key, value string) error {
		if fields[key] == nil {
			return fmt.Errorf("expected type, timezone, currency or domain, not %s", key)
		}
		*fields[key] = value
		return nil
	})
}

var (
	customID   = regexp.MustCompile(`^2-[0-9]+$`)
	customName = regexp.MustCompile(`^p_[a-z][a-z0-9_]*$`)
)

// object takes p_NAME, the id 2-N, and the names that people read.
func (s *statement) object() error {
	name, err := s.next("the name of a custom object, p_NAME")
	if err != nil {
		return err
	}
	if !customName.MatchString(name.text) {
		return fmt.Errorf("expected the name of a custom object, p_ and then small letters, not %s", quote(name.text))
	}
	id, err := s.next("its object type id, such as 2-1001")
	if err != nil {
		return err
	}
	if !customID.MatchString(id.text) || s.portal.typeOf(id.text) != nil || s.portal.typeOf(name.text) != nil {
		return fmt.Errorf("expected an object type id of the form 2-N, and neither it nor the name used before, not %s", quote(id.text))
	}
	bare := strings.TrimPrefix(name.text, "p_")
	labels := [2]string{title(bare), title(bare)}
	shown := shownOf(name.text)
	texts := map[string]*string{"singular": &labels[0], "plural": &labels[1], "display": &shown.primary, "description": &shown.description}
	lists := map[string]*[]string{"required": &shown.required, "searchable": &shown.searchable, "secondary": &shown.secondary}
	err = s.settings(func(key, value string) error {
		switch {
		case key == "sensitive":
			shown.sensitive = value == "true"
		case texts[key] != nil:
			*texts[key] = value
		case lists[key] != nil:
			*lists[key] = strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
		default:
			return fmt.Errorf("expected singular, plural, display, description, required, searchable, secondary or sensitive, not %s", key)
		}
		return nil
	})
	if err == nil {
		s.portal.addType(hubspot.ObjectType{ID: id.text, Name: name.text, Singular: name.text}, labels).shown = shown
	}
	return err
}

// pipeline takes an object type, the pipeline's id and its name.
func (s *statement) pipeline() error {
	t, err := s.objectType()
	if err != nil {
		return err
	}
	id, err := s.next("the id of a pipeline")
	if err != nil {
		return err
	}
	name, err := s.next("the name of the pipeline")
	if err == nil {
		t.pipelines = append(t.pipelines, &pipeline{id: id.text, label: name.text})
	}
	return err
}

// stage takes an object type, a pipeline's id, the stage's id, its name and its
// metadata as HubSpot names it: isClosed, probability, ticketState.
func (s *statement) stage() error {
	t, err := s.objectType()
	if err != nil {
		return err
	}
	id, err := s.next("the id of a pipeline")
	if err != nil {
		return err
	}
	for _, p := range t.pipelines {
		if p.id == id.text {
			return s.stageOf(p)
		}
	}
	return fmt.Errorf("expected the id of a pipeline of %s that stands above, not %s", t.Name, quote(id.text))
}

func (s *statement) stageOf(p *pipeline) error {
	id, err := s.next("the id of a stage")
	if err != nil {
		return err
	}
	name, err := s.next("the name of the stage")
	if err != nil {
		return err
	}
	metadata := map[string]string{}
	p.stages = append(p.stages, stage{id.text, name.text, metadata})
	return s.settings(func(key, value string) error {
		metadata[key] = value
		return nil
	})
}

// owner takes the id of a user to whom records may belong, and the word archived for
// one who was removed. A second line about an owner adds to the first.
func (s *statement) owner() error {
	id, err := s.number("the id of an owner")
	if err != nil {
		return err
	}
	at := slices.IndexFunc(s.portal.owners, func(o owner) bool { return o.id == id })
	if at < 0 {
		at = len(s.portal.owners)
		s.portal.owners = append(s.portal.owners, owner{id: id})
	}
	o := &s.portal.owners[at]
	if s.peek() == "archived" {
		s.at++
		o.archived = true
	}
	fields := map[string]*string{"email": &o.email, "first": &o.first, "last": &o.last}
	return s.settings(func(key, value string) error {
		if fields[key] == nil {
			return fmt.Errorf("expected archived, email, first or last, not %s", key)
		}
		*fields[key] = value
		return nil
	})
}

// fact sets switches, as name=value.
func (s *statement) fact() error {
	return s.settings(func(key, value string) error { return s.portal.Use(key + "=" + value) })
}
