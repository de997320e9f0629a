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
// double quotes. [Language] explains each statement, and so does hubgraph help
// portal.
//
//	portal 7654321 timezone=UTC currency=EUR
//	fact merge=primary                              how an open question is answered, see [Facts]
//	label contacts 21 "Advisor" companies 22 "Advises"
//	contacts 101 email=bo@example.com updated=-36h
//	contacts 101 -> companies 201 primary "Advisor"
//	contacts 102 ->> companies 201 279              just this row, on the first record: a defect
//	defect inverse_pair_missing contacts 102 companies 201
//
// A portal changes by the same lines, and by those with rename, undefine, unlink,
// cut, archive and merge.
//
// # Faults
//
// A server goes wrong on purpose as [Options.Faults] say; [FaultKinds] lists what
// there is, and a script ([ParseFaultFile]) says when:
//
//	associations-read              nth=3      cut 100
//	GET /crm/*/objects/contacts    every=10   429 30
//	*                              share=5%   reset-after
//	*                                         poison "deals:301,305 x2 504"
//
// Some kinds name records in front of their parameter, as ID or TYPE:ID with
// commas between them, and xTIMES behind. They hit the requests that hold one of
// these, as an input, a row of the answer, or in the path; with xTIMES the first
// ones only, for each record and each path. TYPE is the type that the path is
// about: in a pair the first one. What is said of other records stays, but where
// the whole answer is another: poison makes any other kind one about records.
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
//	GET /_sim/truth                the defects that are in the portal, and their consequences
//	GET /_sim/portal               the portal in its language
//	POST /_sim/night?seed=7        a night passes; a body says in the portal language which
//	POST /_sim/reset               the portal is as it was at first, and nothing was asked
//	POST /_sim/rate?rate=190/10s&taken=95&daily=1000    the allowance changes, as far as it is named
//	GET /_sim/exports/1.csv        the file of an export, to which its status leads
package sim
