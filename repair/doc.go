// Package repair writes missing associations back to a portal: a plan first,
// made of an audit's findings, then its application.
//
// A plan is a file with a digest that a person can read and approve. Applying
// it looks at every operation again just before it is sent: the records must
// still live, the association that an operation mirrors must still be there, and
// what was mended meanwhile is left alone. What is sent is the union of the types
// that a pair of records has and those that it lacks, because HubSpot's
// documentation says that a labelled write replaces the labels of a pair (guide
// "Associate records"). Success is what reading back shows, never the status of
// an answer. A journal tells what was about to be sent before each batch, and
// what came of it after.
//
// The package only ever creates associations.
package repair
