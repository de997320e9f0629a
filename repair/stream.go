package repair

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"hubgraph/internal/sentence"
)

// Asked is what somebody asks of a portal: one pair, or those of a file, which may be longer
// than memory. It is gone through more than once.
type Asked struct {
	Action string // Add or Remove
	// One is the only pair, where there is no file.
	One Pair
	// Name is that of the file; empty: there is none. Open opens it again for each pass.
	Name string
	Open func() (io.ReadCloser, error)
	// Most is how many lines are looked at; 0: all.
	Most int
}

// Pair is a pair that stands in no file. The type is named by its label or internal name, or
// by its id and perhaps its category; without either it is the plain one or, where a pair is
// removed, all that it has.
type Pair struct{ From, To, Label, TypeID, Category string }

// source is what asks for the operations.
func (a Asked) source() string {
	if a.Name == "" {
		return "command line"
	}
	return filepath.Base(a.Name)
}

// each goes through the pairs, and what is wrong with lines. header is that of CSV.
func (a Asked) each() (header string, pairs iter.Seq2[pair, *wrongLine], done func() error, err error) {
	if a.Name == "" {
		one := pair{from: a.One.From, to: a.One.To, label: a.One.Label, typeID: a.One.TypeID, category: a.One.Category}
		return "", func(yield func(pair, *wrongLine) bool) { yield(one, nil) }, func() error { return nil }, nil
	}
	f, err := a.Open()
	if err != nil {
		return "", nil, nil, a.unreadable(err)
	}
	header, pairs, wrong, failed := readPairs(f)
	if wrong != nil {
		_ = f.Close() // it was only read
		return "", nil, nil, sentence.New(ErrUsage, "%s:%d: %s", a.Name, wrong.line, wrong.text)
	}
	if a.Most > 0 {
		pairs = first(pairs, a.Most)
	}
	return header, pairs, func() error {
		_ = f.Close()
		if err := failed(); err != nil {
			return a.unreadable(err)
		}
		return nil
	}, nil
}

// first are the first lines.
func first(pairs iter.Seq2[pair, *wrongLine], n int) iter.Seq2[pair, *wrongLine] {
	return func(yield func(pair, *wrongLine) bool) {
		for p, wrong := range pairs {
			if n--; !yield(p, wrong) || n == 0 {
				return
			}
		}
	}
}

func (a Asked) unreadable(err error) error {
	return sentence.New(ErrUsage, "--file %s: the file cannot be read: %v", a.Name, sentence.Cause(err))
}

// changed says that the file is not the one that was counted and approved.
func (a Asked) changed() error {
	return tripped("%s has changed since its lines were counted", a.source())
}

// wrong is what is wrong with the only pair, as an error.
func (a Asked) wrong(w *wrongLine) error { return sentence.New(ErrUsage, "%s", w.text) }

// Count is what a first pass over what is asked for finds.
type Count struct {
	Operations int
	Wrong      int    // lines of which no operation can be made
	Header     string // of CSV
	digest     string
	parts      []string // digests of what the parts ask for, which is sent as it was counted
}

// Count goes through what is asked for without asking the portal for any record: what cannot
// be an operation is found, and the caps are held. With lift, Operations is the only cap.
func (l *Direct) Count(ctx context.Context, a Asked, o ApplyOptions, lift bool) (*Count, error) {
	header, pairs, done, err := a.each()
	if err != nil {
		return nil, err
	}
	c := &Count{Header: header}
	sum := sha256.New()
	fmt.Fprintln(sum, a.Action, l.now)
	linked := map[list]map[int64]bool{}
	some, lines := sha256.New(), 0 // of the part
	for p, wrong := range pairs {
		var op *Operation
		if wrong == nil {
			if op, wrong, err = l.operation(ctx, p, a.Action, a.source()); err != nil {
				return nil, err
			}
		}
		note(some, op)
		if lines++; lines == partSize {
			c.parts = append(c.parts, digestOf(some))
			some, lines = sha256.New(), 0
		}
		switch {
		case wrong != nil && a.Name == "":
			return nil, a.wrong(wrong)
		case wrong != nil:
			c.Wrong++
			continue
		}
		c.Operations++
		note(sum, op)
		if c.Operations <= o.Operations && a.Action == Add && !lift {
			if err := tooMany(linked, op.ends(), o.PerRecord); err != nil {
				return nil, err
			}
		}
	}
	if err := done(); err != nil {
		return nil, err
	}
	if c.Operations > o.Operations {
		return nil, sentence.New(ErrCap, "%s asks for %d associations, and --max-operations is %d: look it through, then allow as many; nothing was sent", a.source(), c.Operations, o.Operations)
	}
	if lines > 0 {
		c.parts = append(c.parts, digestOf(some))
	}
	c.digest = digestOf(sum)
	return c, nil
}

// note adds what a line asks for to a digest; nil: nothing, since something is wrong with it.
func note(sum hash.Hash, op *Operation) {
	if op == nil {
		fmt.Fprintln(sum)
		return
	}
	fmt.Fprintln(sum, op.ends(), op.Types)
}

func digestOf(sum hash.Hash) string { return fmt.Sprintf("sha256:%x", sum.Sum(nil)) }

// tooMany counts the records that each one is associated with.
func tooMany(linked map[list]map[int64]bool, e ends, most int) error {
	for _, e := range []ends{e, e.reversed()} {
		if linked[e.list()] == nil {
			linked[e.list()] = map[int64]bool{}
		}
		if linked[e.list()][e.to.ID] = true; len(linked[e.list()]) > most {
			return sentence.New(ErrCap, "it gives %s more than %d %s: if that is meant, give --max-operations, which lifts this; nothing was sent", e.from, most, e.to.Type)
		}
	}
	return nil
}

// LineResult is what became of a line.
type LineResult struct {
	Line     *int     `json:"line"` // of the file; null without one
	From     string   `json:"from"`
	To       string   `json:"to"`
	Action   string   `json:"action"`
	Types    []Type   `json:"types"`
	Labels   []string `json:"labels"`  // of the types; null where none has any
	Outcome  *Outcome `json:"outcome"` // null: it would be sent, and was not
	Verified bool     `json:"verified"`
	Cause    *string  `json:"cause"`
	Before   *Before  `json:"before"`   // what the pair had; null where that was not read
	After    *Before  `json:"after"`    // what it has now, or would have
	Beside   []Row    `json:"beside"`   // what comes or goes beside the types
	May      []Row    `json:"may_come"` // what comes on some portals only: the first company as the primary one
	Raw      string   `json:"-"`        // the line as it stands in the file

	names [2]map[Type]string // the labels of the types, there and back
	dry   bool               // nothing is sent
}

// Open reports whether the line is still to be done.
func (t *LineResult) Open() bool {
	return t.Outcome == nil || *t.Outcome != Applied && *t.Outcome != Satisfied
}

// partSize is how many lines are planned and sent together: memory holds no more of them.
const partSize = 10_000

// entry is a line of a part: what is wrong with it, or its place among the operations.
type entry struct {
	result LineResult
	op     int // place; -1: none
}

// part is some lines as a plan.
type part struct {
	plan    *Plan
	entries []entry
	sum     hash.Hash // of what its lines ask for
}

// parts goes through what is asked for, some lines at a time.
func (l *Direct) parts(ctx context.Context, a Asked) iter.Seq2[*part, error] {
	return func(yield func(*part, error) bool) {
		_, pairs, done, err := a.each()
		if err != nil {
			yield(nil, err)
			return
		}
		p := &part{plan: l.plan(), sum: sha256.New()}
		rows := map[Row]int{}
		for line, wrong := range pairs {
			if err := l.put(ctx, p, a, line, wrong, rows); err != nil {
				yield(nil, err)
				return
			}
			if len(p.entries) == partSize {
				if !yield(p, l.finish(ctx, p)) {
					return
				}
				p, rows = &part{plan: l.plan(), sum: sha256.New()}, map[Row]int{}
			}
		}
		if err := done(); err != nil {
			yield(nil, err)
			return
		}
		if len(p.entries) > 0 {
			yield(p, l.finish(ctx, p))
		}
	}
}

func (l *Direct) plan() *Plan {
	return &Plan{PortalID: l.portal.id, CreatedAt: l.now, ExpiresAt: l.now.Add(MaxAge), NoFile: true}
}

// put takes a line into a part. One that asks for what another one does shares its operation.
func (l *Direct) put(ctx context.Context, p *part, a Asked, line pair, wrong *wrongLine, rows map[Row]int) error {
	e := entry{result: LineResult{From: line.from, To: line.to, Action: a.Action, Types: []Type{}, Beside: []Row{}, May: []Row{}, Raw: line.raw}, op: -1}
	if line.line > 0 {
		e.result.Line = &line.line
	}
	var op *Operation
	if wrong == nil {
		var err error
		if op, wrong, err = l.operation(ctx, line, a.Action, a.source()); err != nil {
			return err
		}
	}
	note(p.sum, op)
	if wrong != nil {
		r := Result{}
		r.is(Failed, wrong.text)
		e.result.Outcome, e.result.Cause = r.Outcome, r.Cause
		p.entries = append(p.entries, e)
		return nil
	}
	key := op.ends().row(Type{})
	if len(op.Types) > 0 {
		key = op.ends().row(op.Types[0])
	}
	at, known := rows[key]
	if !known {
		at, rows[key] = len(p.plan.Operations), len(p.plan.Operations)
		p.plan.Operations = append(p.plan.Operations, *op)
	}
	e.op, e.result.From, e.result.To = at, op.ends().from.String(), op.ends().to.String()
	p.entries = append(p.entries, e)
	return nil
}

// finish completes the operations that take a pair apart, and lists the definitions.
func (l *Direct) finish(ctx context.Context, p *part) error {
	if l.stopped {
		return nil
	}
	p.merge()
	wanted := map[list]bool{}
	for _, op := range p.plan.Operations {
		if len(op.Types) == 0 {
			wanted[op.ends().list()], wanted[op.ends().reversed().list()] = true, true
		}
	}
	if len(wanted) > 0 {
		has := &state{unread: map[any]string{}}
		var err error
		if has.lists, err = l.portal.readLists(ctx, wanted, has.unread); err != nil {
			return err
		}
		for i := range p.plan.Operations {
			if op := &p.plan.Operations[i]; len(op.Types) == 0 {
				l.whole(op, has)
			}
		}
	}
	for _, of := range slices.SortedFunc(maps.Keys(l.read), func(a, b pairOf) int { return comparePairs([2]string{a.from, a.to}, [2]string{b.from, b.to}) }) {
		for _, d := range l.definitions[of] {
			p.plan.Definitions = append(p.plan.Definitions, d.Definition)
		}
	}
	p.plan.Seal()
	return nil
}

// merge leaves only one operation on a pair that is taken apart, in whichever direction: what
// others would take of it goes with it.
func (p *part) merge() {
	wholes := map[ends]int{}
	for i, op := range p.plan.Operations {
		if _, known := wholes[op.ends().unordered()]; len(op.Types) == 0 && !known {
			wholes[op.ends().unordered()] = i
		}
	}
	places := make([]int, len(p.plan.Operations))
	var left []Operation
	for i, op := range p.plan.Operations {
		if whole, is := wholes[op.ends().unordered()]; is && whole != i {
			places[i] = -1
			continue
		}
		places[i] = len(left)
		left = append(left, op)
	}
	for i := range p.entries {
		e := &p.entries[i]
		if e.op < 0 {
			continue
		}
		if places[e.op] < 0 {
			e.op = wholes[p.plan.Operations[e.op].ends().unordered()]
		}
		e.op = places[e.op]
	}
	p.plan.Operations = left
}

// unordered are the two records, the same in either direction.
func (e ends) unordered() ends {
	if e.to.Compare(e.from) < 0 {
		return e.reversed()
	}
	return e
}

// whole has an operation take all that a pair has, which it names, the plain type first.
func (l *Direct) whole(op *Operation, has *state) {
	e := op.ends()
	if len(has.types(e)) == 0 && len(has.types(e.reversed())) > 0 {
		op.FromType, op.FromID, op.ToType, op.ToID = e.to.Type, e.to.ID, e.from.Type, e.from.ID
		e = e.reversed()
	}
	there, back := sorted(has.types(e)), sorted(has.types(e.reversed()))
	op.Require = []Requirement{Live(e.from), Live(e.to)}
	op.Before = Before{Forward: there, Inverse: back}
	op.Types = there
	if len(there) == 0 { // there is nothing to do, unless something comes meanwhile
		if plain := l.plain(e.from.Type, e.to.Type); plain != nil {
			op.Types = []Type{*plain}
		} else if all := l.definitions[pairOf{e.from.Type, e.to.Type}]; len(all) > 0 {
			op.Types = []Type{all[0].typ()}
		}
	}
	if plain := l.plain(e.from.Type, e.to.Type); plain != nil && slices.Contains(op.Types, *plain) {
		op.Types = append([]Type{*plain}, slices.DeleteFunc(slices.Clone(op.Types), func(t Type) bool { return t == *plain })...)
	}
	for _, t := range op.Types {
		label := ""
		if d := l.define(e.from.Type, e.to.Type, t); d != nil {
			label = textOf(d.Label)
			op.Require = append(op.Require, Defined(e.from.Type, e.to.Type, t, d.Label))
		} else {
			op.Require = append(op.Require, Defined(e.from.Type, e.to.Type, t, nil))
		}
		op.Labels = append(op.Labels, label)
	}
	if !slices.ContainsFunc(op.Labels, func(label string) bool { return label != "" }) {
		op.Labels = nil
	}
	if len(there) == 0 {
		op.Require = append(op.Require, Lacks(e.from, e.to, nil))
	}
	op.Require = append(op.Require, OnlyTypes(e.from, e.to, there...)...)
	if len(back) == 0 {
		op.Require = append(op.Require, Lacks(e.to, e.from, nil))
	}
	op.Require = append(op.Require, OnlyTypes(e.to, e.from, back...)...)
	for _, t := range back {
		op.Effects = append(op.Effects, e.reversed().row(t))
	}
}

// Send does what is asked for, as Count has counted it, some lines at a time, and passes each
// line to report. Without a journal nothing is sent. An error of report ends it. What was not
// done because the run stopped itself is reported, too, before the error is returned.
func (l *Direct) Send(ctx context.Context, a Asked, c *Count, journal *Journal, o ApplyOptions, report func(*LineResult) error) error {
	o.Forms = l.forms
	s := &applier{portal: l.portal, journal: journal, options: o}
	var stop error
	if journal != nil {
		var definitions []Definition
		for _, list := range l.definitions {
			for _, d := range list {
				definitions = append(definitions, d.Definition)
			}
		}
		if err := journal.write(Entry{Event: started, Run: &RunHead{RunID: journal.id, PortalID: l.portal.id, Digest: c.digest, Operations: c.Operations, Definitions: definitions, NoFile: true}}); err != nil {
			return err
		}
	}
	n := 0 // parts
	for p, err := range l.parts(ctx, a) {
		if err != nil {
			stop = err
			break
		}
		if n++; journal != nil && stop == nil && (n > len(c.parts) || digestOf(p.sum) != c.parts[n-1]) {
			stop, l.stopped = a.changed(), true
		}
		s.more = s.first+len(p.plan.Operations) < c.Operations
		if stop == nil {
			stop = again(s.part(ctx, p))
			l.stopped = stop != nil
		}
		for i := range p.entries {
			if err := report(s.report(p, i)); err != nil {
				return err
			}
		}
		s.first += len(p.plan.Operations)
	}
	if journal == nil {
		return stop
	}
	if stop == nil && n < len(c.parts) {
		stop = a.changed()
	}
	// Lines that share an operation are counted by now.
	last := Entry{Event: ended, Run: &RunHead{RunID: journal.id, PortalID: l.portal.id, Digest: c.digest, Operations: s.first, Definitions: []Definition{}, NoFile: true}}
	if stop != nil {
		last = Entry{Event: stopped, Cause: stop.Error()}
	}
	if err := journal.write(last); stop == nil {
		stop = err
	}
	return stop
}

// again is an error with what to do about it here, where there is no plan to go on with.
func again(err error) error {
	var said *sentence.Error
	if !errors.As(err, &said) {
		return err
	}
	return sentence.New(said.Kind, "%s", strings.Replace(said.Text, "go on with --resume", "send again what was not done", 1))
}

// part does the operations of a part, which are numbered on.
func (a *applier) part(ctx context.Context, p *part) error {
	a.plan, a.run, a.inverse = p.plan, &Run{Operations: make([]Result, len(p.plan.Operations))}, p.plan.inverses()
	for i := range p.plan.Operations {
		p.plan.Operations[i].N = a.first + i + 1
		a.run.Operations[i].N = a.first + i + 1
	}
	seen := make(map[int]*LineResult, len(p.plan.Operations))
	a.judged = func(op *Operation, live, after *state) { seen[op.N] = a.seenOf(op, live, after) }
	var err error
	if a.journal == nil {
		err = a.lookAt(ctx, a.pending())
	} else {
		err = a.all(p.plan.allow(ctx))
	}
	for i := range p.entries {
		e := &p.entries[i]
		if e.op < 0 {
			continue
		}
		op := &p.plan.Operations[e.op]
		if t := seen[op.N]; t != nil {
			e.result.Before, e.result.After, e.result.Beside, e.result.May, e.result.names = t.Before, t.After, t.Beside, t.May, t.names
		}
	}
	return err
}

// report is what became of a line of a part.
func (a *applier) report(p *part, i int) *LineResult {
	e := &p.entries[i]
	if e.op < 0 {
		return &e.result
	}
	op := &p.plan.Operations[e.op]
	e.result.Types, e.result.Labels, e.result.dry = op.Types, op.Labels, a.journal == nil
	if a.plan == p.plan {
		r := a.run.Operations[e.op]
		e.result.Outcome, e.result.Verified, e.result.Cause = r.Outcome, r.Verified, r.Cause
	}
	return &e.result
}

// seenOf is what a pair had, and has or would have.
func (a *applier) seenOf(op *Operation, live, after *state) *LineResult {
	e := op.ends()
	of := func(s *state) *Before {
		return &Before{Forward: listed(sorted(s.types(e))), Inverse: listed(sorted(s.types(e.reversed())))}
	}
	t := &LineResult{Before: of(live), Beside: []Row{}, May: []Row{}}
	t.names = [2]map[Type]string{live.facts[[2]string{e.from.Type, e.to.Type}].labels, live.facts[[2]string{e.to.Type, e.from.Type}].labels}
	if after != nil {
		t.After = of(after)
		t.Beside = beside(op, live, after)
		return t
	}
	t.After = of(live)
	if o := a.result(op).Outcome; o != nil {
		return t
	}
	would := &state{lists: maps.Clone(live.lists), facts: live.facts}
	for _, r := range a.expected(live, op) {
		if r.ends() != e && r.ends() != e.reversed() || a.onlyMaybe(op, live, r) {
			continue
		}
		l := would.lists[r.ends().list()]
		own := slices.Clone(l[r.ToID])
		if op.Action == Add && !slices.Contains(own, r.typ()) {
			own = append(own, r.typ())
		} else if op.Action == Remove {
			own = slices.DeleteFunc(own, func(t Type) bool { return t == r.typ() })
		}
		l = maps.Clone(l)
		if l == nil {
			l = listing{}
		}
		l[r.ToID] = own
		would.lists[r.ends().list()] = l
	}
	t.After = of(would)
	t.Beside, t.May = beside(op, live, would), a.mayCome(op, live)
	return t
}

// mayCome are the rows that come on some portals only: the first company of a record as its
// primary one, there and back.
func (a *applier) mayCome(op *Operation, live *state) []Row {
	rows := []Row{}
	for _, r := range op.Effects {
		once := r
		if inverse, known := a.inverse(r.FromType, r.ToType, r.typ()); known && !single(r.FromType, r.ToType, r.typ()) {
			once = r.ends().reversed().row(inverse)
		}
		vacant := single(once.FromType, once.ToType, once.typ()) && len(live.carrying(once.ends().list(), once.typ())) == 0
		if vacant && a.onlyMaybe(op, live, r) {
			rows = append(rows, r)
		}
	}
	return rows
}

// onlyMaybe reports whether a row comes on some portals only: the first company as the
// primary one.
func (a *applier) onlyMaybe(op *Operation, live *state, r Row) bool {
	if op.Action != Add || slices.Contains(live.written(op), r) {
		return false
	}
	return live.facts[[2]string{r.FromType, r.ToType}].labels[r.typ()] != ""
}

// beside are the rows of a pair that differ, but for the types of the operation.
func beside(op *Operation, before, after *state) []Row {
	rows := []Row{}
	e := op.ends()
	for _, way := range []ends{e, e.reversed()} {
		for _, t := range sorted(slices.Concat(before.types(way), after.types(way))) {
			differs := slices.Contains(before.types(way), t) != slices.Contains(after.types(way), t)
			if row := way.row(t); differs && !slices.Contains(rows, row) && (way != e || !slices.Contains(op.Types, t)) {
				rows = append(rows, row)
			}
		}
	}
	return rows
}
