package hubspot

import (
	"errors"
	"fmt"
)

// recordRef, typeRef and typedInput are the parts of a batch that writes.
type (
	recordRef struct {
		ID int64 `json:"id,string"`
	}
	typeRef struct {
		Category string `json:"associationCategory"`
		TypeID   int32  `json:"associationTypeId"`
	}
	typedInput struct {
		From  recordRef `json:"from"`
		To    recordRef `json:"to"`
		Types []typeRef `json:"types"`
	}
)

// inputsOf is the body of a batch.
type inputsOf[Input any] struct {
	Inputs []Input `json:"inputs"`
}

// typedInputs is the body of a batch that names types. What cannot be an input is
// refused, in one sentence that begins with what it was for.
func typedInputs(verb, from, to string, inputs []CreateInput) (body inputsOf[typedInput], err error) {
	body.Inputs = make([]typedInput, len(inputs))
	for i, in := range inputs {
		types, err := typeRefs(in.Types)
		if err == nil {
			err = checkEnds(from, to, in.From, in.To)
		}
		if err != nil {
			return body, fmt.Errorf("%s %d to %d: %w", verb, in.From, in.To, err)
		}
		body.Inputs[i] = typedInput{recordRef{in.From}, recordRef{in.To}, types}
	}
	return body, nil
}

// typeRefs names association types. HubSpot answers 2xx to none, and does
// nothing.
func typeRefs(types []LinkType) ([]typeRef, error) {
	if len(types) == 0 {
		return nil, errors.New("no association types are given")
	}
	refs := make([]typeRef, len(types))
	for i, t := range types {
		if t.Category == "" || t.ID < 1 {
			return nil, fmt.Errorf("%q %d is no association type: it needs a category and an id above 0", t.Category, t.ID)
		}
		refs[i] = typeRef{t.Category, t.ID}
	}
	return refs, nil
}

// checkEnds refuses what two records that can be associated are not.
func checkEnds(from, to string, a, b int64) error {
	switch {
	case a < 1 || b < 1:
		return errors.New("a record id is a number above 0")
	case a == b && sameType(from, to):
		return errors.New("a record cannot be associated with itself")
	}
	return nil
}

// sameType reports whether two spellings name the same object type.
func sameType(a, b string) bool {
	s, ok := StandardType(a)
	t, _ := StandardType(b)
	return a == b || ok && s == t
}

// checkSize refuses a batch that is larger than HubSpot takes.
func checkSize(verb string, n, most int) error {
	if n > most {
		return fmt.Errorf("%s %d associations: HubSpot takes %d in a call", verb, n, most)
	}
	return nil
}
