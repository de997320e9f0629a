package main

import (
	"errors"
	"io"

	"github.com/spf13/cobra"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/internal/nightly"
	config "hubgraph/internal/settings"
	"hubgraph/queries"
)

func (a *app) checks() *cobra.Command {
	format, export := "text", ""
	cmd := &cobra.Command{
		Use:   "checks [ID]",
		Short: "List the checks, print one with its SQL, or export all for another engine",
		Long: `List the checks, or print one with its SQL.

--export writes models, checks and catalog.json to a folder, with the newest snapshot
of the data folder and its baseline, for Spark or Sail to run over the lake; one folder
takes the portals of several data folders. ` + "`hubgraph audit --rows`" + ` makes an audit of the
rows that come back. docs/spark.md says how.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("export") {
				if len(args) > 0 {
					return usage("--export writes all checks: leave out %s", args[0])
				}
				return a.exportChecks(cmd, export, format)
			}
			checks, err := queries.Select(args...)
			if err != nil {
				return err
			}
			text := func(w io.Writer) error { return queries.WriteCatalog(w, checks) }
			if len(args) == 1 {
				text = checks[0].WriteText
			}
			return a.print(format, func(w io.Writer) error { return queries.WriteCatalogJSON(w, checks) }, text)
		},
	}
	formatFlag(cmd.Flags(), &format)
	cmd.Flags().StringVar(&export, "export", "", "write to this folder what another engine needs to run the checks")
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
	var portal *lake.Portal
	data, err := lake.Find(a.loaded.String("data"))
	if err == nil {
		portal, err = data.Only()
	}
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
