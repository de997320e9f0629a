package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/internal/nightly"
	"hubgraph/internal/rows"
	"hubgraph/repair"
)

// writeFlags are the flags of what writes associations.
type writeFlags struct {
	directFlags
	approvalFlags
	pair           repair.Pair
	file, rejected string
	caps           repair.ApplyOptions
	lift           bool
}

// approvalFlags are the flags of what asks before it writes.
type approvalFlags struct{ yes, dryRun, sandbox bool }

func (f *approvalFlags) add(flags *pflag.FlagSet) {
	flags.BoolVar(&f.yes, "yes", false, "write without asking")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show what would be done, and write nothing")
	flags.BoolVar(&f.sandbox, "sandbox-only", false, "refuse a portal that is no sandbox")
}

func (a *app) associationCreate() *cobra.Command {
	return a.associationWrite(repair.Add, &cobra.Command{
		Use:   "create [FROM TO | --file FILE]",
		Short: "Associate records, plainly or with a label",
		Long: `Associate one record with another, or the pairs of a file: plainly, or with the
type that --label or --type-id names. A label comes with the plain association
under it; labels that are there stay. What would take a place that another
record holds, such as that of the primary company, is not done, and the record
is named.

` + filesHelp,
		Example: `  hubgraph association create deals:123 companies:9
  hubgraph association create deals:123 contacts:7 --label "Decision maker"
  hubgraph association create --file pairs.csv --rejected again.csv --yes`,
	})
}

func (a *app) associationDelete() *cobra.Command {
	return a.associationWrite(repair.Remove, &cobra.Command{
		Use:   "delete [FROM TO | --file FILE]",
		Short: "Take records apart, or take one label off",
		Long: `Take away all associations of two records, in both directions, or only the type
that --label or --type-id names. Taking the plain type away takes the labels
with it, and so is the same as taking all away.

` + filesHelp,
		Example: `  hubgraph association delete deals:123 companies:9 --dry-run
  hubgraph association delete deals:123 contacts:7 --label "Decision maker"
  hubgraph association delete --file pairs.csv --yes`,
	})
}

// associationWrite completes a command that creates or deletes.
func (a *app) associationWrite(action string, cmd *cobra.Command) *cobra.Command {
	f := writeFlags{caps: repair.DefaultOptions()}
	cmd.Args = takes(0, "FROM", "TO")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		f.lift = cmd.Flags().Changed("max-operations")
		if err := f.check(cmd, args); err != nil {
			return err
		}
		if len(args) == 2 {
			f.pair.From, f.pair.To = args[0], args[1]
			return a.associate(cmd.Context(), f, repair.Asked{Action: action, One: f.pair}, nil)
		}
		return a.withFile(f.file, f.rejected, func(asked repair.Asked, to io.Writer) error {
			asked.Action = action
			return a.associate(cmd.Context(), f, asked, to)
		})
	}
	flags := cmd.Flags()
	f.directFlags.add(flags)
	flags.StringVar(&f.pair.Label, "label", "", "the association type, by its label or internal name")
	flags.StringVar(&f.pair.TypeID, "type-id", "", "the association type, by its id")
	flags.StringVar(&f.pair.Category, "category", "", "its category, such as USER_DEFINED, where two share the id")
	fileFlags(flags, &f.file, &f.rejected)
	f.approvalFlags.add(flags)
	flags.IntVar(&f.caps.Operations, "max-operations", f.caps.Operations, "refuse more; where it is given, it is the only cap")
	flags.BoolVar(&f.caps.NoCanary, "no-canary", false, "do not send a few first")
	return cmd
}

// check refuses what does not go together.
func (f *writeFlags) check(cmd *cobra.Command, args []string) error {
	given := cmd.Flags().Changed
	named := given("label") || given("type-id") || given("category")
	switch {
	case f.file != "" && len(args) > 0:
		return usage("both two records and --file are given: leave out one of them")
	case f.file == "" && len(args) != 2:
		return usage("name two records, such as deals:123 companies:9, or a file with --file")
	case f.file != "" && named:
		return usage("--label, --type-id and --category are columns of the file")
	case given("label") && strings.TrimSpace(f.pair.Label) == "":
		return usage("--label is empty: name a label, or leave it out for the plain association")
	case given("type-id") && f.pair.TypeID == "":
		return usage("--type-id is empty: name a type, or leave it out for the plain association")
	case f.rejected != "" && f.file == "":
		return usage("--rejected goes with --file")
	case f.caps.Operations < 1:
		return usage("--max-operations %d: give a number from 1 on", f.caps.Operations)
	}
	return nil
}

// mayAsk refuses to begin what nobody has approved, and nobody can.
func (a *app) mayAsk(f approvalFlags) error {
	if !f.yes && !f.dryRun && a.terminal() == nil {
		return usage("it is not approved: add --yes, or --dry-run to see what would be done, or run it on a terminal")
	}
	return nil
}

// ask has a person approve.
func (a *app) ask(portal int64) error {
	fmt.Fprintf(a.stderr, "This writes to portal %d. Type yes to go on: ", portal)
	typed, _ := bufio.NewReader(a.terminal()).ReadString('\n')
	if strings.TrimSpace(typed) != "yes" {
		return status{exitGuard, errors.New("not approved; nothing was written")}
	}
	return nil
}

// associate does what is asked for and prints what became of it.
func (a *app) associate(ctx context.Context, f writeFlags, asked repair.Asked, rejected io.Writer) error {
	if err := a.mayAsk(f.approvalFlags); err != nil {
		return err
	}
	if f.pair.Label != "" && f.pair.TypeID != "" {
		return usage("both --label and --type-id are given: leave out one of them")
	}
	var out *rows.Writer
	sums := repair.Sums{}
	w := nightly.Writing{Direct: a.direct(a.writer), Asked: asked, Options: f.caps, Lift: f.lift, DryRun: f.dryRun, Rejected: rejected}
	w.Sandbox = f.sandbox
	if w.Forms.Legacy == repair.V1 && asked.Action == repair.Remove {
		return usage("--api-version v1 has no way to delete: use %s", "v4 or a date-based version")
	}
	if !f.yes {
		w.Confirm = func(portal int64, c *repair.Count, some []*repair.LineResult) error {
			for _, t := range some {
				fmt.Fprintln(a.stderr, t.Text(asked.Name, true))
			}
			fmt.Fprintln(a.stderr, c.Text(len(some)))
			return a.ask(portal)
		}
	}
	text := a.results(f.format)
	w.Begin = func(run string) error {
		id, err := json.Marshal(map[bool]any{true: nil, false: run}[run == ""])
		out = rows.Within(text, f.format, fmt.Sprintf(`{"run_id":%s,"executed":%t,"operations":`, id, run != ""), "}")
		return err
	}
	w.Each = func(t *repair.LineResult) error {
		sums.Add(t)
		return out.Put(t, t.Text(asked.Name, asked.Name == ""))
	}
	written, err := nightly.Write(ctx, w)
	if out != nil {
		if closing := out.Close(); err == nil {
			err = closing
		}
	}
	if written != nil && f.format == rows.Text {
		fmt.Fprintln(text, sums.Text())
	}
	if written != nil && written.RunID != "" && sums[repair.Applied] > 0 {
		w.Show.Say("take it back: %s", a.commands().Command("repair undo "+written.RunID+" --output undo.json"))
	}
	if err == nil && written.Lines == 0 {
		w.Show.Say("%s holds no pair: there is nothing to do", asked.Name)
	}
	if err == nil && written.Open > 0 {
		err = status{exitIncomplete, nil}
	}
	return err
}
