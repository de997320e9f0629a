package repair

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"hubgraph/graphmodel"
	"hubgraph/hubspot"
)

// completion completes proposals by what the snapshot says of their records: whether they
// live, what the pairs have, who holds a place that a record has once, what limits leave.
// It scans the snapshot once for all of them, beside a table of what is asked for.
type completion struct {
	conn    *sql.Conn
	options Options
	definitions

	records map[graphmodel.Key]record
	present map[ends][]Type
	lists   map[list]neighbors
	held    map[place]holders
	taken   map[place]graphmodel.Key // places that operations of the plan take
	planned map[place]int64          // records that operations of the plan add
	adding  map[list][]int64         // records that operations of the plan add to what a record lists
}

// record is what the snapshot says of a record.
type record struct {
	name             string
	amount, currency string
	live             bool
}

// neighbors are what one record lists of a type of objects.
type neighbors struct {
	count int64   // of records
	ids   []int64 // of them, where they are few
	back  []int64 // of those that list the record, and which it does not list
}

// holders are the records that one lists with a type: how many, the first and the last id.
type holders struct{ count, first, last int64 }

// place is what a record can have once, or a limited number of times: records of a type of
// objects, with an association type; a zero Type stands for any.
type place struct {
	of list
	Type
}

// mostListed is how many ids of a list are read.
const mostListed = 20

// complete completes the proposals, and finds what is known not to be possible.
func (c *completion) complete(ctx context.Context, all []proposal) error {
	if len(all) == 0 {
		return nil
	}
	if err := c.look(ctx, all); err != nil {
		return fmt.Errorf("read what the records have: %w", err)
	}
	c.taken, c.planned, c.adding = map[place]graphmodel.Key{}, map[place]int64{}, map[list][]int64{}
	if slices.ContainsFunc(all, func(op proposal) bool { return op.alone }) {
		for _, op := range all {
			for _, e := range []ends{op.ends(), op.ends().reversed()} {
				c.adding[e.list()] = append(c.adding[e.list()], e.to.ID)
			}
		}
	}
	var holding []*blockedBy
	for i := range all {
		op := &all[i]
		e := op.ends()
		op.FromName, op.ToName = c.records[e.from].name, c.records[e.to].name
		for _, k := range []graphmodel.Key{e.from, e.to} {
			if r := c.records[k]; k.Type == "deals" && r.amount != "" && op.Amount == "" {
				op.Amount, op.Currency = r.amount, r.currency
			}
		}
		op.Before = Before{Forward: c.present[e], Inverse: c.present[e.reversed()]}
		if op.labelled && op.cause == "" && !c.options.IncludeReplaced {
			op.cause = c.relabeled(op)
		}
		c.label(op)
		if op.Reason == "" {
			op.Reason = op.reason()
		}
		op.require()
		written := c.written(op)
		c.effects(op, written)
		op.Require = append(op.Require, effectsDefined(op.Effects, c.definitions.label)...)
		op.Require = append(op.Require, op.also...)
		if op.alone {
			c.demandAlone(op, e)
			if e.from.Type == e.to.Type { // neither is the one that has the other
				c.demandAlone(op, e.reversed())
			}
		}
		held := c.places(op, written)
		if op.cause == "" {
			op.cause = c.impossible(op)
		}
		if op.cause == "" && held != nil {
			held.op = op
			holding = append(holding, held)
			op.cause = held.text(c)
		}
		if op.cause == "" {
			c.claim(written)
		}
	}
	c.demandLabels(all)
	return c.nameHolders(ctx, holding)
}

// label gives the types their texts: of the night to restore from, or else of today.
func (c *completion) label(op *proposal) {
	labels := make([]string, len(op.Types))
	for i, t := range op.Types {
		if d := c.define(op.FromType, op.ToType, t); d != nil && d.Label != nil {
			labels[i] = *d.Label
		}
		if then, ok := op.labels[t]; ok {
			labels[i] = then
		}
	}
	if strings.Join(labels, "") != "" {
		op.Labels = labels
	}
}

// written are the rows that come to be for sure: the types, their inverses, and the plain
// association on both ends.
func (c *completion) written(op *proposal) []Row {
	e := op.ends()
	var rows []Row
	add := func(e ends, t *Type) {
		if t != nil && !op.had(e, *t) && !slices.Contains(rows, e.row(*t)) {
			rows = append(rows, e.row(*t))
		}
	}
	for _, t := range op.Types {
		add(e, &t)
	}
	for _, t := range op.Types {
		if d := c.define(op.FromType, op.ToType, t); d != nil {
			add(e.reversed(), d.inverse())
		}
	}
	add(e, c.plain(op.FromType, op.ToType))
	add(e.reversed(), c.plain(op.ToType, op.FromType))
	for _, r := range op.rows {
		t := r.typ()
		add(r.ends(), &t)
	}
	return rows
}

// had reports whether one record of the operation lists the other with a type.
func (o *Operation) had(e ends, t Type) bool {
	if e.from.ID == o.FromID && e.from.Type == o.FromType && e.to.ID == o.ToID {
		return slices.Contains(o.Before.Forward, t)
	}
	return slices.Contains(o.Before.Inverse, t)
}

// mirrored are the inverses of the types that the other end lists already: their places
// are taken again by the write.
func (c *completion) mirrored(op *proposal) []Row {
	back := op.ends().reversed()
	var rows []Row
	for _, t := range op.Types {
		if d := c.define(op.FromType, op.ToType, t); d != nil && d.inverse() != nil && op.had(back, *d.inverse()) {
			rows = append(rows, back.row(*d.inverse()))
		}
	}
	return rows
}

// effects lists the rows that HubSpot may add beside the types of an operation.
func (c *completion) effects(op *proposal, written []Row) {
	e := op.ends()
	for _, r := range written {
		if r.ends() != e || !slices.Contains(op.Types, r.typ()) {
			op.Effects = append(op.Effects, r)
		}
	}
	may := func(r Row) {
		if !slices.Contains(op.Effects, r) && !op.had(r.ends(), r.typ()) && (r.ends() != e || !slices.Contains(op.Types, r.typ())) {
			op.Effects = append(op.Effects, r)
		}
	}
	// Of a label whose inverse is not known, the way back that shares its name.
	for _, t := range op.Types {
		d := c.define(op.FromType, op.ToType, t)
		if d == nil || d.inverse() != nil {
			continue
		}
		for _, back := range c.definitions[pairOf{op.ToType, op.FromType}] {
			if back.Category == d.Category && back.inverse() == nil && back.name == d.name {
				may(e.reversed().row(back.typ()))
			}
		}
	}
	// HubSpot makes a record's first company its primary one.
	for _, way := range []ends{e, e.reversed()} {
		for _, d := range c.definitions[pairOf{way.from.Type, way.to.Type}] {
			if d.isPrimary && d.ToType == "companies" && c.holder(way, d.typ()) == nil {
				may(way.row(d.typ()))
				if inverse := d.inverse(); inverse != nil {
					may(way.reversed().row(*inverse))
				}
			}
		}
	}
}

// demandAlone demands that what one record of the operation lists of the type of the other is
// what it was, but for what operations of the plan add, where that is not much. What lists the
// record, and is not listed by it, may be mended until then: it is nothing new.
func (c *completion) demandAlone(op *proposal, e ends) {
	of := e.list()
	had := c.lists[of].ids
	if len(had) < int(c.lists[of].count) {
		return
	}
	may := append(slices.Clone(c.adding[of]), c.lists[of].back...)
	if len(may) == 1 {
		op.Require = append(op.Require, OnlyRecords(e.from, e.to.Type, had...)...)
		return
	}
	slices.Sort(may)
	may = slices.Compact(may)
	if len(may) > mostListed {
		return
	}
	for _, id := range had {
		op.Require = append(op.Require, Has(e.from, key(e.to.Type, id), nil))
	}
	op.Require = append(op.Require, AmongRecords(e.from, e.to.Type, append(slices.Clone(had), may...)...)...)
}

// demandLabels demands, for labels that come back, that neither end of the pair has got another
// label, but for what operations of the plan add. A mark of the primary company and the plain
// association are no labels.
func (c *completion) demandLabels(all []proposal) {
	may := map[ends][]Type{}
	for i := range all {
		if all[i].labelled {
			may[all[i].ends()], may[all[i].ends().reversed()] = nil, nil
		}
	}
	if len(may) == 0 {
		return
	}
	allow := func(r Row) {
		if types, asked := may[r.ends()]; asked && !slices.Contains(types, r.typ()) {
			may[r.ends()] = append(types, r.typ())
		}
	}
	for e := range may {
		for _, d := range c.definitions[pairOf{e.from.Type, e.to.Type}] {
			if d.isPrimary || d.isDefault {
				allow(e.row(d.typ()))
			}
		}
		for _, t := range c.present[e] {
			allow(e.row(t))
		}
		for _, t := range c.present[e.reversed()] {
			if d := c.define(e.to.Type, e.from.Type, t); d != nil && d.inverse() != nil {
				allow(e.row(*d.inverse())) // which a write of the pair brings, too
			}
		}
	}
	for i := range all {
		for _, t := range all[i].Types {
			allow(all[i].ends().row(t))
		}
		for _, r := range all[i].Effects {
			allow(r)
		}
	}
	for i := range all {
		if op := &all[i]; op.labelled {
			for _, e := range []ends{op.ends(), op.ends().reversed()} {
				op.Require = append(op.Require, AmongTypes(e.from, e.to, may[e]...)...)
			}
		}
	}
}

// blockedBy is an operation that another record is in the way of.
type blockedBy struct {
	op     *proposal
	what   *definition
	of     graphmodel.Key // the record that has the place once
	holder graphmodel.Key
	mine   bool // an operation of the plan takes the place before
}

func (b blockedBy) text(c *completion) string {
	what := "the place of " + b.what.typ().String()
	switch {
	case b.what.isPrimary:
		what = "the place of the primary record"
	case single(b.what.FromType, b.what.ToType, b.what.typ()):
		what = "the place of the parent"
	case b.what.Label != nil:
		what = fmt.Sprintf("the one place of the label %q", *b.what.Label)
	case b.what.isDefault:
		what = "the one place that the limit leaves"
	}
	holds := "holds"
	if b.mine {
		holds = "takes, by another operation of this plan,"
	}
	return fmt.Sprintf("%s %s %s of %s, which has it once", named(b.holder, c.records[b.holder].name), holds, what, named(b.of, c.records[b.of].name))
}

// places demands of what is written that its places are vacant and its limits not reached,
// and says who holds a place, or which limit is.
func (c *completion) places(op *proposal, written []Row) (held *blockedBy) {
	for _, r := range slices.Concat(written, c.mirrored(op)) {
		e, t := r.ends(), r.typ()
		d := c.define(r.FromType, r.ToType, t)
		switch {
		case d == nil:
		case d.once:
			op.Require = append(op.Require, Vacant(e.from, e.to, t))
			if held != nil {
				break
			}
			if holder := c.holder(e, t); holder != nil {
				held = &blockedBy{what: d, of: e.from, holder: *holder}
			} else if other, taken := c.taken[place{list{e.from, e.to.Type}, t}]; taken && other != e.to {
				held = &blockedBy{what: d, of: e.from, holder: other, mine: true}
			}
		case d.most > 0 && !op.had(e, t):
			at := c.limited(e, d)
			if d.isDefault && len(c.present[e]) > 0 {
				break // it counts already
			}
			var of *Type
			if !d.isDefault {
				of = &t
			}
			op.Require = append(op.Require, Below(e.from, e.to.Type, of, d.most))
			if count := c.count(at) + c.planned[at]; count >= d.most && op.cause == "" {
				label := ""
				if d.Label != nil {
					label = fmt.Sprintf(" with the label %q", *d.Label)
				}
				op.cause = fmt.Sprintf("%s has %d of at most %d %s%s", named(e.from, c.records[e.from].name), count, d.most, e.to.Type, label)
			}
		}
	}
	return held
}

// limited is the place that a limit is on.
func (c *completion) limited(e ends, d *definition) place {
	at := place{of: list{e.from, e.to.Type}}
	if !d.isDefault {
		at.Type = d.typ()
	}
	return at
}

// count is how many records stand in a place.
func (c *completion) count(at place) int64 {
	if at.Type == (Type{}) {
		return c.lists[at.of].count
	}
	return c.held[at].count
}

// holder is a record other than the other end that one record has with a type; nil where
// there is none.
func (c *completion) holder(e ends, t Type) *graphmodel.Key {
	h := c.held[place{list{e.from, e.to.Type}, t}]
	switch {
	case h.count == 0, h.count == 1 && h.first == e.to.ID:
		return nil
	case h.first == e.to.ID:
		return &graphmodel.Key{Type: e.to.Type, ID: h.last}
	}
	return &graphmodel.Key{Type: e.to.Type, ID: h.first}
}

// claim takes the places of what an operation writes.
func (c *completion) claim(written []Row) {
	for _, r := range written {
		e, t := r.ends(), r.typ()
		switch d := c.define(r.FromType, r.ToType, t); {
		case d == nil:
		case d.once:
			c.taken[place{list{e.from, e.to.Type}, t}] = e.to
		case d.most > 0:
			if !d.isDefault || len(c.present[e]) == 0 {
				c.planned[c.limited(e, d)]++
			}
		}
	}
}

// impossible says why an operation cannot be sent, as far as its own records and types say.
func (c *completion) impossible(op *proposal) string {
	e := op.ends()
	for _, k := range []graphmodel.Key{e.from, e.to} {
		if !c.records[k].live {
			return fmt.Sprintf("the snapshot has no live record %s", k)
		}
	}
	if op.listed && len(c.present[e]) == 0 {
		return fmt.Sprintf("%s does not list %s, which lists it: repair what inverse_pair_missing finds first", e.from, e.to)
	}
	for _, t := range op.Types {
		d := c.define(op.FromType, op.ToType, t)
		if d == nil {
			return fmt.Sprintf("the portal defines no association type %s from %s to %s any more", t, op.FromType, op.ToType)
		}
		then, known := op.labels[t]
		if now := textOf(d.Label); known && then != now {
			return renamed(e.row(t), then, now)
		}
		if op.mirrors && !c.options.AcceptLearned && d.learned {
			return fmt.Sprintf("that %s is the inverse of %s was only learned from the links: --accept-learned takes it for known", t, d.inverse())
		}
	}
	for _, r := range op.Effects { // they come along
		d, then := c.define(r.FromType, r.ToType, r.typ()), op.texts[directed{r.FromType, r.ToType, r.typ()}]
		if d != nil && then != "" && textOf(d.Label) != then && d.Category != hubspot.HubSpotDefined {
			return renamed(r, then, textOf(d.Label))
		}
	}
	// HubSpot may take what is written for the whole set: what the way back lists is part of
	// it, if it has an inverse.
	for _, t := range op.Before.Inverse {
		if d := c.define(op.ToType, op.FromType, t); d == nil || d.inverse() == nil || d.learned && !c.options.AcceptLearned {
			return fmt.Sprintf("%s lists %s with %s, whose inverse is not known for sure: the write could take that away", e.to, e.from, t)
		}
	}
	return ""
}

// renamed says that the label of a row has another text than it had.
func renamed(r Row, then, now string) string {
	return fmt.Sprintf("the label of %s from %s to %s was %q then and is %q now", r.typ(), r.FromType, r.ToType, then, now)
}

func textOf(label *string) string {
	if label == nil {
		return ""
	}
	return *label
}

// reason says why what the portal determines is to be added.
func (p *proposal) reason() string {
	switch {
	case p.listed:
		return fmt.Sprintf("%s is the only company of %s, and not marked as the primary one", p.to(), p.from())
	case !p.mirrors:
		return fmt.Sprintf("%s and %s carry a label towards each other without the plain association under it", p.from(), p.to())
	case len(p.Before.Forward) == 0:
		return fmt.Sprintf("%s lists %s, and is not listed there", p.to(), p.from())
	}
	return fmt.Sprintf("%s carries a label towards %s that is missing on the way back", p.to(), p.from())
}

// wanted makes the table of what is asked for: pairs of records, with their places in the list,
// and the same pairs the other way round, with those places counted on from its end.
func (c *completion) wanted(ctx context.Context, pairs []ends) error {
	if _, err := c.conn.ExecContext(ctx, "CREATE OR REPLACE TEMP TABLE wanted (n BIGINT, from_type VARCHAR, from_id BIGINT, to_type VARCHAR, to_id BIGINT)"); err != nil {
		return err
	}
	lists := map[pairOf]*[3][]byte{} // those of a pair of types go as lists: DuckDB reads these the fastest
	for n, e := range pairs {
		of := pairOf{e.from.Type, e.to.Type}
		if lists[of] == nil {
			lists[of] = &[3][]byte{}
		}
		for i, number := range []int64{int64(n), e.from.ID, e.to.ID} {
			lists[of][i] = append(strconv.AppendInt(lists[of][i], number, 10), ',')
		}
	}
	for of, l := range lists {
		list := func(i int) string { return "[" + strings.TrimSuffix(string(l[i]), ",") + "]" }
		_, err := c.conn.ExecContext(ctx, `INSERT INTO wanted SELECT unnest(CAST(CAST(? AS VARCHAR) AS BIGINT[])),
			CAST(? AS VARCHAR), unnest(CAST(CAST(? AS VARCHAR) AS BIGINT[])), CAST(? AS VARCHAR), unnest(CAST(CAST(? AS VARCHAR) AS BIGINT[]))`,
			list(0), of.from, list(1), of.to, list(2))
		if err != nil {
			return err
		}
	}
	_, err := c.conn.ExecContext(ctx, "INSERT INTO wanted SELECT n + ?, to_type, to_id, from_type, from_id FROM wanted", len(pairs))
	return err
}

// look reads what the snapshot says of the records of the proposals.
func (c *completion) look(ctx context.Context, all []proposal) error {
	pairs := make([]ends, len(all))
	for i := range all {
		pairs[i] = all[i].ends()
	}
	if err := c.wanted(ctx, pairs); err != nil {
		return err
	}
	c.records, c.present = make(map[graphmodel.Key]record, len(pairs)), make(map[ends][]Type, 2*len(pairs))
	c.lists, c.held = map[list]neighbors{}, map[place]holders{}
	if err := c.readRecords(ctx); err != nil {
		return err
	}
	if err := c.readPresent(ctx, pairs); err != nil {
		return err
	}
	return c.readLists(ctx, all)
}

// readPresent reads the types of the pairs, in either direction. Many pairs have the same, and
// come as one row: to read a row of each takes longer than to find them.
func (c *completion) readPresent(ctx context.Context, pairs []ends) error {
	return c.each(ctx, `
		WITH present AS (
			SELECT w.n, string_agg(a.category || ':' || a.type_id, ',') AS types
			FROM associations a
			JOIN wanted w ON w.from_type = a.from_type AND w.from_id = a.from_id AND w.to_type = a.to_type AND w.to_id = a.to_id
			GROUP BY w.n
		)
		SELECT types, string_agg(n, ',') FROM present GROUP BY types`, nil, func(rows *sql.Rows) error {
		var names, places string
		if err := rows.Scan(&names, &places); err != nil {
			return err
		}
		var types []Type
		for name := range strings.SplitSeq(names, ",") {
			t, err := parseType(name)
			if err != nil {
				return err
			}
			types = append(types, t)
		}
		slices.SortFunc(types, compareTypes)
		for place := range strings.SplitSeq(places, ",") {
			n, err := strconv.Atoi(place)
			switch {
			case err != nil:
				return err
			case n < len(pairs):
				c.present[pairs[n]] = types
			default:
				c.present[pairs[n-len(pairs)].reversed()] = types
			}
		}
		return nil
	})
}

// readLists counts what the records list, as far as a place or a limit of an operation asks
// for it: with the types that a record has once or a limited number of times, and in all where
// a limit is on the whole list, or nothing but the operation is to change it.
func (c *completion) readLists(ctx context.Context, all []proposal) error {
	whole, typed := map[pairOf]bool{}, map[pairOf][]Type{}
	for _, op := range all {
		for _, of := range []pairOf{{op.FromType, op.ToType}, {op.ToType, op.FromType}} {
			if _, met := typed[of]; !met {
				typed[of] = []Type{}
				for _, d := range c.definitions[of] {
					if d.once || d.most > 0 && !d.isDefault {
						typed[of] = append(typed[of], d.typ())
					}
					whole[of] = whole[of] || d.most > 0 && d.isDefault
				}
			}
		}
		of := pairOf{op.FromType, op.ToType}
		whole[of] = whole[of] || op.alone
	}
	for of, types := range typed {
		for _, t := range types {
			if err := c.readHolders(ctx, of, t); err != nil {
				return err
			}
		}
		if whole[of] {
			if err := c.readNeighbors(ctx, of); err != nil {
				return err
			}
			if err := c.readUnlisted(ctx, of); err != nil {
				return err
			}
		}
	}
	return nil
}

// readHolders counts, of a pair of object types, the records that each of the one lists with a
// type.
func (c *completion) readHolders(ctx context.Context, of pairOf, t Type) error {
	return c.each(ctx, `
		SELECT a.from_id, count(*), min(a.to_id), max(a.to_id)
		FROM associations a
		SEMI JOIN (FROM wanted WHERE from_type = $1 AND to_type = $2) w ON w.from_id = a.from_id
		WHERE a.from_type = $1 AND a.to_type = $2 AND a.category = $3 AND a.type_id = $4
		GROUP BY a.from_id`, []any{of.from, of.to, t.Category, t.TypeID}, func(rows *sql.Rows) error {
		at := place{list{graphmodel.Key{Type: of.from}, of.to}, t}
		var h holders
		err := rows.Scan(&at.of.of.ID, &h.count, &h.first, &h.last)
		c.held[at] = h
		return err
	})
}

// readNeighbors counts, of a pair of object types, the records that each of the one lists, and
// reads their ids where they are few.
func (c *completion) readNeighbors(ctx context.Context, of pairOf) error {
	return c.each(ctx, fmt.Sprintf(`
		SELECT a.from_id, count(DISTINCT a.to_id),
			CASE WHEN count(DISTINCT a.to_id) <= %d THEN CAST(list_sort(list(DISTINCT a.to_id)) AS VARCHAR) END
		FROM associations a
		SEMI JOIN (FROM wanted WHERE from_type = $1 AND to_type = $2) w ON w.from_id = a.from_id
		WHERE a.from_type = $1 AND a.to_type = $2
		GROUP BY a.from_id`, mostListed), []any{of.from, of.to}, func(rows *sql.Rows) error {
		l := list{graphmodel.Key{Type: of.from}, of.to}
		var n neighbors
		var ids *string
		err := rows.Scan(&l.of.ID, &n.count, &ids)
		if err == nil && ids != nil {
			err = json.Unmarshal([]byte(*ids), &n.ids)
		}
		c.lists[l] = n
		return err
	})
}

// readUnlisted reads, of a pair of object types, the records that list each of the one and that it
// does not list.
func (c *completion) readUnlisted(ctx context.Context, of pairOf) error {
	return c.each(ctx, `
		SELECT DISTINCT a.to_id, a.from_id
		FROM associations a
		SEMI JOIN (FROM wanted WHERE from_type = $1 AND to_type = $2) w ON w.from_id = a.to_id
		WHERE a.from_type = $2 AND a.to_type = $1 AND a.has_reverse IS NOT TRUE
		ORDER BY ALL`, []any{of.from, of.to}, func(rows *sql.Rows) error {
		l := list{graphmodel.Key{Type: of.from}, of.to}
		var other int64
		err := rows.Scan(&l.of.ID, &other)
		n := c.lists[l]
		n.back = append(n.back, other)
		c.lists[l] = n
		return err
	})
}

// readRecords reads names, money and life of the records that the pairs start from.
func (c *completion) readRecords(ctx context.Context) error {
	return c.each(ctx, `
		SELECT o.object_type, o.object_id, coalesce(o.name, ''), coalesce(CAST(o.amount AS VARCHAR), ''), coalesce(o.currency, ''), o.seen AND NOT coalesce(o.archived, FALSE)
		FROM objects o
		SEMI JOIN wanted w ON w.from_type = o.object_type AND w.from_id = o.object_id`, nil, func(rows *sql.Rows) error {
		var k graphmodel.Key
		var r record
		err := rows.Scan(&k.Type, &k.ID, &r.name, &r.amount, &r.currency, &r.live)
		c.records[k] = r
		return err
	})
}

// nameHolders reads the names of the records that are in the way, and writes the causes anew.
func (c *completion) nameHolders(ctx context.Context, holding []*blockedBy) error {
	if len(holding) == 0 {
		return nil
	}
	var pairs []ends
	for _, b := range holding {
		pairs = append(pairs, ends{from: b.holder})
	}
	if err := c.wanted(ctx, pairs); err != nil {
		return err
	}
	if err := c.readRecords(ctx); err != nil {
		return err
	}
	for _, b := range holding {
		b.op.cause = b.text(c)
	}
	return nil
}
