package hubspot

import (
	"context"
	"crypto/sha256"
	"errors"
)

// Fingerprint distinguishes requests: by method, path, query and body.
type Fingerprint [16]byte

// Body is the body of an answer as it came.
type Body struct {
	Gzip  bool // it is compressed
	Bytes []byte
}

// Answers remembers what a portal answered to requests that read, so that a run
// can go on where an earlier one ended. It may be used by many goroutines.
type Answers interface {
	// Recall gives the answer that was remembered first, and not recalled yet. It
	// reports false where there is none: then the portal is asked, as it is where
	// the answer cannot be decoded.
	Recall(Fingerprint) (Body, bool)
	// Keep remembers an answer that could be decoded. An error ends the call that was
	// answered.
	Keep(Fingerprint, Body) error
}

type answersKey struct{}

// WithAnswers has what is called with the context ask a before it asks the
// portal, and hand a what the portal answered. Refusals are not remembered, nor is
// anything about a request that writes.
func WithAnswers(ctx context.Context, a Answers) context.Context {
	return context.WithValue(ctx, answersKey{}, a)
}

func answersOf(ctx context.Context) Answers {
	a, _ := ctx.Value(answersKey{}).(Answers)
	return a
}

// recall has the answer that is remembered decoded, if there is one.
func (k *call) recall(answers Answers, f Fingerprint) bool {
	kept, ok := answers.Recall(f)
	if !ok {
		return false
	}
	body, err := k.client.receiver.inflate(kept)
	if err == nil {
		err = k.decode(body.data)
	}
	if err = errors.Join(err, body.Close()); err != nil {
		return false
	}
	k.client.recalled.Add(1)
	return true
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
func (forgetful) Recall(Fingerprint) (Body, bool) { return Body{}, false }
