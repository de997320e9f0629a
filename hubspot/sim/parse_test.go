package sim_test

import (
	"errors"
	"strings"
	"testing"

	"hubgraph/hubspot/sim"
)

// TestParseErrors reads texts with a mistake in their last line.
func TestParseErrors(t *testing.T) {
	t.Parallel()
	cases := []struct{ text, want string }{
		{"martians 1", "test:1: expected an object type of the portal, not martians: a custom object needs an object line first"},
		{"# fine\n\ncontacts x", "test:3: expected the id of a record, a number above 0, not x"},
		{"contacts 0", "test:1: expected the id of a record, a number above 0, not 0"},
		{"contacts", "test:1: expected the id of a record, and the line ends"},
		{`contacts 1 name="a`, "test:1: the quoted text \"a does not end"},
		{`contacts 1 name="a"b`, "test:1: expected a blank after the quoted text \"a\""},
		{"contacts 1 archived=soon", "test:1: archived: expected a time such as 2026-01-31T09:00:00Z, a day, or a duration before now such as -36h, not soon"},
		{"contacts 1 merged=2", "test:1: merged: expected the id of another record of contacts that stands above, not 2"},
		{"contacts 1\ncontacts 2 merged=1\ncontacts 1 merged=2", "test:3: merged: expected the id of another record of contacts that stands above, not 2"},
		{"contacts 1 new", "test:1: expected key=value, not new"},
		{"contacts 1 -> contacts 1", "test:1: a record cannot be associated to itself"},
		{"tasks 1 -> calls 1", "test:1: there is no association type from tasks to calls: a label line defines one"},
		{`contacts 1 -> companies 1 "Boss"`, "test:1: expected an association type from contacts to companies, not Boss; there are HUBSPOT_DEFINED:1 \"Primary\", HUBSPOT_DEFINED:279, HUBSPOT_DEFINED:931 \"Billing Contact\""},
		{"contacts 1 ->> companies 1", "test:1: expected the association types that are listed, such as 279 or USER_DEFINED:1"},
		{"object cars 2-1", "test:1: object: expected the name of a custom object, p_ and then small letters, not cars"},
		{"object p_cars 0-1", "test:1: object: expected an object type id of the form 2-N, and neither it nor the name used before, not 0-1"},
		{"object p_cars 2-1 wheels=4", "test:1: object: expected singular, plural, display, description, required, searchable, secondary or sensitive, not wheels"},
		{"label contacts companies", "test:1: label: expected a text: contacts and companies have a plain association"},
		{`label contacts 5 "A" companies 6` + "\n" + `label contacts 5 "B" companies 7`, "test:2: label: USER_DEFINED:5 is there already from contacts to companies"},
		{`label contacts 5 "A" contacts 5 "B"`, "test:1: label: USER_DEFINED:5 is there already from contacts to contacts"},
		{`label contacts MINE:5 "A" companies`, "test:1: label: expected one of the categories USER_DEFINED, INTEGRATOR_DEFINED and WORK, not MINE"},
		{`label contacts WORK:x "A" companies`, "test:1: label: expected CATEGORY:ID, not WORK:x"},
		{`label contacts "A" companies title=a`, "test:1: label: expected name=NAME or back=NAME, not title"},
		{"limit contacts companies plain few", "test:1: limit: expected how many records one record may have, a number above 0, not few"},
		{"limit contacts companies 280 5", "test:1: limit: expected an association type from contacts to companies, not 280; there are HUBSPOT_DEFINED:1 \"Primary\", HUBSPOT_DEFINED:279, HUBSPOT_DEFINED:931 \"Billing Contact\""},
		{"fact moon=full", "test:1: fact: there is no fact \"moon\": choose among label-write, "},
		{"fact ids=float", "test:1: fact: ids is \"float\": choose number or string or dated-string"},
		{"rename contacts companies plain \"A\"", "test:1: rename: a label has a text, and a plain association has none"},
		{"undefine contacts companies 279", "test:1: undefine: HUBSPOT_DEFINED:279 is HubSpot's own: only what users and integrations define can go"},
		{"unlink contacts 1 companies 2", "test:1: unlink: there is no record contacts 1"},
		{"contacts 1\nmerge contacts 1 2", "test:2: merge: expected two live records of contacts, not 1 and 2"},
		{"owner 42 phone=1", "test:1: owner: expected archived, email, first or last, not phone"},
		{"portal 1 tier=free", "test:1: portal: expected type, timezone, currency or domain, not tier"},
		{"stage deals default won Won", "test:1: stage: expected the id of a pipeline of deals that stands above, not default"},
	}
	for _, tt := range cases {
		_, err := sim.Parse("test", tt.text)
		var wrong *sim.ParseError
		if !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), tt.want) {
			t.Errorf("%s\ngives %v\nwant  %s", tt.text, err, tt.want)
		}
	}
}
