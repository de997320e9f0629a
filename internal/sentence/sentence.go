// Package sentence has errors that are one sentence for people, and that programs can
// distinguish.
package sentence

import (
	"errors"
	"fmt"
	"io/fs"
)

// Error is a sentence that is also an error of a kind.
type Error struct {
	Kind error
	Text string
}

// Error is the sentence.
func (e *Error) Error() string { return e.Text }

// Unwrap is the kind.
func (e *Error) Unwrap() error { return e.Kind }

// New makes an error of a kind that says one sentence.
func New(kind error, format string, args ...any) error {
	return &Error{kind, fmt.Sprintf(format, args...)}
}

// Cause takes operation and path off an error of the file system: the sentence
// around it names them.
func Cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
