package repair

import (
	"fmt"
	"io"
	"maps"
	"math/big"
	"slices"
	"strings"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/internal/terminal"
)

// WriteText prints a plan for a person, like a diff: what it would add and remove, in groups
// of one source and one pair of object types; then what is blocked, and the sums.
func (p *Plan) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "plan for portal %d, from snapshot %s, good until %s\n", p.PortalID, p.SnapshotID, p.ExpiresAt.Format(time.RFC3339))
	var ops []*Operation
	for i := range p.Operations {
		ops = append(ops, &p.Operations[i])
	}
	for _, group := range bySource(ops) {
		first := group[0]
		fmt.Fprintf(&b, "\n%s, %s: %s from %s to %s\n", terminal.Printable(first.Source), first.Class, terminal.Count(int64(len(group)), first.does()), first.FromType, first.ToType)
		for _, op := range group {
			if op.Action == Define {
				fmt.Fprintf(&b, "  ~ %s\n      %s\n", op.Defines(), terminal.Printable(op.Reason))
				continue
			}
			fmt.Fprintf(&b, "  %s %s  %s\n      %s\n", map[string]string{Add: "+", Remove: "-"}[op.Action], terminal.Printable(op.Ends()), terminal.Printable(op.types()), terminal.Printable(op.reasonAndMoney()))
		}
	}
	if len(p.Blocked) > 0 {
		fmt.Fprintf(&b, "\nblocked, and not going to be sent: %d\n", len(p.Blocked))
	}
	for _, r := range p.Blocked {
		if r.Action == Define {
			fmt.Fprintf(&b, "  ! %s\n      %s\n", r.Defines(), terminal.Printable(r.Cause))
			continue
		}
		fmt.Fprintf(&b, "  ! %s  %s\n      %s\n", terminal.Printable(r.Ends()), terminal.Printable(r.types()), terminal.Printable(r.Cause))
	}
	fmt.Fprintf(&b, "\n%s\n%s\n%s\n", p.sums(), p.inWords(), p.Digest)
	_, err := io.WriteString(w, b.String())
	return err
}

// does names an operation.
func (o *Operation) does() string {
	switch o.Action {
	case Remove:
		return "removal"
	case Define:
		return "definition"
	}
	return "addition"
}

// bySource are operations by what they were planned for, in the order in which that comes.
func bySource(ops []*Operation) (groups [][]*Operation) {
	places := map[[5]string]int{}
	for _, op := range ops {
		key := [5]string{op.Source, op.Class, op.Action, op.FromType, op.ToType}
		i, known := places[key]
		if !known {
			i, places[key] = len(groups), len(groups)
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], op)
	}
	return groups
}

// sums says how much a plan does, and how much money hangs on it.
func (p *Plan) sums() string {
	of := map[string]int{}
	for _, op := range p.Operations {
		of[op.Action]++
	}
	parts := []string{fmt.Sprintf("%d to add", of[Add]), fmt.Sprintf("%d to remove", of[Remove]), fmt.Sprintf("%d blocked", len(p.Blocked))}
	if of[Define] > 0 {
		parts = append(parts, fmt.Sprintf("%d to define", of[Define]))
	}
	text := strings.Join(parts, ", ")
	if money := p.money(); len(money) > 0 {
		text += "; money of the deals concerned: " + strings.Join(money, ", ")
	}
	return text
}

// money adds up the amounts of the operations in each currency; those of one deal count
// once.
func (p *Plan) money() []string {
	sums, counted := map[string]*big.Rat{}, map[graphmodel.Key]bool{}
	for _, op := range p.Operations {
		deal := op.ends().from
		if op.ToType == "deals" {
			deal = op.ends().to
		}
		amount, ok := new(big.Rat).SetString(op.Amount)
		if !ok || counted[deal] {
			continue
		}
		counted[deal] = true
		if sums[op.Currency] == nil {
			sums[op.Currency] = new(big.Rat)
		}
		sums[op.Currency].Add(sums[op.Currency], amount)
	}
	var all []string
	for _, currency := range slices.Sorted(maps.Keys(sums)) {
		all = append(all, strings.TrimSpace(sums[currency].FloatString(2)+" "+terminal.Printable(currency)))
	}
	return all
}

// inWords is a sentence for somebody who knows the records and not the API.
func (p *Plan) inWords() string {
	linked, labeled, back := map[ends]bool{}, map[ends]bool{}, map[ends]bool{}
	for _, op := range p.Operations {
		e := op.ends()
		if e.to.Compare(e.from) < 0 {
			e = e.reversed()
		}
		switch {
		case op.Action == Define:
		case op.Action == Remove:
			back[e] = true
		case len(op.Before.Forward)+len(op.Before.Inverse) == 0:
			linked[e] = true
		default:
			labeled[e] = true
		}
	}
	var parts []string
	for _, part := range []struct {
		n    int
		does string
	}{
		{len(linked), "will be linked that are not"},
		{len(labeled), "that are linked will show it on both sides, with their labels"},
		{len(back), "will lose associations or labels"},
	} {
		if part.n > 0 {
			parts = append(parts, fmt.Sprintf("%s of records %s", terminal.Count(int64(part.n), "pair"), part.does))
		}
	}
	if len(parts) == 0 {
		return "In words: nothing would change."
	}
	return "In words: " + strings.Join(parts, "; ") + ". Nothing else is meant to change."
}

// reasonAndMoney is why, and how much money hangs on it.
func (o *Operation) reasonAndMoney() string {
	if o.Amount == "" {
		return o.Reason
	}
	text := o.Amount
	if amount, ok := new(big.Rat).SetString(o.Amount); ok {
		text = amount.FloatString(2)
	}
	return fmt.Sprintf("%s (%s)", o.Reason, strings.TrimSpace(text+" "+o.Currency))
}

// Ends names the two records, in the direction of the operation.
func (o Operation) Ends() string { return fmt.Sprintf("%s -> %s", o.from(), o.to()) }

func (o Operation) from() string { return named(o.ends().from, o.FromName) }
func (o Operation) to() string   { return named(o.ends().to, o.ToName) }

// named is a record with its name, where that is known.
func named(k graphmodel.Key, name string) string {
	if name == "" {
		return k.String()
	}
	return fmt.Sprintf("%s \"%s\"", k, name)
}

// types names what is added, by CATEGORY:ID and label.
func (o Operation) types() string {
	names := make([]string, len(o.Types))
	for i, t := range o.Types {
		names[i] = t.String()
		if i < len(o.Labels) && o.Labels[i] != "" {
			names[i] += " \"" + o.Labels[i] + "\""
		}
	}
	return strings.Join(names, ", ")
}

// WriteText writes what became of the operations of a plan: a line for each with a cause,
// and the sums.
func (r *Run) WriteText(w io.Writer, p *Plan) error {
	var b strings.Builder
	counts := map[string]int{}
	for i, op := range r.Operations {
		outcome := "would be sent"
		if op.Outcome != nil {
			outcome = string(*op.Outcome)
		}
		counts[outcome]++
		if op.Cause != nil {
			fmt.Fprintf(&b, "%s: operation %d, %s: %s\n", outcome, op.N, terminal.Printable(p.Operations[i].Ends()), terminal.Printable(*op.Cause))
		}
	}
	var parts []string
	for _, outcome := range []string{"would be sent", "applied", "satisfied", "stale", "blocked", "failed", "unknown"} {
		if n := counts[outcome]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	fmt.Fprintf(&b, "%d operations: %s\n", len(r.Operations), strings.Join(append(parts, "nothing to do")[:max(len(parts), 1)], ", "))
	_, err := io.WriteString(w, b.String())
	return err
}
