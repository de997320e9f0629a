package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
	config "hubgraph/internal/settings"
	"hubgraph/internal/terminal"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// digits is how many of a fingerprint a waiver of several findings writes.
const digits = 16

// waived has a waiver name the finding, or those of the family, that a person asks for, and
// says what that is.
func (a *app) waived(ctx context.Context, w *queries.Waiver, args []string, family string) (string, error) {
	switch {
	case len(args) == 0 && family == "":
		return "", usage("name what is waived: a fingerprint, or a family with --family")
	case len(args) > 0 && family != "":
		return "", usage("a fingerprint names one finding: leave out --family")
	case family != "":
		r, err := nightly.Findings(ctx, a.loaded.String("data"), a.memory, queries.Filter{Family: family})
		if err != nil {
			return "", err
		}
		for _, f := range r.Findings {
			w.Fingerprints = append(w.Fingerprints, f.Fingerprint[:digits])
		}
		return fmt.Sprintf("%s of the family %s, %s, waived", terminal.Count(int64(len(r.Findings)), "finding"), family, *r.Findings[0].FamilyRule), nil
	}
	found, err := nightly.Finding(ctx, a.loaded.String("data"), a.memory, args[0])
	if err != nil {
		return "", err
	}
	if !found.Open() {
		return "", usage("the finding %.12s is resolved: there is nothing to waive", found.Fingerprint)
	}
	w.Check, w.Fingerprint = found.CheckID, found.Fingerprint
	return fmt.Sprintf("%s of %s is waived", w.Check, report.Subject(found.Finding)), nil
}

func nilIfEmpty(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func (a *app) waive() *cobra.Command {
	var format, reason, until, by, family string
	cmd := &cobra.Command{
		Use:   "waive FINGERPRINT --reason WHY --until DATE",
		Short: "Accept findings for a time: write them into " + waiversFile,
		Long: `Write a waiver of a finding into ` + waiversFile + `, behind those that are there. From the
next audit on the finding is marked, and no gate counts it; it is never hidden. From
the day of --until on, it counts again. The finding is named by the first digits of
its fingerprint, at least 8, which ` + "`hubgraph findings`" + ` lists.

--family waives the findings that a family has now; what joins it later is not waived.`,
		Example: `  hubgraph waive 3f9a0c12 --reason "sold by phone" --until 2027-01-31
  hubgraph waive --family 0c123f9a --reason "old import" --until 2027-01-31`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			w, err := config.NewWaiver(reason, cmp.Or(by, a.getenv("USER")), until, time.Now())
			if err != nil {
				return status{exitUsage, err}
			}
			what, err := a.waived(cmd.Context(), &w, args, family)
			if err != nil {
				return err
			}
			line, err := config.AddWaiver(waiversFile, w, a.loaded.Catalog())
			if err != nil {
				return status{exitUsage, err}
			}
			written := struct {
				File         string   `json:"file"`
				Line         int      `json:"line"`
				Check        *string  `json:"check"`
				Fingerprint  *string  `json:"fingerprint"`
				Fingerprints []string `json:"fingerprints"`
				Expires      string   `json:"expires"`
			}{waiversFile, line, nilIfEmpty(w.Check), nilIfEmpty(w.Fingerprint), w.Fingerprints, until}
			return a.print(format, object(written), func(out io.Writer) error {
				_, err := fmt.Fprintf(out, "%s:%d: %s until %s, from the next audit on\n", waiversFile, line, what, until)
				return err
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&reason, "reason", "", "why the finding is accepted")
	flags.StringVar(&until, "until", "", "first day on which it counts again: YYYY-MM-DD")
	flags.StringVar(&family, "family", "", "the findings of this family, in the place of one")
	flags.StringVar(&by, "by", "", "who accepts it (default: USER)")
	formatFlag(flags, &format)
	return cmd
}
