package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Script lets a night pass that a text in the portal language describes; name is
// the text's, for errors, which are *ParseError. What is wrong afterwards is in
// the truth where the text says so in defect lines.
func (p *Portal) Script(name, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nightfall()
	p.noteClaims(text)
	return p.apply(name, text, time.Now())
}

// noteClaims notes, before a text is carried out, how the pairs of records are
// associated of which it says that they are associated otherwise in the end.
func (p *Portal) noteClaims(text string) {
	for text := range strings.Lines(text) {
		words, err := split(text)
		if err != nil || len(words) < 2 || words[0].text != "defect" || words[1].text != associationRelabelled {
			continue
		}
		s := &statement{line: line{words: words, at: 2}, portal: p}
		if from, to, _, err := s.ends(); err == nil {
			p.notePair(from, to)
		}
	}
}

// claims say how each check names what it finds.
var claims = map[string]func(*statement, *Defect) error{
	dealFullyOrphaned:     (*statement).claimDeal,
	dealWithoutContact:    (*statement).claimDeal,
	dealWithoutCompany:    (*statement).claimDeal,
	inversePairMissing:    (*statement).claimPair,
	inverseLabelMissing:   (*statement).claimRow,
	edgeEndpointAbsent:    (*statement).claimRow,
	definitionChanged:     (*statement).claimDefinition,
	associationRelabelled: (*statement).claimPair,
}

// defect takes a check and what names its finding, and adds that to the truth.
// It has to be there.
func (s *statement) defect() error {
	check, err := s.next("a check")
	if err != nil {
		return err
	}
	claim := claims[check.text]
	if claim == nil {
		return fmt.Errorf("expected a check among %s, not %s", strings.Join(sortedKeys(claims), ", "), quote(check.text))
	}
	d := Defect{Check: check.text}
	if err := claim(s, &d); err != nil {
		return err
	}
	if !slices.Contains(s.portal.defects(), d) {
		return fmt.Errorf("%s finds no such thing in the portal as this line leaves it", d.Check)
	}
	return nil
}

// claimDeal takes TYPE ID.
func (s *statement) claimDeal(d *Defect) error {
	r, err := s.existing()
	if err != nil {
		return err
	}
	d.SubjectType, d.SubjectID = r.typ.Name, r.id
	s.portal.watchDeal(r)
	return nil
}

// claimPair takes TYPE ID of the record that lists the other, and of the other.
func (s *statement) claimPair(d *Defect) error {
	from, err := s.existing()
	if err != nil {
		return err
	}
	to, err := s.existing()
	if err != nil {
		return err
	}
	d.FromType, d.FromID, d.ToType, d.ToID = from.typ.Name, from.id, to.typ.Name, to.id
	if !d.drift() {
		s.portal.watchPair(from, to)
	}
	return nil
}

// claimRow takes the same and an association type.
func (s *statement) claimRow(d *Defect) error {
	if err := s.claimPair(d); err != nil {
		return err
	}
	w, err := s.next("an association type")
	if err != nil {
		return err
	}
	of := s.portal.pair(s.portal.typeOf(d.FromType), s.portal.typeOf(d.ToType))
	t := of.named(w)
	if t == nil {
		return fmt.Errorf("expected an association type from %s to %s, not %s; there are %s", of.from.Name, of.to.Name, quote(w.text), of)
	}
	d.Category, d.TypeID = t.category, t.id
	if d.Check == inverseLabelMissing {
		s.portal.truth.know(t)
	}
	return nil
}

// claimDefinition takes FROM TO CATEGORY:ID; the type may be gone.
func (s *statement) claimDefinition(d *Defect) error {
	from, err := s.objectType()
	if err != nil {
		return err
	}
	to, err := s.objectType()
	if err != nil {
		return err
	}
	w, err := s.next("an association type, CATEGORY:ID")
	if err != nil {
		return err
	}
	category, number, _ := strings.Cut(w.text, ":")
	id, err := strconv.Atoi(number)
	if err != nil {
		return fmt.Errorf("expected an association type, CATEGORY:ID, not %s", quote(w.text))
	}
	*d = Defect{Check: d.Check, FromType: from.Name, ToType: to.Name, Category: category, TypeID: id}
	return nil
}

// drift reports whether only a comparison with the night before shows d.
func (d Defect) drift() bool { return d.Check == definitionChanged || d.Check == associationRelabelled }

// String names d as a defect line of the portal language does.
func (d Defect) String() string {
	words := []string{d.Check}
	for _, end := range []struct {
		name string
		id   int64
	}{{d.SubjectType, d.SubjectID}, {d.FromType, d.FromID}, {d.ToType, d.ToID}} {
		if end.name != "" {
			words = append(words, end.name)
		}
		if end.id != 0 {
			words = append(words, fmt.Sprint(end.id))
		}
	}
	if d.Category != "" {
		words = append(words, fmt.Sprintf("%s:%d", d.Category, d.TypeID))
	}
	return strings.Join(words, " ")
}

// watchDeal makes a deal one of which the truth lists what it lacks.
func (p *Portal) watchDeal(r *record) { p.truth.deals = append(p.truth.deals, r) }

// watchPair makes two records ones of which the truth says how they list each
// other.
func (p *Portal) watchPair(a, b *record) { p.truth.pairs = append(p.truth.pairs, [2]*record{a, b}) }

// know takes for granted that the inverse of a type is known: it may have
// been learned from links that are gone.
func (t *truth) know(typ *associationType) {
	if t.learned == nil {
		t.learned = map[*associationType]bool{}
	}
	t.learned[typ], t.learned[typ.inverse] = true, true
}
