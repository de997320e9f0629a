package hubspot

import "time"

// Midnight is when the account's daily requests are counted anew: the next
// midnight in its time zone (usage guidelines). It reports false where HubSpot
// named no time zone that is known here.
func (a Account) Midnight(now time.Time) (time.Time, bool) {
	zone, err := time.LoadLocation(a.TimeZone)
	if err != nil || a.TimeZone == "" {
		return time.Time{}, false
	}
	year, month, day := now.In(zone).Date()
	return time.Date(year, month, day+1, 0, 0, 0, 0, zone), true
}

// Midnight is that of the portal's account; it reports false also where the
// client has not read the account.
func (c *Client) Midnight(now time.Time) (time.Time, bool) {
	zone := c.zone.Load()
	if zone == nil {
		return time.Time{}, false
	}
	return Account{TimeZone: *zone}.Midnight(now)
}
