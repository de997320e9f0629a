package nightly

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // portals have time zones that this machine may not know

	"hubgraph/hubspot"
)

// untilMidnight adds to the error that the day's requests are used up when there
// are new ones, as far as the portal has named its time zone.
func untilMidnight(err error, c *hubspot.Client) error {
	if !errors.Is(err, hubspot.ErrDailyLimit) {
		return err
	}
	at, known := c.Midnight(time.Now())
	if !known {
		return err
	}
	return fmt.Errorf("%w: come back after %s", err, at.Format(time.RFC3339))
}
