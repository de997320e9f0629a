package hubspot

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// What a caller may have to distinguish; ask with errors.Is.
var (
	// ErrUnauthorized: HubSpot does not take the token (401).
	ErrUnauthorized = errors.New("the token is refused")
	// ErrScope: the token lacks a scope, or its user a permission (403).
	ErrScope = errors.New("the token lacks a scope")
	// ErrNotFound: there is no such thing (404), or no such object type (400).
	ErrNotFound = errors.New("not found")
	// ErrDailyLimit: the account's allowance of the day is used up (429 DAILY).
	ErrDailyLimit = errors.New("the daily limit is used up")
	// ErrUnavailable: nobody answered, or with 5xx, to the last attempt.
	ErrUnavailable = errors.New("HubSpot does not answer")
	// ErrMalformed: what answered is not what HubSpot's API answers with.
	ErrMalformed = errors.New("the answer is not HubSpot's")
	// ErrUnclear: a write was sent, and whether it was done is not known.
	ErrUnclear = errors.New("whether it was written is not known")
	// ErrReadOnly: a write without the right to write; nothing was sent.
	ErrReadOnly = errors.New("this command does not write to the portal")
)

// Error is an answer in which HubSpot refuses a request. Its fields are those of
// HubSpot's error document (documentation, "Error handling"); each may be empty.
type Error struct {
	Method, Path  string
	Status        int
	Category      string
	SubCategory   string
	Message       string
	CorrelationID string
	PolicyName    string // of a rate limit: TEN_SECONDLY_ROLLING, DAILY, SECONDLY
	Context       map[string][]string
	RetryAfter    time.Duration // 0 where HubSpot does not say

	named bool      // RetryAfter was in the answer
	at    time.Time // when the answer came
}

// statusMoving: HubSpot moves the account between its data centres, for up to a
// day, and says how long (documentation, "Error handling").
const statusMoving = 477

// unknownType is how HubSpot's refusal of an object type that the portal does
// not have begins: a 400 without a subCategory that would say it.
const unknownType = "Unable to infer object type"

// policyDaily is the PolicyName of the daily limit.
const policyDaily = "DAILY"

// Error is a sentence for a person.
func (e *Error) Error() string {
	said := cmp.Or(e.Message, http.StatusText(e.Status), "nothing")
	switch e.Status {
	case http.StatusUnauthorized:
		return fmt.Sprintf("HubSpot refuses the token (401 %s): check that it is complete, not revoked, and of this portal%s", cmp.Or(e.Category, said), e.correlation())
	case http.StatusForbidden:
		if scopes := e.scopes(); len(scopes) > 0 {
			return fmt.Sprintf("the token lacks a scope for %s: give the app %s", e.Path, strings.Join(scopes, " or ")) + e.correlation()
		}
		return fmt.Sprintf("the token may not do this: %s %s: %s", e.Method, e.Path, said) + e.correlation()
	}
	if errors.Is(e, ErrDailyLimit) {
		return "HubSpot's daily limit for this account is used up; it is reset at midnight in the portal's time zone"
	}
	text := fmt.Sprintf("%s %s: HubSpot answers %d", e.Method, e.Path, e.Status)
	if e.Category != "" {
		text += " " + e.Category
	}
	text += ": " + said + e.invalid()
	if e.RetryAfter > 0 {
		text += ", come back after " + e.at.Add(e.RetryAfter).UTC().Format(time.RFC3339)
	}
	return text + e.correlation()
}

// correlation is what HubSpot's support asks for.
func (e *Error) correlation() string {
	if e.CorrelationID == "" {
		return ""
	}
	return ", correlation id " + e.CorrelationID
}

// mostInvalid is how many of the things that HubSpot calls invalid an error shows.
const mostInvalid = 5

// invalid are the records and association types that HubSpot calls invalid: of a
// batch that is refused as a whole the message does not say which.
func (e *Error) invalid() string {
	var all []string
	for key, texts := range e.Context {
		if strings.HasPrefix(key, "INVALID_") {
			all = append(all, texts...)
		}
	}
	if len(all) == 0 {
		return ""
	}
	slices.Sort(all)
	if more := len(all) - mostInvalid; more > 0 {
		all = append(all[:mostInvalid], fmt.Sprintf("%d more", more))
	}
	return " (" + strings.Join(all, "; ") + ")"
}

// scopes are those that HubSpot says are missing, under the names that it has
// used for them.
func (e *Error) scopes() []string {
	for _, key := range []string{"requiredGranularScopes", "requiredScopes", "missingScopes"} {
		if scopes := e.Context[key]; len(scopes) > 0 {
			return slices.Sorted(slices.Values(scopes))
		}
	}
	return nil
}

// Is sorts answers into the errors above.
func (e *Error) Is(target error) bool {
	switch target {
	case ErrUnauthorized:
		return e.Status == http.StatusUnauthorized
	case ErrScope:
		return e.Status == http.StatusForbidden
	case ErrNotFound:
		return e.Status == http.StatusNotFound || e.Status == http.StatusBadRequest && strings.HasPrefix(e.Message, unknownType)
	case ErrDailyLimit:
		return e.Status == http.StatusTooManyRequests && e.PolicyName == policyDaily
	case ErrUnavailable:
		return e.Status >= 500 || e.Status == statusMoving || e.Status == http.StatusRequestTimeout ||
			e.Status == http.StatusTooManyRequests && e.PolicyName != policyDaily
	}
	return false
}

// ItemError is a part of a batch that HubSpot refuses.
type ItemError struct {
	ID                             int64 // the record it names; 0 where it names none
	Category, SubCategory, Message string
}
