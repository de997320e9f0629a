package main

import (
	"io"
	"strings"

	"github.com/spf13/cobra"

	"hubgraph/export/duckdb"
	"hubgraph/internal/deliver"
	"hubgraph/internal/reporting"
	"hubgraph/internal/web"
	"hubgraph/queries/report"
)

func (a *app) report() *cobra.Command {
	var snapshot, output string
	cmd := &cobra.Command{
		Use:   "report",
		Short: "One page about a night, to read, print and hand on",
		Long: `Write an audited night as one HTML file: the verdict and the money, what is new, the
checks with their history and a picture each, all findings with search, filter and
sort, the map, definitions that changed, coverage, waivers, the commands to repair,
and the SQL behind the figures.

The file is whole: it loads nothing, works from a disk and as an attachment, on a
phone, in the dark, printed, and without JavaScript. ` + "`hubgraph run --output F.html`" + `
and ` + "`hubgraph audit --output F.html`" + ` write it, too.`,
		Example: `  hubgraph report --output report.html
  hubgraph report --snapshot 20261122T020000Z --output night.html`,
		Args: takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if output != "" && !strings.HasSuffix(strings.ToLower(output), ".html") {
				return usage("--output %s: the name must end in .html", output)
			}
			portal, err := a.portal()
			if err != nil {
				return err
			}
			job := a.reporting(duckdb.Of(portal, a.memory), false)
			audit, err := job.Stored(cmd.Context(), snapshot)
			if err != nil {
				return err
			}
			facts, err := job.Facts(cmd.Context(), audit)
			if err != nil {
				return err
			}
			write := func(w io.Writer) error {
				page := web.NewReport(w, facts, a.commands())
				for e := range report.Events(audit, a.commands()) {
					if err := page.Write(e); err != nil {
						return err
					}
				}
				return nil
			}
			if output == "" {
				return write(a.stdout)
			}
			if err := deliver.File(output, write); err != nil {
				return err
			}
			_, err = io.WriteString(a.stdout, output+"\n")
			return err
		},
	}
	cmd.Flags().StringVar(&output, "output", "", "file to write: F.html (default: stdout)")
	cmd.Flags().StringVar(&snapshot, "snapshot", "", "audited night: an id, a date, last-complete or accepted (default: the newest)")
	return cmd
}

// reporting is how a report on the nights of a portal is made.
func (a *app) reporting(files *duckdb.Files, locked bool) reporting.Job {
	return reporting.Job{Files: files, Locked: locked, Own: a.loaded.own(), Show: a.display()}
}
