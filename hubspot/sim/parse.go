package sim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Parse reads a portal from a text in the portal language; name is the file's,
// for errors, which are *ParseError.
func Parse(name, text string) (*Portal, error) {
	p := newPortal()
	return p, p.apply(name, text, time.Now())
}

// apply carries out the statements of a text, line by line, up to the first
// that is wrong.
func (p *Portal) apply(name, text string, now time.Time) error {
	s := &statement{portal: p, now: now}
	number := 0
	for text := range strings.Lines(text) {
		number++
		words, err := split(text)
		if err == nil && len(words) > 0 {
			s.line = line{words: words}
			err = s.run()
		}
		if err != nil {
			return &ParseError{name, number, err.Error()}
		}
	}
	return nil
}

// statement is a line of the portal language that is being carried out.
type statement struct {
	line
	portal *Portal
	now    time.Time
}

// verbs are the first words of lines that do not start with an object type.
var verbs = map[string]func(*statement) error{
	"portal":   (*statement).account,
	"object":   (*statement).object,
	"property": (*statement).property,
	"group":    (*statement).group,
	"pipeline": (*statement).pipeline,
	"stage":    (*statement).stage,
	"owner":    (*statement).owner,
	"label":    (*statement).label,
	"limit":    (*statement).limit,
	"fact":     (*statement).fact,
	"rename":   (*statement).rename,
	"undefine": (*statement).undefine,
	"unlink":   (*statement).unlink,
	"cut":      (*statement).cut,
	"archive":  (*statement).archive,
	"merge":    (*statement).merge,
	"defect":   (*statement).defect,
}

func (s *statement) run() error {
	first, err := s.next("an object type or one of the words of the portal language")
	if err != nil {
		return err
	}
	if verb, ok := verbs[first.text]; ok && !first.quoted {
		if err := verb(s); err != nil {
			return fmt.Errorf("%s: %w", first.text, err)
		}
		return s.end()
	}
	s.at--
	r, err := s.record()
	if err != nil {
		return err
	}
	switch s.peek() {
	case "->":
		s.at++
		return s.link(r)
	case "->>":
		s.at++
		return s.rows(r)
	}
	return s.describe(r)
}

func (s *statement) objectType() (*objectType, error) {
	w, err := s.next("an object type")
	if err != nil {
		return nil, err
	}
	t := s.portal.typeOf(w.text)
	if t == nil {
		return nil, fmt.Errorf("expected an object type of the portal, not %s: a custom object needs an object line first", quote(w.text))
	}
	return t, nil
}

// named takes TYPE ID.
func (s *statement) named() (*objectType, int64, error) {
	t, err := s.objectType()
	if err != nil {
		return nil, 0, err
	}
	id, err := s.number("the id of a record")
	return t, id, err
}

// record takes TYPE ID, and makes the record where there is none.
func (s *statement) record() (*record, error) {
	t, id, err := s.named()
	if err != nil {
		return nil, err
	}
	if r := t.records[id]; r != nil {
		return r, nil
	}
	return t.newRecord(id, s.created()), nil
}

// existing takes TYPE ID of a record that is there.
func (s *statement) existing() (*record, error) {
	t, id, err := s.named()
	if err != nil {
		return nil, err
	}
	r := t.records[id]
	if r == nil {
		return nil, fmt.Errorf("there is no record %s %d", t.Name, id)
	}
	return r, nil
}

// created is when a record was made of which the text does not say it: long
// enough ago for every check, and the same whenever the text is read.
func (s *statement) created() time.Time { return schemaTime }

// describe takes the state and the properties of a record.
func (s *statement) describe(r *record) error {
	if s.peek() == "absent" {
		s.at++
		r.life = absent
	}
	if s.peek() == "archived" {
		s.at++
		s.portal.archive(r, s.created().UnixMilli())
	}
	return s.settings(func(key, value string) error {
		switch key {
		case "created", "updated", "archived":
			at, err := s.time(value)
			if err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
			return r.setTime(s.portal, key, at)
		case "merged":
			return s.mergedInto(r, value)
		}
		r.set(key, value)
		return nil
	})
}

func (r *record) setTime(p *Portal, key string, at time.Time) error {
	switch key {
	case "created":
		r.created = at.UnixMilli()
		r.updated = max(r.updated, r.created)
	case "updated":
		r.updated = at.UnixMilli()
	case "archived":
		p.archive(r, at.UnixMilli())
	}
	return nil
}

// mergedInto makes r a record that went into another one, with nothing moved.
func (s *statement) mergedInto(r *record, value string) error {
	id, err := strconv.ParseInt(value, 10, 64)
	survivor := r.typ.records[id]
	for next := survivor; next != nil; next = next.into {
		if next == r { // it would go round in circles
			survivor = nil
			break
		}
	}
	if err != nil || survivor == nil {
		return fmt.Errorf("merged: expected the id of another record of %s that stands above, not %s", r.typ.Name, quote(value))
	}
	r.life, r.into, r.left = merged, survivor, r.updated
	survivor.from = append(survivor.from, r.id)
	return nil
}

// time takes an RFC 3339 time, a day, or a duration before now such as -36h.
func (s *statement) time(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), nil
		}
	}
	if ago, err := time.ParseDuration(text); err == nil && ago < 0 {
		return s.now.Add(ago).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("expected a time such as 2026-01-31T09:00:00Z, a day, or a duration before now such as -36h, not %s", quote(text))
}

// link takes TYPE ID of the other end and association types, and associates the
// two as a write through the API does.
func (s *statement) link(from *record) error {
	to, err := s.record()
	if err != nil {
		return err
	}
	if from == to {
		return fmt.Errorf("a record cannot be associated to itself")
	}
	of := s.portal.pair(from.typ, to.typ)
	if len(of.types) == 0 {
		return fmt.Errorf("there is no association type from %s to %s: a label line defines one", from.typ.Name, to.typ.Name)
	}
	types, err := s.types(of)
	if err == nil {
		s.portal.writeAll(from, to, types)
	}
	return err
}

// rows takes TYPE ID of the other end and association types, and lists just
// these on the first record: what HubSpot itself would not leave behind.
func (s *statement) rows(from *record) error {
	to, err := s.record()
	if err != nil {
		return err
	}
	types, err := s.types(s.portal.pair(from.typ, to.typ))
	if err != nil {
		return err
	}
	if len(types) == 0 {
		return fmt.Errorf("expected the association types that are listed, such as 279 or USER_DEFINED:1")
	}
	for _, t := range types {
		from.put(to, t)
	}
	return nil
}
