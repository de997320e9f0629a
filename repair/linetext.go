package repair

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"hubgraph/internal/terminal"
)

// Text is an association type that a record lists, in a line.
func (l Listed) Text() string {
	text := fmt.Sprintf("%s -> %s  %s", l.From, l.To, Type{l.Category, l.TypeID})
	if l.Label != nil {
		text += fmt.Sprintf(" %q", terminal.Printable(*l.Label))
	}
	return text
}

// Text is an association type that is defined, in a line.
func (t TypeRow) Text() string {
	text := fmt.Sprintf("%s -> %s  %s", t.FromType, t.ToType, Type{t.Category, t.TypeID})
	switch {
	case t.Label != nil:
		text += fmt.Sprintf(" %q", terminal.Printable(*t.Label))
	default:
		text += " plain"
	}
	if t.Name != nil {
		text += "  name " + terminal.Printable(*t.Name)
	}
	if t.InverseSource != nil {
		text += fmt.Sprintf("  inverse %s (%s)", Type{*t.InverseCategory, *t.InverseTypeID}, *t.InverseSource)
	} else {
		text += "  inverse not known"
	}
	if t.MaxTo != nil {
		text += fmt.Sprintf("  at most %d", *t.MaxTo)
	}
	if t.Limit != nil {
		text += fmt.Sprintf("  limit %d", *t.Limit)
	}
	return text
}

// Text is what became of a line: in one line, and of what is done nothing, or whole, with what
// the pair had and has.
func (t *LineResult) Text(file string, whole bool) string {
	if !whole && t.Outcome != nil && !t.Open() {
		return ""
	}
	text := "not sent"
	switch {
	case t.Outcome != nil:
		text = string(*t.Outcome)
	case t.dry:
		text = "would be sent"
	}
	if t.From != "" {
		text += ": " + terminal.Printable(t.From+" -> "+t.To)
	}
	if t.Line != nil {
		text = fmt.Sprintf("%s:%d: %s", file, *t.Line, text)
	}
	if t.Cause != nil {
		text += ": " + terminal.Printable(*t.Cause)
	}
	if !whole || t.Before == nil {
		return text
	}
	had, has := "has", "would have"
	if t.Outcome != nil && *t.Outcome != Stale && *t.Outcome != Blocked {
		had, has = "had", "has"
	}
	text += fmt.Sprintf("\n  %s %s; on the way back %s", had, t.named(0, t.Before.Forward), t.named(1, t.Before.Inverse))
	if t.Outcome == nil || t.Verified && *t.Outcome == Applied {
		text += fmt.Sprintf("\n  %s %s; on the way back %s", has, t.named(0, t.After.Forward), t.named(1, t.After.Inverse))
	}
	does := map[string]string{Add: "comes beside it", Remove: "goes along"}[t.Action]
	for _, r := range t.Beside {
		text += t.row(does, r)
	}
	if t.Action == Remove && len(t.Types) > 1 && t.Labels != nil {
		text += "\n  the labels go with the plain association"
	}
	for _, r := range t.May {
		text += t.row("may come beside it", r)
	}
	return text
}

// row says what a row does, in a line of its own.
func (t *LineResult) row(does string, r Row) string {
	way := slices.Index([]bool{true, false}, r.ends().from.String() == t.From)
	return fmt.Sprintf("\n  %s: %s -> %s %s", does, r.ends().from, r.ends().to, t.named(way, []Type{r.typ()}))
}

// named are types with their labels, there (0) or on the way back (1).
func (t *LineResult) named(way int, types []Type) string {
	if len(types) == 0 {
		return "nothing"
	}
	names := make([]string, len(types))
	for i, of := range types {
		names[i] = of.String()
		if label := t.names[way][of]; label != "" {
			names[i] += fmt.Sprintf(" %q", terminal.Printable(label))
		}
	}
	return strings.Join(names, ", ")
}

// Text says how much is asked for, of which some was shown.
func (c *Count) Text(some int) string {
	text := terminal.Count(int64(c.Operations), "pair")
	if c.Operations+c.Wrong > some {
		text += fmt.Sprintf(", the first %d lines of which are shown", some)
	}
	if c.Wrong > 0 {
		text += fmt.Sprintf("; %s cannot be done", terminal.Count(int64(c.Wrong), "line"))
	}
	return text
}

// Sums counts what became of lines.
type Sums map[Outcome]int

// Add counts a line.
func (s Sums) Add(t *LineResult) {
	if t.Outcome == nil {
		s[""]++
		return
	}
	s[*t.Outcome]++
}

// Text is the sums in a line.
func (s Sums) Text() string {
	var parts []string
	total := 0
	for _, o := range []Outcome{"", Applied, Satisfied, Stale, Blocked, Failed, Unknown} {
		if s[o] == 0 {
			continue
		}
		total += s[o]
		name := string(o)
		if o == "" {
			name = "not sent"
		}
		parts = append(parts, fmt.Sprintf("%d %s", s[o], name))
	}
	if total == 0 {
		return "0 pairs"
	}
	return fmt.Sprintf("%s: %s", terminal.Count(int64(total), "pair"), strings.Join(parts, ", "))
}

// limitText names a limit; nil: there is none.
func limitText(most *int64) string {
	if most == nil {
		return "no limit"
	}
	return fmt.Sprintf("a limit of %d", *most)
}

// Defines says in a sentence what an operation defines.
func (o Operation) Defines() string {
	d, between := o.Define, fmt.Sprintf("from %s to %s", o.FromType, o.ToType)
	label := "the plain association"
	if len(o.Labels) > 0 {
		label = fmt.Sprintf("the label %q", terminal.Printable(o.Labels[0]))
	}
	text := func(s *string) string { return fmt.Sprintf("%q", terminal.Printable(textOf(s))) }
	were := d.Were
	if were == nil {
		were = &Were{}
	}
	switch d.What {
	case CreateLabel:
		return fmt.Sprintf("a label %s %s, on the way back %s, with the name %s", text(d.Label), between, text(orElse(d.Inverse, d.Label)), text(d.Name))
	case UpdateLabel:
		return fmt.Sprintf("%s %s becomes %s, on the way back %s, which was %s", label, between, text(d.Label), text(orElse(d.Inverse, d.Label)), text(were.Inverse))
	case DeleteLabel:
		return fmt.Sprintf("%s %s goes: %s", label, between, o.Reason)
	}
	return fmt.Sprintf("%s %s has %s, and had %s", label, between, limitText(d.Max), limitText(were.Max))
}

// DefinedRow is what became of an operation that defines.
type DefinedRow struct {
	RunID    *string  `json:"run_id"` // null where nothing was to be written
	FromType string   `json:"from_type"`
	ToType   string   `json:"to_type"`
	What     string   `json:"what"`
	Category *string  `json:"category"` // null of a label that is not created
	TypeID   *int32   `json:"type_id"`
	Label    *string  `json:"label"`
	Outcome  *Outcome `json:"outcome"` // null: it would be sent, and was not
	Verified bool     `json:"verified"`
	Cause    *string  `json:"cause"`
}

// DefinedOf is what became of the one operation of a plan.
func DefinedOf(p *Plan, run *Run) DefinedRow {
	op, r := p.Operations[0], run.Operations[0]
	row := DefinedRow{RunID: run.RunID, FromType: op.FromType, ToType: op.ToType, What: op.Define.What, Label: op.Define.Label, Outcome: r.Outcome, Verified: r.Verified, Cause: r.Cause}
	if row.Label == nil && len(op.Labels) > 0 {
		row.Label = &op.Labels[0]
	}
	types := slices.Concat(op.Types, r.Made)
	if len(types) > 0 {
		row.Category, row.TypeID = &types[0].Category, &types[0].TypeID
	}
	return row
}

// Done reports whether a run did it.
func (d DefinedRow) Done() bool { return d.RunID != nil && d.Verified && *d.Outcome == Applied }

// WriteText writes it for a person.
func (d DefinedRow) WriteText(w io.Writer, p *Plan) error {
	outcome := "would be sent"
	if d.Outcome != nil {
		outcome = string(*d.Outcome)
	}
	text := outcome + ": " + p.Operations[0].Defines()
	if d.What == CreateLabel && d.TypeID != nil {
		text += fmt.Sprintf("; it is %s", Type{*d.Category, *d.TypeID})
	}
	if d.Cause != nil {
		text += ": " + terminal.Printable(*d.Cause)
	}
	_, err := io.WriteString(w, text+"\n")
	return err
}
