package main

import (
	"github.com/spf13/cobra"

	"hubgraph/internal/nightly"
)

func (a *app) doctor() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine the token, the portal, the data folder and this machine",
		Long: `Examine all that a crawl needs: the token and its scopes, the portal and its
limits, what repairs may write, the data folder, the clock and the versions. It
says what to do about what is wrong, changes nothing (a data folder that is there
gets its lock file), and takes a call for each object type and two more.

Exit code 4: the token is missing or refused. 1: something else fails.`,
		Example: "  hubgraph doctor\n  hubgraph doctor --types contacts,companies,deals",
		Args:    takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			x, err := a.examining(a.loaded)
			if err != nil {
				return err
			}
			if x.Client != nil {
				defer x.Client.Close()
			}
			if x.Writer != nil {
				defer x.Writer.Close()
			}
			all, err := nightly.Doctor(cmd.Context(), x)
			if err != nil {
				return err
			}
			if err := a.print(format, object(all), all.WriteText); err != nil {
				return err
			}
			return verdict(all.Checks)
		},
	}
	portalFlags(cmd.Flags())
	paceFlags(cmd.Flags())
	typesFlag(cmd.Flags())
	formatFlag(cmd.Flags(), &format)
	return cmd
}

// verdict is the exit code that follows from what was found.
func verdict(all []nightly.Diagnosis) error {
	code := 0
	for _, d := range all {
		if d.Status == nightly.Failing {
			code = max(code, exitFailed)
			if d.Name == nightly.TokenName {
				code = exitAuth
			}
		}
	}
	if code == 0 {
		return nil
	}
	return status{code, nil}
}

// examining is what is to be examined. A token that is missing or refused is a finding.
func (a *app) examining(s settings) (x nightly.Examining, err error) {
	x = nightly.Examining{Share: s.String("rate-share"), Dir: s.String("data"), API: s.String("api-version"), Tool: version}
	if x.Scope, err = s.scope(nil); err != nil {
		return x, err
	}
	if x.Client, x.NoClient = a.client(s, "HUBSPOT_ACCESS_TOKEN"); x.NoClient != nil && code(x.NoClient) != exitAuth { // the settings themselves
		return x, x.NoClient
	}
	if token, err := a.secret(writeToken); err != nil || token != "" {
		if x.Writer, err = a.client(s, writeToken); err != nil {
			return x, err
		}
	}
	x.Reserve, _ = reserve(s.String("daily-reserve")) // the client would not be there if it were none
	return x, err
}
