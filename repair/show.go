package repair

import (
	"fmt"
	"io"
	"strings"
	"time"

	"hubgraph/graphmodel"
	"hubgraph/internal/terminal"
)

// WriteText tells a plan to a person: what it would add, by check, and the sums.
func (p *Plan) WriteText(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "plan for portal %d, from snapshot %s, good until %s\n", p.PortalID, p.SnapshotID, p.ExpiresAt.Format(time.RFC3339))
	var order []string
	byCheck := map[string][]Operation{}
	for _, op := range p.Operations {
		if byCheck[op.Source] == nil {
			order = append(order, op.Source)
		}
		byCheck[op.Source] = append(byCheck[op.Source], op)
	}
	for _, check := range order {
		fmt.Fprintf(&b, "\n%s\n", terminal.Printable(check))
		for _, op := range byCheck[check] {
			fmt.Fprintf(&b, "  + %s  %s\n      %s\n", terminal.Printable(op.Ends()), terminal.Printable(op.types()), terminal.Printable(op.Reason))
		}
	}
	fmt.Fprintf(&b, "\n%d to add", len(p.Operations))
	for _, check := range order {
		fmt.Fprintf(&b, ", %d for %s", len(byCheck[check]), check)
	}
	fmt.Fprintf(&b, "\n%s\n", p.Digest)
	_, err := io.WriteString(w, b.String())
	return err
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
