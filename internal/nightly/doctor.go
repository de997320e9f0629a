package nightly

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// The results of an examination.
const (
	Healthy = "ok"
	Ailing  = "warn" // works, but not all of it, or not for long
	Failing = "fail" // a crawl would fail, or be incomplete
)

// Diagnosis is what Doctor found out about one thing. Advice is empty where
// there is nothing to do.
type Diagnosis struct {
	Name   string `json:"name"`
	Status string `json:"status"`
	Text   string `json:"text"`
	Advice string `json:"advice"`
}

// Diagnoses are all that Doctor found out.
type Diagnoses struct {
	Checks []Diagnosis `json:"checks"`
}

// WriteText writes a line for each.
func (d *Diagnoses) WriteText(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range d.Checks {
		text := c.Text
		if c.Advice != "" {
			text += ": " + c.Advice
		}
		fmt.Fprintf(table, "%s\t%s\t%s\n", c.Status, c.Name, text)
	}
	return table.Flush()
}

// Examining is what Doctor examines.
type Examining struct {
	Client   *hubspot.Client // nil: there is none
	NoClient error           // why there is none
	Writer   *hubspot.Client // of the token that repairs are written with; nil: there is no other
	Scope    crawl.Scope
	Share    string  // of the burst limit, as it was given
	Reserve  float64 // of the day's calls
	Dir      string  // the data folder
	API      string  // the version of HubSpot's
	Tool     string  // the version of the program
}

// Doctor examines all that a crawl needs; what only the portal knows is left out
// where it does not answer.
func Doctor(ctx context.Context, x Examining) (*Diagnoses, error) {
	all := []Diagnosis{{TokenName, Failing, fmt.Sprint(x.NoClient), tokenAdvice(x.Scope)}}
	var account hubspot.Account
	if x.Client != nil {
		all, account = examinePortal(ctx, x)
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	all = append(all, examineData(x.Dir, account.PortalID))
	return &Diagnoses{append(all, examineVersions(ctx, x.API, x.Tool))}, nil
}

// TokenName is the name of the diagnosis that has an exit code of its own.
const TokenName = "token"

// examinePortal asks the portal for all that it shows; after an error of the
// token, or where nobody answers, for no more.
func examinePortal(ctx context.Context, x Examining) ([]Diagnosis, hubspot.Account) {
	c := x.Client
	source, err := crawl.Connect(ctx, c)
	switch {
	case errors.Is(err, hubspot.ErrUnauthorized):
		return []Diagnosis{{TokenName, Failing, err.Error(), tokenAdvice(x.Scope)}}, hubspot.Account{}
	case err != nil:
		return []Diagnosis{{TokenName, Ailing, "it is set, and could not be tried", ""},
			{"portal", Failing, untilMidnight(err, c).Error(), "check --base-url and this machine's network"}}, hubspot.Account{}
	}
	account := source.Account
	all := []Diagnosis{
		{TokenName, Healthy, "HubSpot takes it", ""},
		{"portal", Healthy, fmt.Sprintf("%d, of the type %s, in the time zone %s", account.PortalID, account.Type, account.TimeZone), ""},
	}
	all = append(all, examineScopes(ctx, c, source, x.Scope)...)
	writer := x.Writer
	if writer == nil {
		writer = c
	}
	return append(all, examineWrites(ctx, writer), examineLimits(x), examineClock(c)), account
}
