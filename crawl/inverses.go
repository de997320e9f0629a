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
// their share of the links that carry either; and what the two ids of one label
// between records of one type must rest on.
const (
	learnSupport = 20
	learnOverlap = 0.8
	twinSupport  = 2
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

// String gives the form that ParseInverse reads.
func (i Inverse) String() string {
	return fmt.Sprintf("%s %s %s:%d %s:%d", i.Type.From, i.Type.To, i.Type.Category, i.Type.ID, i.Inverse.Category, i.Inverse.ID)
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
	graph      *graphmodel.Graph    // sealed; nil: what links show is not asked
	partial    bool                 // the graph lacks links that are not named: nothing is learned
	unlisted   map[[2]string]bool   // ordered pairs of object types whose definitions were not all read
}

// resolveInverses names the inverse of each definition where a source says it:
// HubSpot's documented table, else the user's settings, else an equal text, else
// what the links show, or showed in an earlier night. But for what HubSpot
// documents, a type is the inverse of its own inverse, and of no other one.
func resolveInverses(defs []graphmodel.Definition, k sources) {
	r := &resolver{defs: defs, at: map[graphmodel.TypeKey]int{}, of: map[[3]string][]int{}, unlisted: k.unlisted, evidence: &graphmodel.Evidence{}}
	documented := documentedInverses()
	for i := range defs {
		d := &defs[i]
		r.at[keyOf(*d)] = i
		kin := [3]string{d.From, d.To, d.Category}
		r.of[kin] = append(r.of[kin], i)
		if inverse, ok := documented[keyOf(*d)]; ok {
			d.InverseCategory, d.InverseTypeID, d.InverseSource = inverse.Category, inverse.ID, "documented"
		}
	}
	for _, pair := range k.configured {
		r.pair(pair.Type, pair.Inverse, "config")
	}
	if k.graph != nil {
		r.evidence = k.graph.Evidence(r.isOpen)
	}
	remembered := r.credible(k.remembered)
	for _, pair := range r.sameTexts(remembered) {
		r.pair(pair.Type, pair.Inverse, "same_text")
	}
	if !k.partial {
		own := func(key graphmodel.TypeKey) bool { return key.Category == hubspot.UserDefined && r.isOpen(key) }
		r.learn(r.evidence.Learn(own, learnSupport, learnOverlap))
	}
	r.learn(remembered) // a label that few links carry by now keeps its inverse
}

// Unmet says, a sentence each, which of a user's inverses have no effect, and why.
func (p *Plan) Unmet(configured []Inverse) (sentences []string) {
	defs := slices.Clone(p.Definitions)
	resolveInverses(defs, sources{configured: configured})
	for _, pair := range configured {
		for _, key := range []graphmodel.TypeKey{pair.Type, pair.Inverse} {
			why := "the portal has no such type among those that are crawled"
			if i := slices.IndexFunc(defs, func(d graphmodel.Definition) bool { return keyOf(d) == key }); i >= 0 {
				inverse := graphmodel.TypeKey{From: key.To, To: key.From, Category: defs[i].InverseCategory, ID: defs[i].InverseTypeID}
				if source := defs[i].InverseSource; inverse == pair.Type || inverse == pair.Inverse || source != "documented" && source != "config" {
					continue
				}
				why = fmt.Sprintf("its inverse is %s:%d (%s)", inverse.Category, inverse.ID, defs[i].InverseSource)
			}
			sentences = append(sentences, fmt.Sprintf("the inverse %q of the settings has no effect, because of %s:%d from %s to %s: %s", pair, key.Category, key.ID, key.From, key.To, why))
			break
		}
	}
	return sentences
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

// resolver pairs definitions that have no inverse so far.
type resolver struct {
	defs     []graphmodel.Definition
	at       map[graphmodel.TypeKey]int // places of definitions
	of       map[[3]string][]int        // by from, to and category: places of definitions
	unlisted map[[2]string]bool
	evidence *graphmodel.Evidence // of the types that were open when it was gathered
}

// isOpen reports whether a type is defined, and has no inverse so far.
func (r *resolver) isOpen(key graphmodel.TypeKey) bool {
	i, ok := r.at[key]
	return ok && r.defs[i].InverseSource == ""
}

// pair makes two types each other's inverse, unless one is not defined, or has
// another inverse. It reports whether it did.
func (r *resolver) pair(a, b graphmodel.TypeKey, source string) bool {
	fits := func(of, inverse graphmodel.TypeKey) bool {
		i, ok := r.at[of]
		return ok && (r.defs[i].InverseSource == "" || r.defs[i].InverseCategory == inverse.Category && r.defs[i].InverseTypeID == inverse.ID)
	}
	if a.From != b.To || a.To != b.From || !fits(a, b) || !fits(b, a) {
		return false
	}
	for _, set := range [][2]graphmodel.TypeKey{{a, b}, {b, a}} {
		if d := &r.defs[r.at[set[0]]]; d.InverseSource == "" {
			d.InverseCategory, d.InverseTypeID, d.InverseSource = set[1].Category, set[1].ID, source
		}
	}
	return true
}

func (r *resolver) learn(list []graphmodel.Learned) {
	for _, l := range list {
		if !r.isOpen(l.Type) || !r.isOpen(l.Inverse) || !r.pair(l.Type, l.Inverse, "learned") {
			continue
		}
		for _, key := range []graphmodel.TypeKey{l.Type, l.Inverse} {
			d := &r.defs[r.at[key]]
			d.InverseSupport, d.InverseOverlap = l.Support, l.Overlap
		}
	}
}

// credible are the remembered inverses that no other one contradicts, nor tonight's
// links.
func (r *resolver) credible(remembered []graphmodel.Learned) []graphmodel.Learned {
	of := map[graphmodel.TypeKey]map[graphmodel.TypeKey]bool{}
	for _, l := range remembered {
		for _, pair := range [][2]graphmodel.TypeKey{{l.Type, l.Inverse}, {l.Inverse, l.Type}} {
			if of[pair[0]] == nil {
				of[pair[0]] = map[graphmodel.TypeKey]bool{}
			}
			of[pair[0]][pair[1]] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(remembered), func(l graphmodel.Learned) bool {
		return len(of[l.Type]) > 1 || len(of[l.Inverse]) > 1 || !r.isOpen(l.Type) || !r.isOpen(l.Inverse) || r.evidence.Contradicts(l.Type, l.Inverse)
	})
}

// sameTexts are the inverses that texts show, but for those that links contradict,
// those of tonight or of the night that another inverse is remembered from.
func (r *resolver) sameTexts(remembered []graphmodel.Learned) (pairs []Inverse) {
	otherwise := map[graphmodel.TypeKey]graphmodel.TypeKey{}
	for _, l := range remembered {
		otherwise[l.Type], otherwise[l.Inverse] = l.Inverse, l.Type
	}
	for _, d := range r.defs {
		if d.InverseSource != "" {
			continue
		}
		key := keyOf(d)
		inverse, ok := r.sameText(d)
		if other, is := otherwise[key]; !ok || is && other != inverse || r.evidence.Contradicts(key, inverse) {
			continue
		}
		if other, is := otherwise[inverse]; is && other != key {
			continue
		}
		pairs = append(pairs, Inverse{key, inverse})
	}
	return pairs
}

// sameText finds the one open definition of the reverse pair with d's category and
// text, where no other of the category has d's text. That does not make it the
// inverse: of the labels Supplier/Customer and Customer/Supplier each text stands once
// on either side, on different labels. So there must be no other label that either
// could belong to, or the ids must agree.
func (r *resolver) sameText(d graphmodel.Definition) (inverse graphmodel.TypeKey, ok bool) {
	if d.From == d.To {
		return r.sameTextWithin(d)
	}
	there, back := r.namesakes(d, d.From, d.To), r.namesakes(d, d.To, d.From)
	if len(there) != 1 || len(back) != 1 {
		return inverse, false
	}
	if d.Label == "" {
		return back[0], true // a plain type is no label's other half
	}
	if r.unlisted[[2]string{d.From, d.To}] || r.unlisted[[2]string{d.To, d.From}] {
		return inverse, false
	}
	alone := len(r.labels(d, d.From, d.To)) == 1 && len(r.labels(d, d.To, d.From)) == 1
	return back[0], alone || r.neighbor(d) == back[0]
}

// sameTextWithin is sameText between records of one object type, where both halves
// of a label are in one list. A label that is alone there is its own inverse. One text
// with two ids is one label, as some portals have it, or two labels that are their own
// inverses, or belong to others: the ids have to agree, and links to show that nothing
// else is on the way back.
func (r *resolver) sameTextWithin(d graphmodel.Definition) (inverse graphmodel.TypeKey, ok bool) {
	key, same, labels := keyOf(d), r.namesakes(d, d.From, d.To), r.labels(d, d.From, d.To)
	switch {
	case r.unlisted[[2]string{d.From, d.To}] && d.Label != "":
	case len(same) == 1:
		return key, d.Label == "" || len(labels) == 1
	case len(same) == 2:
		if inverse = same[0]; inverse == key {
			inverse = same[1]
		}
		if d.Label == "" {
			return inverse, true
		}
		both, other := r.evidence.Both(key, inverse), int64(0)
		for _, o := range labels {
			other += r.evidence.Both(key, o) + r.evidence.Both(inverse, o)
		}
		other -= 2 * both
		return inverse, r.neighbor(d) == inverse && both >= twinSupport && 4*other <= both
	}
	return inverse, false
}

// namesakes are the open definitions of a pair with d's category and text. Letter
// case and blanks make no other text.
func (r *resolver) namesakes(d graphmodel.Definition, from, to string) []graphmodel.TypeKey {
	return r.open(d, from, to, func(label string) bool { return strings.EqualFold(unblanked(label), unblanked(d.Label)) })
}

func unblanked(label string) string { return strings.Join(strings.Fields(label), " ") }

// labels are the open definitions of a pair with d's category and any text.
func (r *resolver) labels(d graphmodel.Definition, from, to string) []graphmodel.TypeKey {
	return r.open(d, from, to, func(label string) bool { return label != "" })
}

func (r *resolver) open(d graphmodel.Definition, from, to string, read func(label string) bool) (found []graphmodel.TypeKey) {
	for _, i := range r.of[[3]string{from, to, d.Category}] {
		if o := r.defs[i]; o.InverseSource == "" && read(o.Label) {
			found = append(found, keyOf(o))
		}
	}
	return found
}

// neighbor finds the type that d's id says to be its inverse: HubSpot numbers the two
// directions of a label one after the other, in either order, and deletes them
// together. So a run of ids without a hole among the types of both directions falls
// into pairs from its first id on. It is none where the run does not.
func (r *resolver) neighbor(d graphmodel.Definition) graphmodel.TypeKey {
	direction := map[int32]string{} // id -> the object type that it leads from
	kin := r.of[[3]string{d.From, d.To, d.Category}]
	if d.From != d.To {
		kin = slices.Concat(kin, r.of[[3]string{d.To, d.From, d.Category}])
	}
	for _, i := range kin {
		o := r.defs[i]
		if _, twice := direction[o.TypeID]; twice {
			return graphmodel.TypeKey{}
		}
		direction[o.TypeID] = o.From
	}
	first, end := d.TypeID, d.TypeID
	for direction[first-1] != "" {
		first--
	}
	for direction[end] != "" {
		end++
	}
	for id := first; id < end; id += 2 {
		if direction[id+1] == "" || direction[id] == direction[id+1] && d.From != d.To {
			return graphmodel.TypeKey{}
		}
	}
	return graphmodel.TypeKey{From: d.To, To: d.From, Category: d.Category, ID: first + ((d.TypeID - first) ^ 1)}
}
