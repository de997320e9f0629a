package crawl

import (
	"errors"

	"hubgraph/hubspot"
)

// passable reports whether a crawl goes on after err, with a gap in its
// coverage: the portal refused this one thing, or answered it with nonsense.
func passable(err error) bool {
	if err == nil {
		return false
	}
	class := hubspot.ClassOf(err)
	return class == hubspot.Refused || class == hubspot.Garbled
}

// dispensable reports whether a crawl goes on after err without what was asked
// for: a second opinion is not worth its end.
func dispensable(err error) bool { return passable(err) || errors.Is(err, hubspot.ErrUnavailable) }
