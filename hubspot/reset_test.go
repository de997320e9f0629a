package hubspot

import (
	"net/http"
	"testing"
	"time"
)

func TestMidnightIsThePortals(t *testing.T) {
	for zone, want := range map[string]string{ // at 23:30 UTC on the day before summer time ends in the US
		"UTC":              "2026-11-01T00:00:00Z",
		"Europe/Berlin":    "2026-11-02T00:00:00+01:00",
		"America/New_York": "2026-11-01T00:00:00-04:00",
		"Asia/Kolkata":     "2026-11-02T00:00:00+05:30",
		"":                 "",
		"Mars/Olympus":     "",
	} {
		at, known := Account{TimeZone: zone}.Midnight(time.Date(2026, 10, 31, 23, 30, 0, 0, time.UTC))
		if got := at.Format(time.RFC3339); known != (want != "") || known && got != want {
			t.Errorf("%q: %s, %t; want %q", zone, got, known, want)
		}
	}
}

func TestMidnightIsKnownWithTheAccount(t *testing.T) {
	c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) { return reply(200, goodAccount), nil })
	if at, known := c.Midnight(time.Now()); known {
		t.Errorf("before the account is read: %s", at)
	}
	if _, err := c.Account(t.Context()); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)
	if at, known := c.Midnight(now); !known || !at.Equal(time.Date(2026, 6, 1, 22, 0, 0, 0, time.UTC)) {
		t.Errorf("%s, %t", at, known)
	}
}

func TestTheClockIsCompared(t *testing.T) {
	date := ""
	c := onWire(t, Options{}, func(*http.Request) (*http.Response, error) { return reply(200, goodAccount, "Date", date), nil })
	for _, date = range []string{"", "yesterday", time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat)} {
		if _, err := c.Account(t.Context()); err != nil {
			t.Fatal(err)
		}
		ahead, known := c.ClockAhead()
		if want := len(date) > 20; known != want || want && ahead.Round(time.Minute) != time.Hour {
			t.Errorf("by the date %q: %s, %t", date, ahead, known)
		}
	}
}

func TestSupportOfTheVersions(t *testing.T) {
	for version, want := range map[string]string{"v4": "2027-03-30", "2026-03": "2027-09-01", "2026-09": "2028-03-01", "2026-04": "", "v3": "", "": ""} {
		until, known := SupportedUntil(version)
		if got := until.Format(time.DateOnly); known != (want != "") || known && got != want {
			t.Errorf("%q: %s, %t; want %q", version, got, known, want)
		}
	}
}
