package nightly

import (
	"context"
	"errors"
	"fmt"
	"time"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// mostSkew is how far the clock may be off: the nights of a lake are kept apart
// by it, and what is young in them.
const mostSkew = time.Minute

// examineScopes asks for a page of each object type that would be crawled.
func examineScopes(ctx context.Context, c *hubspot.Client, source *crawl.Source, scope crawl.Scope) []Diagnosis {
	var all []Diagnosis
	read := func(name, id string) {
		all = append(all, scopeDiagnosis(name, "can be read", firstPage(ctx, c, id)))
	}
	if len(scope.Types) > 0 {
		for _, word := range scope.Types {
			one, err := source.Resolve(ctx, crawl.Scope{Types: []string{word}})
			if err != nil {
				all = append(all, scopeDiagnosis(word, "", err))
				continue
			}
			read(word, one.Types[0])
		}
		return all
	}
	for _, name := range crawl.DefaultTypes {
		read(name, standardID(name))
	}
	custom, err := c.CustomSchemas(ctx)
	all = append(all, scopeDiagnosis("custom objects", fmt.Sprintf("can be listed: there are %d", len(custom)), err))
	for _, schema := range custom { // that they can be listed takes a scope, and that they can be read another
		read(schema.ObjectType.Name, schema.ObjectType.ID)
	}
	return all
}

// standardID is the id of a standard object type, and else what it is given.
func standardID(name string) string {
	if t, ok := hubspot.StandardType(name); ok {
		return t.ID
	}
	return name
}

func firstPage(ctx context.Context, c *hubspot.Client, typ string) error {
	for _, err := range c.Objects(ctx, typ, hubspot.ObjectQuery{}) {
		return err
	}
	return nil
}

func scopeDiagnosis(name, good string, err error) Diagnosis {
	d := Diagnosis{"scope " + name, Healthy, good, ""}
	switch {
	case err == nil:
	case errors.Is(err, hubspot.ErrDailyLimit):
		d.Status, d.Text, d.Advice = Ailing, "could not be tried", "the day's calls are used up, see limits"
	case errors.Is(err, hubspot.ErrScope):
		d.Status, d.Text, d.Advice = Failing, err.Error(), "add the scope to the app, or leave the type out with --types"
	case errors.Is(err, crawl.ErrType), errors.Is(err, hubspot.ErrNotFound):
		d.Status, d.Text, d.Advice = Failing, err.Error(), "correct --types"
	default:
		d.Status, d.Text, d.Advice = Failing, err.Error(), "try again"
	}
	return d
}

// examineLimits reports what the portal's answers said of its limits.
func examineLimits(x Examining) Diagnosis {
	c := x.Client
	a := c.Allowance()
	d := Diagnosis{"limits", Healthy, fmt.Sprintf("%.1f calls a second at --rate-share %s", a.PerSecond, x.Share), ""}
	if a.Daily <= 0 || a.Left < 0 {
		d.Text += ", and HubSpot names no limit of calls a day"
		return d
	}
	d.Text += fmt.Sprintf(", %d of %d calls left today", a.Left, a.Daily)
	if at, known := c.Midnight(time.Now()); known {
		d.Text += ", new ones at " + at.Format(time.RFC3339)
	}
	if float64(a.Left) <= x.Reserve*float64(a.Daily) {
		d.Status, d.Advice = Ailing, "a crawl would stop at once for --daily-reserve; find out which app uses the calls, or lower the reserve"
	}
	return d
}

// examineClock compares this machine's clock with the Date of an answer.
func examineClock(c *hubspot.Client) Diagnosis {
	ahead, known := c.ClockAhead()
	d := Diagnosis{"clock", Healthy, "agrees with HubSpot's", ""}
	switch {
	case !known:
		d.Status, d.Text = Ailing, "HubSpot's answers have no date to compare it with"
	case ahead.Abs() > mostSkew:
		where := "ahead of"
		if ahead < 0 {
			where = "behind"
		}
		d.Status, d.Text = Ailing, fmt.Sprintf("%s %s HubSpot's", ahead.Abs().Round(time.Second), where)
		d.Advice = "have it set by NTP; snapshots are named by it"
	}
	return d
}
