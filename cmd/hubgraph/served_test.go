package main

import (
	"testing"

	"hubgraph/hubspot/sim"
)

// served serves a portal, given in the portal language, until the test ends.
func served(t *testing.T, text string) (*sim.Portal, *sim.Server, string) {
	t.Helper()
	portal, err := sim.Parse("portal", text)
	if err != nil {
		t.Fatal(err)
	}
	server := sim.NewServer(portal, sim.Options{})
	url, stop, err := server.Start("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	return portal, server, url
}
