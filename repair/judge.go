package repair

import "hubgraph/graphmodel"

// list is all that one record lists of a type of objects.
type list struct {
	of graphmodel.Key
	to string
}
