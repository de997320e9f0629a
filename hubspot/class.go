package hubspot

import (
	"errors"
	"net/http"
)

// Class is what an error of a call comes to for whoever may ask again.
type Class uint8

// The classes of errors.
const (
	// Ended: nothing else that is asked fares better. The token is refused, the
	// host cannot be reached or trusted, or the caller's context has ended.
	Ended Class = iota
	// Refused: HubSpot says no to what was asked, and will say so again.
	Refused
	// Limited: too much was asked in a time, or in a day.
	Limited
	// Outage: nobody answered, the answer broke off, or HubSpot's servers failed.
	Outage
	// Garbled: what answered is not what HubSpot's API answers with.
	Garbled
)

// ClassOf sorts what a call ended with, which is not nil.
func ClassOf(err error) Class {
	var refused *Error
	switch {
	case errors.Is(err, ErrDailyLimit):
		return Limited
	case errors.As(err, &refused):
		return refused.class()
	case errors.Is(err, ErrUnauthorized), errors.Is(err, ErrReadOnly), errors.Is(err, ErrUnclear), isUnsent(err), untrusted(err), unreachable(err):
		return Ended
	case errors.Is(err, ErrMalformed):
		return Garbled
	}
	return Outage
}

// class sorts an answer that says no by its status (documentation, "Error
// handling").
func (e *Error) class() Class {
	switch {
	case e.Status == http.StatusTooManyRequests:
		return Limited
	case e.Status == http.StatusRequestTimeout, e.Status == http.StatusLocked, e.Status == statusMoving, e.Status >= 500:
		return Outage
	case e.Status == http.StatusUnauthorized, e.Status < 400:
		return Ended
	}
	return Refused
}
