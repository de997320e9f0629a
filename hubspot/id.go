package hubspot

import (
	"errors"
	"strconv"
)

// id is a record's id in JSON: HubSpot sends some as numbers and some as
// strings, and its specification and its traffic disagree on which. It is never
// a float64: ids exceed 2^53.
type id int64

// UnmarshalJSON takes 123 and "123".
func (i *id) UnmarshalJSON(text []byte) error {
	digits := text
	if len(text) > 1 && text[0] == '"' && text[len(text)-1] == '"' {
		digits = text[1 : len(text)-1]
	}
	n, err := strconv.ParseInt(string(digits), 10, 64)
	if err != nil || digits[0] == '-' || digits[0] == '+' {
		return errors.New("a record id is not a whole number")
	}
	*i = id(n)
	return nil
}
