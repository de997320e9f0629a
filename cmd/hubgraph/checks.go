package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/fixtures"
	"hubgraph/internal/nightly"
	config "hubgraph/internal/settings"
	"hubgraph/internal/terminal"
	"hubgraph/queries"
)

func (a *app) checks() *cobra.Command {
	format, export, experimental, learn := "text", "", false, false
	cmd := &cobra.Command{
		Use:   "checks [ID]",
		Short: "List the checks, print one with its SQL, or export all",
		Long: `List the checks, or print one with its SQL.

Checks of your own are files NAME.sql in the folder that checks_dir in
hubgraph.yaml names. They are run with the others, and read the snapshot and
nothing else.

--learn proposes policies for hubgraph.yaml: what holds for 99 % of the records of
the newest audited snapshot, with the exceptions. It writes nothing.

--export writes models, checks and catalog.json to a folder, with the newest snapshot
of the data folder and its baseline, for Spark or Sail to run over the lake; one folder
takes the portals of several data folders. ` + "`hubgraph audit --rows`" + ` makes an audit of the
rows that come back; checks of your own are run then, by DuckDB. docs/spark.md says how.`,
		Example: `  hubgraph checks
  hubgraph checks deal_fully_orphaned
  hubgraph checks --learn >> hubgraph.yaml
  hubgraph checks --export for-spark`,
		Args: takes(0, "ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case learn:
				return a.learn(cmd, format, args)
			case cmd.Flags().Changed("export"):
				if len(args) > 0 {
					return usage("--export writes all checks: leave out %s", args[0])
				}
				return a.exportChecks(cmd, export, format)
			}
			checks, err := queries.SelectFrom(queries.With(a.loaded.own()...), args...)
			if err != nil {
				return err
			}
			if len(args) == 0 && !experimental {
				checks = queries.Stable(a.loaded.own()...)
			}
			header, rows := queries.CatalogTable(checks)
			text := a.table(terminal.Table{Header: header, Rows: rows, Whole: 1, More: "--format json"})
			if len(args) == 1 {
				if broken := checks[0].Broken; broken != "" {
					return status{exitUsage, errors.New(broken)}
				}
				text = checks[0].WriteText
			}
			return a.print(format, func(w io.Writer) error { return queries.WriteCatalogJSON(w, checks) }, text)
		},
	}
	formatFlag(cmd.Flags(), &format)
	experimentalFlag(cmd.Flags(), &experimental)
	cmd.Flags().BoolVar(&learn, "learn", false, "propose policies that the portal keeps to, as YAML")
	cmd.Flags().StringVar(&export, "export", "", "write to this folder what another engine needs to run the checks")
	cmd.AddCommand(a.newCheck(), a.testChecks())
	return cmd
}

// exportChecks gives another engine models and checks, and the portal of the data folder;
// none where nobody named one and the usual one is not there.
func (a *app) exportChecks(cmd *cobra.Command, dir, format string) error {
	if dir == "" {
		return usage("--export needs a folder")
	}
	job := nightly.Exporting{Dir: dir, Tool: version}
	var err error
	if job.Rules, err = a.loaded.rules(""); err != nil {
		return err
	}
	portal, err := a.portal()
	switch source, _ := a.loaded.Source("data"); {
	case err == nil:
		job.Files = duckdb.Of(portal, a.memory)
	case source != config.FromDefault || !errors.Is(err, lake.ErrNoSnapshot):
		return err
	}
	done, err := nightly.Export(cmd.Context(), job)
	if err != nil {
		return err
	}
	return a.print(format, object(done), done.WriteText)
}

// learn prints policies that the newest audited snapshot keeps to.
func (a *app) learn(cmd *cobra.Command, format string, args []string) error {
	if len(args) > 0 {
		return usage("--learn looks at the whole portal: leave out %s", args[0])
	}
	db, err := duckdb.OpenPublished(a.loaded.String("data"), a.memory)
	if err != nil {
		return err
	}
	defer db.Close()
	policies, err := queries.Learn(cmd.Context(), db)
	if err != nil {
		return err
	}
	return a.print(format, func(w io.Writer) error { return queries.WriteLearnedJSON(w, policies) }, func(w io.Writer) error { return queries.WriteLearned(w, policies) })
}

// newCheck writes a check of the user's own.
func (a *app) newCheck() *cobra.Command {
	dir := ""
	cmd := &cobra.Command{
		Use:     "new NAME",
		Short:   "Write a check of your own to begin with, and its fixture",
		Example: "  hubgraph checks new deal_without_phone --dir checks",
		Args:    takes(1, "NAME"),
		RunE: func(_ *cobra.Command, args []string) error {
			set := a.loaded.ChecksDir()
			dir = cmp.Or(dir, set, "checks")
			names, err := fixtures.New(dir, args[0])
			if err != nil {
				return err
			}
			for _, name := range names {
				fmt.Fprintln(a.stdout, name)
			}
			if set == "" {
				fmt.Fprintf(a.stderr, "hubgraph: write `checks_dir: %s` into %s, so that audits run it\n", dir, settingsFile)
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&dir, "dir", "", "folder to write into (default: checks_dir of hubgraph.yaml, else checks)")
	return cmd
}

// testChecks plays the fixtures of a folder of checks.
func (a *app) testChecks() *cobra.Command {
	update := false
	cmd := &cobra.Command{
		Use:   "test [DIR]",
		Short: "Test checks of your own on their fixtures",
		Long: `Play the fixtures of a folder of checks, NAME.txtar beside each NAME.sql: a small
portal is served on this machine, crawled and audited, and what the check finds
is held against the fixture. The folder is that of checks_dir where none is named.

Exit code 1: a fixture does not hold what is found, or a check cannot be run.`,
		Example: "  hubgraph checks test checks\n  hubgraph checks test checks --update",
		Args:    takes(0, "DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := a.loaded.ChecksDir()
			if len(args) == 1 {
				dir = args[0]
			}
			if dir == "" {
				return usage("name the folder of the checks: there is no checks_dir in %s", settingsFile)
			}
			temp, err := os.MkdirTemp("", "hubgraph-checks-")
			if err != nil {
				return err
			}
			defer os.RemoveAll(temp)
			outcomes, err := fixtures.Test(cmd.Context(), dir, temp, update)
			if err != nil {
				return err
			}
			if err := fixtures.WriteText(a.stdout, outcomes); err != nil {
				return err
			}
			return failures(outcomes)
		},
	}
	cmd.Flags().BoolVar(&update, "update", false, "write into the fixtures what is found, for you to read")
	return cmd
}

// failures is the error that some fixtures failed.
func failures(outcomes []fixtures.Outcome) error {
	failed := 0
	for _, o := range outcomes {
		if o.Problem != "" {
			failed++
		}
	}
	if failed == 0 {
		return nil
	}
	return status{exitFailed, fmt.Errorf("%d of %d checks failed their fixtures", failed, len(outcomes))}
}

// experimentalFlag is the flag of what runs or lists checks.
func experimentalFlag(flags *pflag.FlagSet, value *bool) {
	flags.BoolVar(value, "experimental", false, "the experimental checks, too: they may find what is none, or change; one that is named is run without this flag")
}
