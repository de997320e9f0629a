package crawl

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// What an inverse must rest on to be learned: links that carry both types, and
// their share of the links that carry either.
const (
	learnSupport = 20
	learnOverlap = 0.8
)

// Inverse is a pair of association types that a user says are each other's
// inverse.
type Inverse struct{ Type, Inverse graphmodel.TypeKey }

// ParseInverse reads an inverse of the form "FROM TO TYPE INVERSE", such as
// "contacts companies USER_DEFINED:21 USER_DEFINED:22": the second type is that
// from companies to contacts.
func ParseInverse(text string) (Inverse, error) {
	words := strings.Fields(text)
	wrong := fmt.Errorf("%q names no inverse: write FROM TO TYPE INVERSE, such as contacts companies USER_DEFINED:21 USER_DEFINED:22", text)
	if len(words) != 4 {
		return Inverse{}, wrong
	}
	for i, name := range words[:2] {
		if err := hubspot.CheckTypeName(name); err != nil {
			return Inverse{}, err
		}
		if t, ok := hubspot.StandardType(name); ok {
			words[i] = t.Name
		}
	}
	there, ok := parseType(words[0], words[1], words[2])
	back, ok2 := parseType(words[1], words[0], words[3])
	if !ok || !ok2 {
		return Inverse{}, wrong
	}
	return Inverse{there, back}, nil
}

func parseType(from, to, text string) (graphmodel.TypeKey, bool) {
	category, id, ok := strings.Cut(text, ":")
	n, err := strconv.ParseInt(id, 10, 32)
	return graphmodel.TypeKey{From: from, To: to, Category: category, ID: int32(n)}, ok && err == nil && n > 0 && category != ""
}

// sources are those of inverses beside what HubSpot documents and the texts
// of labels.
type sources struct {
	configured []Inverse
	remembered []graphmodel.Learned // of earlier nights
	graph      *graphmodel.Graph    // sealed and complete; nil: nothing is learned
}

// resolveInverses names the inverse of each definition where a source says it:
// HubSpot's documented table, else the user's settings, else an equal text on
// the reverse pair that no other type there shares, else what the links show, or
// showed in an earlier night.
func resolveInverses(defs []graphmodel.Definition, k sources) {
	documented := documentedInverses()
	for i := range defs {
		d := &defs[i]
		if inverse, ok := documented[keyOf(*d)]; ok {
			d.InverseCategory, d.InverseTypeID, d.InverseSource = inverse.Category, inverse.ID, "documented"
		}
	}
	for _, pair := range k.configured {
		setInverse(defs, pair.Type, pair.Inverse, "config")
		setInverse(defs, pair.Inverse, pair.Type, "config")
	}
	for i := range defs {
		if inverse := sameText(defs, defs[i]); inverse != nil {
			setInverse(defs, keyOf(defs[i]), keyOf(*inverse), "same_text")
		}
	}
	for _, l := range learned(defs, k) {
		if d := setInverse(defs, l.Type, l.Inverse, "learned"); d != nil {
			d.InverseSupport, d.InverseOverlap = l.Support, l.Overlap
		}
	}
}

func keyOf(d graphmodel.Definition) graphmodel.TypeKey {
	return graphmodel.TypeKey{From: d.From, To: d.To, Category: d.Category, ID: d.TypeID}
}

func documentedInverses() map[graphmodel.TypeKey]graphmodel.TypeKey {
	inverses := map[graphmodel.TypeKey]graphmodel.TypeKey{}
	for _, d := range hubspot.DocumentedTypes() {
		if d.Inverse != 0 {
			inverses[graphmodel.TypeKey{From: d.From, To: d.To, Category: hubspot.HubSpotDefined, ID: int32(d.TypeID)}] =
				graphmodel.TypeKey{From: d.To, To: d.From, Category: hubspot.HubSpotDefined, ID: int32(d.Inverse)}
		}
	}
	return inverses
}

// setInverse gives a type its inverse, unless it has one, or either is not
// defined. It returns the definition where it did.
func setInverse(defs []graphmodel.Definition, of, inverse graphmodel.TypeKey, source string) *graphmodel.Definition {
	at := func(key graphmodel.TypeKey) int {
		return slices.IndexFunc(defs, func(d graphmodel.Definition) bool { return keyOf(d) == key })
	}
	i := at(of)
	if i < 0 || defs[i].InverseSource != "" || at(inverse) < 0 {
		return nil
	}
	defs[i].InverseCategory, defs[i].InverseTypeID, defs[i].InverseSource = inverse.Category, inverse.ID, source
	return &defs[i]
}

// learned lists what tonight's links show, and behind it what earlier nights'
// did: a label that few links carry by now keeps its inverse.
func learned(defs []graphmodel.Definition, k sources) []graphmodel.Learned {
	if k.graph == nil {
		return k.remembered
	}
	open := map[graphmodel.TypeKey]bool{}
	for _, d := range defs {
		if d.Category == hubspot.UserDefined && d.InverseSource == "" {
			open[keyOf(d)] = true
		}
	}
	tonight := k.graph.LearnInverses(func(key graphmodel.TypeKey) bool { return open[key] }, learnSupport, learnOverlap)
	return append(tonight, k.remembered...)
}

// sameText finds the one definition of the reverse pair with d's category and
// text. Between records of one object type a label has its inverse in the same
// list: one that stands twice has its namesake (a single label has two ids); one
// that stands once may be its own inverse or half of a pair (Manager, Employee),
// and is its own only where there is no other half that it could have.
func sameText(defs []graphmodel.Definition, d graphmodel.Definition) *graphmodel.Definition {
	reverse := namesakes(defs, d, d.To, d.From)
	if d.From != d.To {
		if len(reverse) == 1 && len(namesakes(defs, d, d.From, d.To)) == 1 {
			return reverse[0]
		}
		return nil
	}
	switch len(reverse) {
	case 1:
		if !slices.ContainsFunc(defs, func(o graphmodel.Definition) bool { return couldBeHalf(defs, o, d) }) {
			return reverse[0]
		}
	case 2:
		if reverse[0].TypeID == d.TypeID {
			return reverse[1]
		}
		return reverse[0]
	}
	return nil
}

// namesakes are the definitions of a pair with d's category and text.
func namesakes(defs []graphmodel.Definition, d graphmodel.Definition, from, to string) []*graphmodel.Definition {
	var found []*graphmodel.Definition
	for i := range defs {
		o := &defs[i]
		if o.From == from && o.To == to && o.Category == d.Category && strings.EqualFold(o.Label, d.Label) {
			found = append(found, o)
		}
	}
	return found
}

// couldBeHalf reports whether o could be the other half of d's pair: another
// label between records of the same object type that stands once.
func couldBeHalf(defs []graphmodel.Definition, o, d graphmodel.Definition) bool {
	return o.From == d.From && o.To == d.To && o.Category == d.Category && o.TypeID != d.TypeID &&
		o.Label != "" && d.Label != "" && len(namesakes(defs, o, o.From, o.To)) == 1
}
