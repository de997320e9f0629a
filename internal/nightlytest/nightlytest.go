// Package nightlytest has portals of the simulator crawled and audited, for the tests of
// several packages.
package nightlytest

import (
	"testing"

	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/hubspot/sim"
	"hubgraph/internal/nightly"
)

// Folder is a new data folder, locked until the test ends.
func Folder(t testing.TB) *lake.Data {
	t.Helper()
	data, err := lake.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := data.Lock()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(unlock)
	return data
}

// Searches is more searches a second than a crawl sends: the portal sets no limit, and a crawl
// that kept to HubSpot's would do nothing but wait.
const Searches = 1000

// Nights crawls and audits a portal after each of some nights, which, like the portal, are
// texts in the portal language. A night of no text changes nothing.
func Nights(t testing.TB, text string, nights ...string) *duckdb.Files {
	t.Helper()
	portal, err := sim.Parse("portal", text)
	if err != nil {
		t.Fatal(err)
	}
	data := Folder(t)
	var files *duckdb.Files
	for _, night := range nights {
		if err := portal.Script("night", night); err != nil {
			t.Fatal(err)
		}
		files = Night(t, data, portal)
	}
	return files
}

// Night crawls and audits a portal into a data folder.
func Night(t testing.TB, data *lake.Data, portal *sim.Portal) *duckdb.Files {
	t.Helper()
	url, stop, err := sim.NewServer(portal, sim.Options{}).Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	client, err := hubspot.New("any", hubspot.Options{BaseURL: url, SearchRate: Searches})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	made, _, err := nightly.Run(t.Context(), nightly.Crawling{Client: client, Data: data}, nightly.Auditing{Rules: nightly.DefaultRules()})
	if err != nil {
		t.Fatal(err)
	}
	return made.Files
}
