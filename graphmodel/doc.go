// Package graphmodel holds a portal as a directed labelled graph: records are
// its vertices, and an edge from one record to another carries the set of
// association types that HubSpot lists in that direction.
//
// A Graph is filled by Put and Link, then sealed. Filling keeps a log of the
// links; sealing turns it into sorted arrays of 12 bytes an edge and 19 a record,
// on which the measures of a whole portal are computed: degrees, components, the
// hierarchy of companies, and whether each row has its inverse.
//
// The same store stands behind github.com/dominikbraun/graph (Library). That
// library's algorithms copy the whole graph into maps before their first step,
// some of them recurse, and it allows one edge a pair; so they are for
// selections (Subgraph, Neighborhood), and an edge here carries a set.
package graphmodel
