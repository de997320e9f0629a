package sim

import (
	"net/http"
	"slices"
)

// scope checks that the token may see the object types that a request names.
func (c *call) scope(types ...*objectType) *problem {
	for _, t := range types {
		if t != nil && c.server.without[t] {
			return missingScope(t, c.route.writes)
		}
	}
	return nil
}

// missingScope is said of an object type that the token may not see. Answers
// have been recorded with the scopes in an item of errors; in the context of the
// whole they are by the documentation.
func missingScope(t *objectType, write bool) *problem {
	if write {
		return lacksScope(t.scope("write"))
	}
	return lacksScope(t.scope("read"))
}

func lacksScope(scope string) *problem {
	p := &problem{status: http.StatusForbidden, Status: "error", Category: "MISSING_SCOPES",
		Message: "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes."}
	p.Errors = []problemDetail{{Message: "One or more of the following scopes are required.", Context: map[string][]string{"requiredGranularScopes": {scope}}}}
	return p.with("requiredGranularScopes", scope)
}

// ownersScope lets an app read the owners (reference of the endpoint).
const ownersScope = "crm.objects.owners.read"

// ownersWord stands for the owners in Options.WithoutScope.
const ownersWord = "owners"

// mayReadOwners checks that the token may see the owners.
func (c *call) mayReadOwners() error {
	if slices.Contains(c.server.options.WithoutScope, ownersWord) {
		return lacksScope(ownersScope)
	}
	return nil
}

// scope names what lets an app read or write records of a type.
func (t *objectType) scope(access string) string {
	switch {
	case t.Custom():
		return "crm.objects.custom." + access
	case t.Name == "tickets": // one scope, older than the others' scheme
		return "tickets"
	}
	return "crm.objects." + t.Name + "." + access
}
