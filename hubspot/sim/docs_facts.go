// # Open questions
//
// Some of HubSpot's behavior is not documented, or contradicted. For each of
// these questions there is a fact, which a line of the portal language sets, such
// as fact merge=primary. The first value is the default; the lines below it say
// what differs, and why the default is what it is. [Facts] lists them too.
//
//	label-write       replace, add
//	                  what a write of labels does to the other labels of the pair of records
//	                  HubSpot's guide says replace; users of some portals report that labels add up
//	plain-write       keep, replace
//	                  what a write of the plain type does to the labels of the pair of records
//	                  not documented; nobody reports lost labels
//	auto-primary      off, on
//	                  whether a record's first company becomes its primary one
//	                  seen in the user interface, not documented for the API
//	create-status     201, 200
//	                  the status of a batch create in the dated versions
//	                  the specification says 201; its draft of 2026-09 says 200
//	put-status        201, 200
//	                  the status of a PUT between two records
//	                  the specification says 201; users saw 200
//	v3-create-status  200, 201
//	                  the status of a batch create in v3
//	                  an issue of the Python client dates the change from 201 to 200 to 2025-08-21
//	default-result    both, one
//	                  whether a default association is answered with a row for each direction
//	                  recorded answers have two rows; the specification does not say
//	default-body      ignored, refused
//	                  whether the dated PUT of a default association refuses a body
//	                  one package claims that 2026-09 does
//	bad-id            item, batch
//	                  whether an id that is no number fails its input or the whole batch
//	                  client code exists for both
//	bad-type          batch, item
//	                  whether a type that does not fit the pair fails the whole batch or its input
//	                  answers of v4 were seen with 400, those of v3 with an item
//	wrong-direction   named, unnamed
//	                  whether a type of the other direction gets an error text of its own
//	                  seen in one sandbox
//	missing-record    item, batch, dated-batch
//	                  whether a record that is not there fails its input, the whole batch, or the whole batch in the dated versions only
//	                  items are recorded; one package claims the last of 2026-09
//	record-cap        250000, 500000, 50000, 10000, 1000
//	                  the most records of one type that a record can be associated with
//	                  250,000 by HubSpot's changelog of 2025-12-02, 50,000 before; the others are published for subscriptions and pairs
//	label-cap         50, 10
//	                  the most labels that a pair of object types can have
//	                  seen in live runs; HubSpot's older documentation says 10
//	limit-error       unnamed, named, item
//	                  how the cap of associations reads: 400, 400 with the subCategory ASSOCIATIONS_LIMIT_EXCEEDED, or an item
//	                  not documented; one third party names the subCategory
//	limit-range       item, batch
//	                  whether a limit that is out of its range fails its input or the whole batch
//	                  HubSpot's changelog says only that the message names the range
//	ids               number, string, dated-string
//	                  how the ids of associated records are written: as numbers, as text, or as text in the dated versions only
//	                  recorded answers have numbers, the specification says text
//	page-size         500, 100
//	                  the records that one input of a batch read gets at once
//	                  not documented for v4; 500 is the page of the single read, 100 that of v3
//	errors            whole, trimmed
//	                  whether a batch lists all of its error items
//	                  one recorded answer counts 36 errors and lists 1
//	duplicate-input   once, each
//	                  how often a batch read answers an id that is asked twice
//	                  not known
//	missing-from      empty, missing
//	                  what a batch read says of a record that is archived or was never there
//	                  reported to be the same as for one without associations
//	missing-single    404, empty
//	                  what the read of one record's associations says of a record that is not there
//	                  not documented
//	cursor            any, decoded
//	                  whether a query takes cursors in their percent-encoded form too
//	                  HubSpot hands them out encoded, and clients encode them again
//	read-lag          none, 2s
//	                  how long reads of associations may show what stood before a write
//	                  normally none is seen, and nothing is promised
//	version-first     yes, no
//	                  whether /crm/associations/v4/… answers like /crm/v4/associations/…
//	                  part of the specification writes it so, no client sends it
//	merge             new-id, primary
//	                  which record is left after a merge
//	                  HubSpot's changelog announces a new id; older portals keep the primary record
//	archived-links    hidden, kept
//	                  whether associations with archived records are still listed
//	                  HubSpot's help says that deleting removes them; no source for the API
//	parent-label      14, 13
//	                  which of the types 13 and 14 reads Parent Company
//	                  the guide names the directions, not the texts
//	lead-deal         both, one-way
//	                  whether a deal lists the lead that lists it
//	                  one portal was seen to list 582 on leads and nothing on deals
//	unlisted-inverse  none, neighbor
//	                  whether the types without a listed inverse have the neighboring id as theirs
//	                  every listed inverse is a neighbor, 27 types have none listed
//	same-object-label one, two
//	                  how many types a label without a second text makes between records of one type
//	                  elsewhere it makes two; for this case no answer is recorded
//	taken-name        400, 409
//	                  the status for a label whose name is taken
//	                  names must be unique; the status is not documented
//	definition-lag    none, seen
//	                  whether lists of types show a label only 5 s later, schemas 60 s later, its name stays taken for 5 min and its count for 40 s after it is gone
//	                  seen in one set of live runs, with times that varied
//	purge-status      200, 204
//	                  the status of a purge of limits in the dated versions
//	                  the specification says 200; one set of live runs got 204
//	association-rate  counted, exempt
//	                  whether batch reads of associations count against the ten-second limit
//	                  the usage guidelines exempt search alone; one version of the specification exempts them too
package sim
