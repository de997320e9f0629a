// Package hubspot reads a HubSpot portal over HTTP: records, associations with
// their types, the definitions of both, pipelines and the account. Given the right
// to it, it creates and removes associations, and defines labels and limits.
//
// It speaks both path families of the API (v4 with v3 objects, and the
// date-based versions), takes ids as numbers or strings, reads partial answers
// item by item, keeps to the portal's rate limit, and repeats what can be
// repeated. What was asked and not answered is named, never dropped.
package hubspot
