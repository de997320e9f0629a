package hubspot

import (
	"fmt"
	"log/slog"
)

// Secret is a token. However it is printed, logged or marshaled, it shows
// nothing.
type Secret string

const redacted = "[redacted]"

// String gives no secret away.
func (Secret) String() string { return redacted }

// Format gives no secret away, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { fmt.Fprint(f, redacted) }

// MarshalText gives no secret away, in JSON either.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue gives no secret away.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// reveal is the token itself; what signs requests and buys tokens asks for it, and
// nothing else.
func (s Secret) reveal() string { return string(s) }
