// Package sim is a HubSpot portal in memory, served over HTTP as
// api.hubapi.com serves a real one: for tests, for demonstrations, and for
// whoever writes an integration and has no portal to spare.
//
// It shares no wire struct with package hubspot, so that a misreading of the API
// cannot confirm itself; the one thing that it takes from there is the table of
// documented association types.
//
// # The portal language
//
// A portal is a text of lines; # starts a comment, a value with blanks stands in
// double quotes.
//
//	portal 7654321 type=STANDARD timezone=UTC currency=EUR domain=app.hubspot.com
//	fact merge=primary                           how an open question is answered, see [Facts]
//	owner 42 email=ada@example.com first=Ada last=Lovelace
//	object p_cars 2-1001 singular=Car plural=Cars    also display, required, searchable, secondary, description, sensitive
//	property deals score "Score" type=number     a property; others come with their first value
//	group deals own "Our own" order=2            a group of properties; others come with the first property that names them
//	pipeline deals default "Sales"
//	stage deals default won "Closed won" isClosed=true probability=1.0
//	label contacts 21 "Advisor" companies 22 "Advises"    a pair of labels, ids optional
//	label contacts "Colleague" contacts name=peer    one label for both directions; name is the internal one
//	label deals p_cars                           the plain association of a pair that HubSpot gives none
//	limit contacts companies plain 1             most records that one record may have
//
//	contacts 101 email=bo@example.com created=2026-01-31T09:00:00Z updated=-36h
//	contacts 102 archived                        also archived=TIME
//	contacts 103 merged=101                      went into a record that stands above
//	contacts 104 absent                          no such record: only associations name it
//
//	contacts 101 -> companies 201                the plain association, with its inverse
//	contacts 101 -> companies 201 primary "Advisor"   more types: by word, text, id or CATEGORY:ID
//	contacts 101 ->> companies 201 279           just these rows on the first record: a defect
//
// A portal changes by the same lines, and by
//
//	rename contacts companies "Advisor" "Counsel"
//	undefine contacts companies "Advisor"        the label, its inverse and all their rows
//	unlink contacts 101 companies 201            everything; with types, just these
//	cut contacts 101 companies 201 279           rows of this direction only: a defect
//	archive contacts 101
//	merge contacts 101 102                       the second into the first
//
// What is wrong in it on purpose is claimed, with the check that has to find it
// and what names the finding; a claim that does not hold is an error. The last
// two compare with the portal before the night, and stand in its text only.
//
//	defect deal_fully_orphaned deals 301         so deal_without_contact, deal_without_company
//	defect inverse_pair_missing contacts 101 companies 201
//	defect inverse_label_missing contacts 101 companies 201 USER_DEFINED:21
//	defect edge_endpoint_absent contacts 101 companies 209 279
//	defect edge_label_changed contacts 101 companies 201
//	defect association_definition_changed contacts companies USER_DEFINED:21
//
// # Faults
//
// A server goes wrong on purpose as [Options.Faults] say; [FaultKinds] lists what
// there is, and a script ([ParseFaultFile]) says when:
//
//	associations-read              nth=3      cut 100
//	GET /crm/*/objects/contacts    every=10   429 30
//	*                              share=5%   reset-after
//
// # What is not served
//
// A path or method that the simulator does not serve is answered with 404 or 405
// and the header X-Hubgraph-Sim: not-served, which no other answer has;
// [Options.NotServed] hears of it once for each kind of path. The object types
// contracts, partner_clients and partner_services answer by name: their ids are
// the simulator's own, since no document at hand has HubSpot's.
//
// # Control
//
// Under /_sim/ the simulator itself answers, without a token:
//
//	GET /_sim/requests             what was asked and answered, with the faults that were met
//	GET /_sim/truth                the defects that are in the portal
//	GET /_sim/portal               the portal in its language
//	POST /_sim/night?seed=7        a night passes; a body says in the portal language which
//	POST /_sim/rate?rate=190/10s&taken=95&daily=1000    the allowance changes, as far as it is named
//	GET /_sim/exports/1.csv        the file of an export, to which its status leads
package sim
