package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
	"hubgraph/internal/rows"
	"hubgraph/repair"
)

func (a *app) label() *cobra.Command {
	return group("label", "List, create, update and delete association labels, and limits", `List the association types of the portal as it is now, define labels, and limit
how many records one may have. What is written is looked at again just before,
is read back, and is kept in a journal, from which `+"`hubgraph repair undo`"+` takes it
back; only a label that was deleted is gone for good.`, a.labelList(), a.labelCreate(), a.labelUpdate(), a.labelDelete(), a.labelLimit())
}

func (a *app) labelList() *cobra.Command {
	var f directFlags
	var all bool
	cmd := &cobra.Command{
		Use:   "list [FROM TO | --all]",
		Short: "List association types, with their inverses and limits",
		Long: `List the association types from one object type to another, or between all of
them: with the internal name, the inverse type and how that is known, the most
records that one may have by the schema, and the limit that users have set.`,
		Example: "  hubgraph label list deals contacts\n  hubgraph label list --all --format csv",
		Args:    takes(0, "FROM", "TO"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if all != (len(args) == 0) || len(args) == 1 {
				return usage("name two object types, such as deals contacts, or give --all")
			}
			return a.listTypes(cmd.Context(), f, args)
		},
	}
	f.add(cmd.Flags())
	cmd.Flags().BoolVar(&all, "all", false, "between all object types of the portal")
	return cmd
}

// listTypes lists the association types of a pair, or of all.
func (a *app) listTypes(ctx context.Context, f directFlags, pair []string) error {
	if len(pair) == 0 {
		pair = []string{"", ""}
	}
	types, unread, err := nightly.Types(ctx, a.direct(a.reader), pair[0], pair[1])
	if err != nil {
		return err
	}
	out := rows.New(a.results(f.format), f.format)
	for _, t := range types {
		if err := out.Put(t, t.Text()); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	for _, why := range unread {
		fmt.Fprintf(a.stderr, "hubgraph: not read: %s\n", why)
	}
	if len(unread) > 0 {
		return status{exitIncomplete, nil}
	}
	return nil
}

// labelFlags are the flags of what changes labels.
type labelFlags struct {
	directFlags
	approvalFlags
	asked repair.AskedLabel
}

// labelWrite completes a command that changes labels. ready looks at its flags.
func (a *app) labelWrite(f *labelFlags, cmd *cobra.Command, ready func(*cobra.Command) error) *cobra.Command {
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		f.asked.From, f.asked.To = args[0], args[1]
		if len(args) > 2 {
			f.asked.Word = args[2]
		}
		if err := ready(cmd); err != nil {
			return err
		}
		return a.define(cmd.Context(), *f)
	}
	f.directFlags.add(cmd.Flags())
	f.approvalFlags.add(cmd.Flags())
	return cmd
}

func ready(*cobra.Command) error { return nil }

func (a *app) labelCreate() *cobra.Command {
	f := &labelFlags{asked: repair.AskedLabel{What: repair.CreateLabel}}
	cmd := a.labelWrite(f, &cobra.Command{
		Use:   "create FROM TO --label TEXT",
		Short: "Create a label, with one text or two",
		Long: `Create a label from one object type to another. With --inverse it has another
text on the way back. A pair of object types may have 50 labels.`,
		Example: `  hubgraph label create deals contacts --label Decider --inverse Decides
  hubgraph label create contacts companies --label Board --name board_2026 --yes`,
		Args: takes(2, "FROM", "TO"),
	}, ready)
	cmd.Flags().StringVar(&f.asked.Label, "label", "", "the text")
	cmd.Flags().StringVar(&f.asked.Inverse, "inverse", "", "the text of the way back (default: the same)")
	cmd.Flags().StringVar(&f.asked.Name, "name", "", "the internal name, once in a portal (default: made of the text)")
	return cmd
}

func (a *app) labelUpdate() *cobra.Command {
	f := &labelFlags{asked: repair.AskedLabel{What: repair.UpdateLabel}}
	cmd := a.labelWrite(f, &cobra.Command{
		Use:   "update FROM TO LABEL",
		Short: "Give a label other texts",
		Long: `Change the texts of a label, which is named by its text, its internal name or
its type id.`,
		Example: `  hubgraph label update deals contacts "Decision maker" --label "Decider"`,
		Args:    takes(3, "FROM", "TO", "LABEL"),
	}, ready)
	cmd.Flags().StringVar(&f.asked.Label, "label", "", "the new text (default: as it is)")
	cmd.Flags().StringVar(&f.asked.Inverse, "inverse", "", "the new text of the way back (default: as it is)")
	return cmd
}

func (a *app) labelDelete() *cobra.Command {
	f := &labelFlags{asked: repair.AskedLabel{What: repair.DeleteLabel}}
	cmd := a.labelWrite(f, &cobra.Command{
		Use:   "delete FROM TO LABEL",
		Short: "Delete a label for good",
		Long: `Delete a label, in both directions, and take it from all associations that carry
it; these stay as plain ones. Nothing brings it back: ` + "`hubgraph repair undo`" + `
cannot. All records of the first object type are read to count what carries it,
and unless that is nothing, --with-associations must allow it.`,
		Example: `  hubgraph label delete deals contacts "Decision maker" --dry-run
  hubgraph label delete deals contacts 27 --with-associations 1234`,
		Args: takes(3, "FROM", "TO", "LABEL"),
	}, func(*cobra.Command) error {
		if f.asked.With < 0 {
			return usage("--with-associations %d: give a number from 0 on", f.asked.With)
		}
		return nil
	})
	cmd.Flags().Int64Var(&f.asked.With, "with-associations", 0, "how many associations may lose the label")
	return cmd
}

func (a *app) labelLimit() *cobra.Command {
	f := &labelFlags{asked: repair.AskedLabel{What: repair.SetLimit}}
	var most int64
	var none bool
	cmd := a.labelWrite(f, &cobra.Command{
		Use:   "limit FROM TO [LABEL] [--max N | --none]",
		Short: "List, set or lift how many records one may have",
		Long: `Limit how many records of the second object type one of the first may have: at
all, or with a label. Without --max and --none the limits are listed. What is
there already stays. HubSpot takes limits up to 10,000, and of a label none
above that of the pair.`,
		Example: `  hubgraph label limit deals contacts
  hubgraph label limit deals contacts --max 50
  hubgraph label limit deals contacts "Decision maker" --none`,
		Args: takes(2, "FROM", "TO", "LABEL"),
	}, func(cmd *cobra.Command) error {
		if cmd.Flags().Changed("max") {
			f.asked.Max = &most
		}
		if none == (f.asked.Max != nil) {
			return usage("give --max with a number, or --none, and not both")
		}
		return nil
	})
	set := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if cmd.Flags().Changed("max") || none || len(args) > 2 {
			return set(cmd, args)
		}
		return a.listTypes(cmd.Context(), f.directFlags, args)
	}
	cmd.Flags().Int64Var(&most, "max", 0, "the most records, from 1 to 10000")
	cmd.Flags().BoolVar(&none, "none", false, "take the limit away")
	return cmd
}

// define does what is asked of labels and prints what became of it.
func (a *app) define(ctx context.Context, f labelFlags) error {
	if err := a.mayAsk(f.approvalFlags); err != nil {
		return err
	}
	l := nightly.Labelling{Direct: a.direct(a.writer), Asked: f.asked, DryRun: f.dryRun}
	l.Sandbox = f.sandbox
	if l.Forms.Legacy != "" {
		return usage("--api-version %s has no labels: use v4 or a date-based version", l.Forms.Legacy)
	}
	if !f.yes {
		l.Confirm = func(plan *repair.Plan) error {
			fmt.Fprintln(a.stderr, plan.Operations[0].Defines())
			return a.ask(plan.PortalID)
		}
	}
	plan, run, err := nightly.Label(ctx, l)
	if run == nil {
		return err
	}
	defined := repair.DefinedOf(plan, run)
	if f.format == rows.Text {
		err = errors.Join(err, a.print("text", nil, func(w io.Writer) error { return defined.WriteText(w, plan) }))
	} else {
		out := rows.New(a.results(f.format), f.format)
		err = errors.Join(err, out.Put(defined, ""), out.Close())
	}
	if defined.Done() && defined.What != repair.DeleteLabel {
		l.Show.Say("take it back: %s", a.commands().Command("repair undo "+*run.RunID+" --output undo.json"))
	}
	if err == nil && !run.Done() {
		err = status{exitIncomplete, nil}
	}
	return err
}
