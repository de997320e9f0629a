package main

import (
	"cmp"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
	config "hubgraph/internal/settings"
	"hubgraph/queries/report"
)

func (a *app) waive() *cobra.Command {
	var format, reason, until, by string
	cmd := &cobra.Command{
		Use:   "waive FINGERPRINT --reason WHY --until DATE",
		Short: "Accept a finding for a time: write it into " + waiversFile,
		Long: `Write a waiver of a finding into ` + waiversFile + `, behind those that are there. From the
next audit on the finding is marked, and no gate counts it; it is never hidden. From
the day of --until on, it counts again. The finding is named by the first digits of
its fingerprint, at least 8, which ` + "`hubgraph findings`" + ` lists.`,
		Example: `  hubgraph waive 3f9a0c12 --reason "sold by phone" --until 2027-01-31`,
		Args:    takes(1, "FINGERPRINT"),
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := config.NewWaiver(reason, cmp.Or(by, a.getenv("USER")), until, time.Now())
			if err != nil {
				return status{exitUsage, err}
			}
			found, err := nightly.Finding(cmd.Context(), a.loaded.String("data"), a.memory, args[0])
			if err != nil {
				return err
			}
			if !found.Open() {
				return usage("the finding %.12s is resolved: there is nothing to waive", found.Fingerprint)
			}
			w.Check, w.Fingerprint = found.CheckID, found.Fingerprint
			line, err := config.AddWaiver(waiversFile, w, a.loaded.Catalog())
			if err != nil {
				return status{exitUsage, err}
			}
			written := struct {
				File        string `json:"file"`
				Line        int    `json:"line"`
				Check       string `json:"check"`
				Fingerprint string `json:"fingerprint"`
				Expires     string `json:"expires"`
			}{waiversFile, line, w.Check, w.Fingerprint, until}
			return a.print(format, object(written), func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "%s:%d: %s of %s is waived until %s, from the next audit on\n", waiversFile, line, w.Check, report.Subject(found.Finding), until)
				return err
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&reason, "reason", "", "why the finding is accepted")
	flags.StringVar(&until, "until", "", "first day on which it counts again: YYYY-MM-DD")
	flags.StringVar(&by, "by", "", "who accepts it (default: USER)")
	formatFlag(flags, &format)
	return cmd
}
