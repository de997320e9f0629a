package repair

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// planAgain is what to do about a plan that cannot be used.
const planAgain = "make it again with `hubgraph repair plan`"

// Read reads a plan and makes sure that nobody has changed it. What is no plan of
// this schema is ErrNoPlan, a changed one ErrEdited, one of a newer schema
// ErrNewer.
func Read(name string) (*Plan, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoPlan, err)
	}
	var head struct {
		Schema *int `json:"schema"`
	}
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, fmt.Errorf("%w: %s cannot be read as JSON (%s); %s", ErrNoPlan, name, noJSON(err), planAgain)
	}
	switch {
	case head.Schema == nil:
		return nil, fmt.Errorf("%w: %s names no schema; %s", ErrNoPlan, name, planAgain)
	case *head.Schema > Schema:
		return nil, fmt.Errorf("%w: %s has schema %d, this program reads schema %d; use a newer hubgraph", ErrNewer, name, *head.Schema, Schema)
	case *head.Schema < Schema:
		return nil, fmt.Errorf("%w: %s has schema %d, this program reads schema %d; %s", ErrNoPlan, name, *head.Schema, Schema, planAgain)
	}
	p, err := decode(text)
	if err != nil {
		return nil, fmt.Errorf("%w: %s cannot be read as a plan (%s); %s", ErrEdited, name, noJSON(err), planAgain)
	}
	if p.Digest != p.digest() {
		return nil, fmt.Errorf("%w: %s was changed after it was made (its digest no longer fits); %s", ErrEdited, name, planAgain)
	}
	if err := p.vacuous(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w; %s", ErrNoPlan, name, err, planAgain)
	}
	return p, nil
}

// noJSON says why a text cannot be read, in words that name no Go types.
func noJSON(err error) string {
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.As(err, &wrong) && wrong.Field == "":
		return fmt.Sprintf("it holds the JSON %s where an object is expected", wrong.Value)
	case errors.As(err, &wrong):
		return fmt.Sprintf("the JSON %s does not fit as %s", wrong.Value, wrong.Field)
	}
	return strings.TrimPrefix(err.Error(), "json: ")
}

// decode takes the plan's own keys and no others.
func decode(text []byte) (*Plan, error) {
	var p Plan
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is something behind it")
	}
	return &p, nil
}
