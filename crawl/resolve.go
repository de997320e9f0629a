package crawl

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"hubgraph/hubspot"
	near "hubgraph/internal/nearest"
)

// ErrType is wrapped by errors about an object type that the portal does not have,
// and ErrProperty by those about a property.
var (
	ErrType     = errors.New("unknown object type")
	ErrProperty = errors.New("unknown property")
)

// mostNear is how many names an error gives that a portal has.
const mostNear = 8

// Resolve finds what the words of a scope name, and gives the scope that crawls are
// made of: object types by their ids, and properties as the portal spells them.
// Words may be singular, plural, ids, fully qualified names, or what people call a
// custom object, in any letter case and with blanks around them. Standard types cost
// no call; of any other word the portal is asked for the schema of that name, and
// where it has none for all custom objects; of a type whose properties are named, for
// those that it has. What the portal does not have is an error that is ErrType or
// ErrProperty, and gives what it has, the nearest first.
func (s *Source) Resolve(ctx context.Context, scope Scope) (Scope, error) {
	if scope.resolved {
		return scope, nil
	}
	if err := scope.Check(); err != nil {
		return scope, err
	}
	own := Scope{Properties: map[string][]string{}, Needed: scope.Needed, Directions: scope.Directions, Owners: scope.Owners, resolved: true}
	for _, word := range scope.Types {
		if strings.TrimSpace(word) == "" {
			continue
		}
		id, err := s.typeID(ctx, word)
		if err != nil {
			return scope, err
		}
		own.Types = append(own.Types, id)
	}
	if len(scope.Types) > 0 && len(own.Types) == 0 {
		return scope, fmt.Errorf("%w: no object type is named: there are %s", ErrType, nearest("", DefaultTypes))
	}
	slices.Sort(own.Types)
	own.Types = slices.Compact(own.Types)
	for _, word := range slices.Sorted(maps.Keys(scope.Properties)) {
		id, err := s.typeID(ctx, word)
		if err != nil {
			return scope, fmt.Errorf("properties: %w", err)
		}
		own.Properties[id] = append(own.Properties[id], scope.Properties[word]...)
	}
	if err := s.resolveProperties(ctx, own.Properties); err != nil {
		return scope, err
	}
	return own, nil
}

// resolveProperties puts the names of properties in the place of the words of a scope.
// The portal is asked for those of all object types side by side.
func (s *Source) resolveProperties(ctx context.Context, properties map[string][]string) error {
	ids := slices.Sorted(maps.Keys(properties))
	there, unknown := make([][]string, len(ids)), make([]error, len(ids))
	calls, ctx := errgroup.WithContext(ctx)
	calls.SetLimit(metadataCalls)
	for i, id := range ids {
		calls.Go(func() error {
			if there[i], unknown[i] = s.client.Properties(ctx, id); unknown[i] != nil && !dispensable(unknown[i]) {
				return fmt.Errorf("read the properties of %s: %w", s.typeName(id), unknown[i])
			}
			return nil
		})
	}
	if err := calls.Wait(); err != nil {
		return err
	}
	for i, id := range ids {
		names, err := s.propertyNames(id, properties[id], there[i], unknown[i])
		if err != nil {
			return err
		}
		properties[id] = names
	}
	return nil
}

// typeID finds the id of the object type that a word names.
func (s *Source) typeID(ctx context.Context, word string) (string, error) {
	word = strings.TrimSpace(word)
	if t, ok := hubspot.StandardType(word); ok {
		return t.ID, nil
	}
	if ids := s.called(word); len(ids) == 1 {
		return ids[0], nil
	}
	if hubspot.CanAskFor(word) {
		schema, err := s.client.Schema(ctx, word)
		if err == nil {
			s.schemas[schema.ObjectType.ID] = schema
			return schema.ObjectType.ID, nil
		}
		if !notThere(err) {
			return "", fmt.Errorf("read the schema of %s: %w", word, err)
		}
	}
	if err := s.readCustom(ctx); err != nil && !passable(err) {
		return "", err
	}
	switch ids := s.called(word); len(ids) {
	case 1:
		return ids[0], nil
	case 0:
		return "", fmt.Errorf("%w: the portal %d has no object type %q: there are %s", ErrType, s.Account.PortalID, word, nearest(word, s.typeNames()))
	default:
		return "", fmt.Errorf("%w: the portal %d has several object types that are called %q: give the id, %s", ErrType, s.Account.PortalID, word, strings.Join(ids, " or "))
	}
}

// readCustom reads the schemas of all custom objects, once.
func (s *Source) readCustom(ctx context.Context) error {
	if err := s.listCustom(ctx); err != nil {
		return err
	}
	s.knowCustom()
	return nil
}

// listCustom reads them, and leaves what is known of single types as it is: those may
// be read meanwhile.
func (s *Source) listCustom(ctx context.Context) error {
	if s.custom != nil {
		return nil
	}
	schemas, err := s.client.CustomSchemas(ctx)
	if err != nil {
		return fmt.Errorf("list custom objects: %w", err)
	}
	s.custom = schemas
	return nil
}

// knowCustom takes in what was listed.
func (s *Source) knowCustom() {
	for _, schema := range s.custom {
		s.schemas[schema.ObjectType.ID] = schema
	}
}

// called lists the object types, among those whose schemas were read, that a word
// names.
func (s *Source) called(word string) (ids []string) {
	for id, schema := range s.schemas {
		names := []string{id, schema.ObjectType.Name, schema.Name, schema.FullName, schema.Label, schema.LabelOne}
		if word != "" && slices.ContainsFunc(names, func(name string) bool { return strings.EqualFold(name, word) }) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// typeNames are those of the object types, as far as is known.
func (s *Source) typeNames() (names []string) {
	for _, t := range hubspot.StandardTypes() {
		names = append(names, t.Name)
	}
	for _, schema := range s.schemas {
		names = append(names, schema.ObjectType.Name)
	}
	return names
}

// typeName is what an object type is called in messages.
func (s *Source) typeName(id string) string {
	if t, ok := hubspot.StandardType(id); ok {
		return t.Name
	}
	return cmp.Or(s.schemas[id].ObjectType.Name, id)
}

// propertyNames finds the properties of an object type that some words name, among
// those that are there. Where the portal does not say which it has, for err, the words
// are taken for names: HubSpot passes over those of none.
func (s *Source) propertyNames(id string, words, there []string, err error) ([]string, error) {
	if err != nil {
		s.notes = append(s.notes, fmt.Sprintf("whether %s have the properties that are asked for is not known: %v", s.typeName(id), err))
	}
	var names, unknown []string
	for _, word := range words {
		word = strings.TrimSpace(word)
		at := slices.Index(there, word)
		if at < 0 {
			at = slices.IndexFunc(there, func(name string) bool { return strings.EqualFold(name, word) })
		}
		switch {
		case word == "":
		case at >= 0:
			names = append(names, there[at])
		case err != nil:
			names = append(names, word)
		default:
			unknown = append(unknown, fmt.Sprintf("no property %q: there are %s", word, nearest(word, there)))
		}
	}
	if len(unknown) > 0 {
		return nil, fmt.Errorf("%w: %s have %s", ErrProperty, s.typeName(id), strings.Join(unknown, "; and "))
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

// notThere reports whether HubSpot knows no object type of that name: it answers
// 404, or 400 where the name could be none.
func notThere(err error) bool {
	var refused *hubspot.Error
	return errors.As(err, &refused) && (refused.Status == http.StatusNotFound || refused.Status == http.StatusBadRequest)
}

// nearest lists names, those first that are written most like a word.
func nearest(word string, names []string) string {
	names = near.Sort(word, names)
	text := strings.Join(names[:min(len(names), mostNear)], ", ")
	if more := len(names) - mostNear; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
