// Package repair writes to the associations of a portal: a plan first, then its
// application, and where that was wrong its undo.
//
// A plan is a file with a digest that a person can read and approve. It says of each
// operation what has to be true of the portal, and applying it reads all of that again
// just before the operation is sent; what no longer holds is left alone, and said. What is
// sent is the union of the types that a pair of records has, on either side, and those that
// it lacks, because HubSpot's documentation says that a labelled write replaces the labels
// of a pair (guide "Associate records"). What would take a place that another record holds
// is not sent, whatever the plan says: the one primary company, the parent, the last place
// of a limit.
//
// Success is what reading back both ends shows, never the status of an answer. A journal
// records what was about to be sent before each batch, and what came of it after; a run that
// ended anywhere can be gone on with, and taken back.
//
// Operations that add get the right to create associations and no other. Removals are what
// an undo plans, or what somebody asks for, and get the right to remove; labels and limits
// are defined with a right of their own.
//
// Direct does the same without a plan file and without a snapshot: it resolves what somebody
// asks for, a pair or a file longer than memory, against the portal as it is now, and sends
// it through the same judge, journal and reading back, some lines at a time.
package repair
