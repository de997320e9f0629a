package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hubgraph/hubspot"
)

// label defines association types: FROM [ID "TEXT"] TO [ID ["TEXT"]] [name=NAME]
// [back=NAME], where back is the internal name of the way back, if it has one of
// its own. Without a text it is the plain association of a pair that has none
// yet; without a second text both directions read the same.
func (s *statement) label() error {
	from, err := s.objectType()
	if err != nil {
		return err
	}
	there, err := s.definition()
	if err != nil {
		return err
	}
	to, err := s.objectType()
	if err != nil {
		return err
	}
	back, err := s.definition()
	if err != nil {
		return err
	}
	if back.label == "" {
		back.label = there.label
	}
	if back.id == 0 { // a second id behind the first
		back.category = there.category
	}
	if err := s.definable(from, to, there, back); err != nil {
		return err
	}
	t := s.portal.define(from, to, there, back)
	return s.settings(func(key, value string) error {
		switch {
		case key == "name" && value != "":
			t.name, t.inverse.name = value, value
		case key == "back" && value != "":
			t.inverse.name = value
		default:
			return fmt.Errorf("expected name=NAME or back=NAME, not %s", key)
		}
		return nil
	})
}

// definable says why a label cannot be defined.
func (s *statement) definable(from, to *objectType, there, back definition) error {
	if there.label == "" && (back.label != "" || s.portal.pair(from, to).plain() != nil) {
		return fmt.Errorf("expected a text: %s and %s have a plain association", from.Name, to.Name)
	}
	own := from == to && there.label == back.label
	for _, d := range []struct {
		of *pair
		definition
	}{{s.portal.pair(from, to), there}, {s.portal.pair(to, from), back}} {
		taken := from == to && there.id == back.id && there.category == back.category && !own
		if d.id != 0 && (taken || d.of.find(d.category, d.id) != nil) {
			return fmt.Errorf("%s:%d is there already from %s to %s", d.category, d.id, d.of.from.Name, d.of.to.Name)
		}
		if !slices.Contains([]string{hubspot.UserDefined, hubspot.IntegratorDefined, hubspot.Work}, d.category) {
			return fmt.Errorf("expected one of the categories %s, %s and %s, not %s", hubspot.UserDefined, hubspot.IntegratorDefined, hubspot.Work, quote(d.category))
		}
	}
	return nil
}

// definition takes [CATEGORY:]ID and a quoted text, either of which may be left
// out.
func (s *statement) definition() (definition, error) {
	d := definition{category: hubspot.UserDefined}
	id := s.peek()
	if category, rest, ok := strings.Cut(id, ":"); ok {
		d.category, id = category, rest
	}
	if n, err := strconv.Atoi(id); err == nil && n > 0 {
		d.id = n
		s.at++
	} else if strings.Contains(s.peek(), ":") {
		return d, fmt.Errorf("expected CATEGORY:ID%s", s.instead())
	}
	if s.more() && s.words[s.at].quoted && s.words[s.at].key == "" {
		d.label = s.words[s.at].text
		s.at++
	}
	return d, nil
}

// internalName is a name such as HubSpot makes of a label's text.
func internalName(label string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToLower(label)), "_")
}

// associationType takes FROM TO and one association type.
func (s *statement) associationType() (*associationType, error) {
	from, err := s.objectType()
	if err != nil {
		return nil, err
	}
	to, err := s.objectType()
	if err != nil {
		return nil, err
	}
	w, err := s.next("an association type")
	if err != nil {
		return nil, err
	}
	of := s.portal.pair(from, to)
	t := of.named(w)
	if t == nil {
		return nil, fmt.Errorf("expected an association type from %s to %s, not %s; there are %s", from.Name, to.Name, quote(w.text), of)
	}
	return t, nil
}

// limit takes FROM TO TYPE N: how many records one record may have there.
func (s *statement) limit() error {
	t, err := s.associationType()
	if err != nil {
		return err
	}
	n, err := s.number("how many records one record may have")
	if err == nil {
		t.max = int(n)
	}
	return err
}

// rename takes FROM TO TYPE and the new text.
func (s *statement) rename() error {
	t, err := s.associationType()
	if err != nil {
		return err
	}
	text, err := s.next("the new text")
	if err != nil {
		return err
	}
	if t.plain() || text.text == "" {
		return fmt.Errorf("a label has a text, and a plain association has none")
	}
	if t.inverse != nil && t.inverse.label == t.label {
		t.inverse.rename(text.text)
	}
	t.rename(text.text)
	return nil
}

// undefine takes FROM TO TYPE and removes the type, its inverse and their rows.
func (s *statement) undefine() error {
	t, err := s.associationType()
	if err != nil {
		return err
	}
	if t.category == hubspot.HubSpotDefined {
		return fmt.Errorf("%s is HubSpot's own: only what users and integrations define can go", t)
	}
	s.portal.undefine(t)
	return nil
}

// types takes association types to the end of the line: by text, by id, by
// CATEGORY:ID, or the words plain and primary.
func (s *statement) types(of *pair) ([]*associationType, error) {
	var types []*associationType
	for s.more() {
		w, err := s.next("an association type")
		if err != nil {
			return nil, err
		}
		t := of.named(w)
		if t == nil {
			return nil, fmt.Errorf("expected an association type from %s to %s, not %s; there are %s", of.from.Name, of.to.Name, quote(w.text), of)
		}
		types = append(types, t)
	}
	return types, nil
}

// named finds the type that a word means.
func (of *pair) named(w word) *associationType {
	i := slices.IndexFunc(of.types, func(t *associationType) bool {
		switch {
		case w.quoted:
			return !t.plain() && t.label == w.text
		case w.text == "plain":
			return t.plain()
		case w.text == "primary":
			return t.category == hubspot.HubSpotDefined && t.isPrimary()
		}
		return w.text == t.String() || w.text == fmt.Sprint(t.id) && t.category == hubspot.HubSpotDefined
	})
	if i < 0 {
		return nil
	}
	return of.types[i]
}

// isPrimary reports whether t is either side of a primary company.
func (t *associationType) isPrimary() bool { return t.primary || t.inverse != nil && t.inverse.primary }

// String gives the form CATEGORY:ID.
func (t *associationType) String() string { return fmt.Sprintf("%s:%d", t.category, t.id) }

// String lists the types of a pair.
func (of *pair) String() string {
	if len(of.types) == 0 {
		return "none"
	}
	names := make([]string, len(of.types))
	for i, t := range of.types {
		names[i] = t.String()
		if !t.plain() {
			names[i] += " " + strconv.Quote(t.label)
		}
	}
	return strings.Join(names, ", ")
}
