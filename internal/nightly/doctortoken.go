package nightly

import (
	"slices"
	"strings"

	"hubgraph/crawl"
	"hubgraph/hubspot"
)

// tokenAdvice says where a token is made, and with which scopes, for what is to be crawled:
// account service keys took the place of private apps in October 2026 (HubSpot's
// documentation, "Make API requests using a service key").
func tokenAdvice(scope crawl.Scope) string {
	return "make a service key in HubSpot, under Development, Keys, Service keys, with the scopes " +
		strings.Join(readScopes(scope), ", ") + "; a key of its own for repairs has the write scopes of the same"
}

// readScopes are the scopes that a crawl needs, sorted. Tickets have an older one for
// reading and writing; a type that HubSpot does not define needs that of custom objects.
func readScopes(scope crawl.Scope) []string {
	types := scope.Types
	if len(types) == 0 {
		types = append(slices.Clone(crawl.DefaultTypes), "p_")
	}
	var all []string
	for _, word := range types {
		t, standard := hubspot.StandardType(word)
		switch {
		case !standard:
			all = append(all, "crm.objects.custom.read", "crm.schemas.custom.read")
		case t.Name == "tickets":
			all = append(all, "tickets")
		default:
			all = append(all, "crm.objects."+t.Name+".read")
		}
	}
	if scope.Owners {
		all = append(all, "crm.objects.owners.read")
	}
	slices.Sort(all)
	return slices.Compact(all)
}
