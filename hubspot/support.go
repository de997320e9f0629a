package hubspot

import "time"

// SupportedUntil is when HubSpot's support of a version of its API ends: that of
// v4 on 2027-03-30 (changelog "Deprecating support for HubSpot v4 APIs"), that of
// a dated one 18 months after the month that it is named after (documentation,
// "Versioning"). It reports false for what is no version.
func SupportedUntil(version string) (time.Time, bool) {
	if version == "v4" {
		return time.Date(2027, time.March, 30, 0, 0, 0, 0, time.UTC), true
	}
	month, err := time.Parse("2006-01", version)
	if err != nil || checkVersion(version) != nil {
		return time.Time{}, false
	}
	return month.AddDate(0, 18, 0), true
}
