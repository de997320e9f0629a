package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// The results of an examination.
const (
	healthy = "ok"
	ailing  = "warn" // works, but not all of it, or not for long
	failing = "fail" // a crawl would fail, or be incomplete
)

// diagnosis is what doctor found out about one thing. Advice is empty where
// there is nothing to do.
type diagnosis struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Text   string `json:"text"`
	Advice string `json:"advice"`
}

func (a *app) doctor() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine the token, the portal, the data folder and this machine",
		Long: `Examine all that a crawl needs: the token and its scopes, the portal and its
limits, the data folder, Graphviz, the clock and the versions. It says what to do
about what is wrong, changes nothing (a data folder that is there gets its lock
file), and takes a call for each object type and two more.

Exit code 4: the token is missing or refused. 1: something else fails.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("format", format, "text", "json"); err != nil {
				return err
			}
			s, err := a.settings(cmd)
			if err != nil {
				return err
			}
			all, err := a.examine(cmd.Context(), s)
			if err != nil {
				return err
			}
			if err := tellDiagnoses(a.stdout, all, format); err != nil {
				return err
			}
			return verdict(all)
		},
	}
	portalFlags(cmd.Flags())
	paceFlags(cmd.Flags())
	typesFlag(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", format, "text or json")
	return cmd
}

// verdict is the exit code that follows from what was found.
func verdict(all []diagnosis) error {
	code := 0
	for _, d := range all {
		if d.Status == failing {
			code = max(code, exitFailed)
			if d.Name == tokenName {
				code = exitAuth
			}
		}
	}
	if code == 0 {
		return nil
	}
	return status{code, nil}
}

func tellDiagnoses(w io.Writer, all []diagnosis, format string) error {
	if format == "json" {
		return json.NewEncoder(w).Encode(struct {
			Checks []diagnosis `json:"checks"`
		}{all})
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, d := range all {
		text := d.Text
		if d.Advice != "" {
			text += ": " + d.Advice
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", d.Status, d.Name, text)
	}
	return table.Flush()
}

// examine examines everything; what only the portal can tell is left out where
// it does not answer.
func (a *app) examine(ctx context.Context, s settings) ([]diagnosis, error) {
	scope, err := s.scope(nil)
	if err != nil {
		return nil, err
	}
	var all []diagnosis
	var account hubspot.Account
	client, err := a.client(s, "HUBSPOT_ACCESS_TOKEN")
	switch {
	case err == nil:
		defer client.Close()
		all, account = examinePortal(ctx, client, scope, s)
	case code(err) == exitAuth:
		all = append(all, diagnosis{tokenName, failing, err.Error(), ""})
	default: // the settings themselves
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	all = append(all, a.examineData(s.String("data"), account.PortalID), examineGraphviz(ctx))
	return append(all, examineVersions(ctx, s.String("api-version"))), nil
}

// tokenName is the name of the diagnosis that has an exit code of its own.
const tokenName = "token"

// examinePortal asks the portal for all that it tells; after an error of the
// token, or where nobody answers, for no more.
func examinePortal(ctx context.Context, c *hubspot.Client, scope crawl.Scope, s settings) ([]diagnosis, hubspot.Account) {
	source, err := crawl.Connect(ctx, c)
	switch {
	case errors.Is(err, hubspot.ErrUnauthorized):
		return []diagnosis{{tokenName, failing, err.Error(), ""}}, hubspot.Account{}
	case err != nil:
		return []diagnosis{{tokenName, ailing, "it is set, and could not be tried", ""},
			{"portal", failing, untilMidnight(err, c).Error(), "check --base-url and this machine's network"}}, hubspot.Account{}
	}
	account := source.Account
	all := []diagnosis{
		{tokenName, healthy, "HubSpot takes it", ""},
		{"portal", healthy, fmt.Sprintf("%d, of the type %s, in the time zone %s", account.PortalID, account.Type, account.TimeZone), ""},
	}
	all = append(all, examineScopes(ctx, c, source, scope)...)
	return append(all, examineLimits(c, s), examineClock(c)), account
}
