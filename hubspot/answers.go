package hubspot

import (
	"context"
	"crypto/sha256"
)

// Fingerprint tells requests apart: by method, path, query and body.
type Fingerprint [16]byte

// Answers remembers what a portal answered to requests that read, so that a run
// can go on where an earlier one ended. It may be used by many goroutines.
type Answers interface {
	// Recall hands the answer that was remembered first, and not recalled yet, to
	// decode. It reports false where there is none, or none that decode takes: then
	// the portal is asked.
	Recall(f Fingerprint, decode func(body []byte) error) bool
	// Keep remembers an answer that could be decoded. Its body is only good until
	// Keep returns. An error ends the call that was answered.
	Keep(f Fingerprint, body []byte) error
}

type answersKey struct{}

// WithAnswers has what is called with the context ask a before it asks the
// portal, and tell a what the portal answered. Refusals are not remembered, nor is
// anything about a request that writes.
func WithAnswers(ctx context.Context, a Answers) context.Context {
	return context.WithValue(ctx, answersKey{}, a)
}

func answersOf(ctx context.Context) Answers {
	a, _ := ctx.Value(answersKey{}).(Answers)
	return a
}

// fingerprint is that of a request. The lengths are part of it in so far as
// neither a method nor a target holds a line break.
func fingerprint(method, target string, body []byte) Fingerprint {
	h := sha256.New()
	h.Write([]byte(method + " " + target + "\n"))
	h.Write(body)
	return Fingerprint(h.Sum(nil))
}

// Anew has what is called with the context ask the portal, whatever is
// remembered. What it answers is remembered as before.
func Anew(ctx context.Context) context.Context {
	if a := answersOf(ctx); a != nil {
		return WithAnswers(ctx, forgetful{a})
	}
	return ctx
}

type forgetful struct{ Answers }

// Recall finds nothing.
func (forgetful) Recall(Fingerprint, func([]byte) error) bool { return false }
