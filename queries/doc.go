// Package queries holds the checks and runs them: canned SQL over a snapshot,
// and the life of what they find from audit to audit.
package queries
