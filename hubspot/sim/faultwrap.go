package sim

import (
	"cmp"
	"fmt"
	"strings"
)

// wrappingFaults are other faults, for requests that hold a record or are large.
var wrappingFaults = map[string]faultKind{
	"poison":      {about: "what holds one of the records, alone or among others, meets another fault", aim: mustAim, inner: "500", only: readsAlone},
	"most-inputs": {about: "a batch of more inputs meets another fault", above: true, inner: "status 413", only: batched},
}

// innerFault is the fault that the parameter of a wrapping kind names.
func innerFault(k faultKind, text string) (name, param string) {
	name, param, _ = strings.Cut(cmp.Or(text, k.inner), " ")
	return name, param
}

// checkInner checks a fault within another.
func (f Fault) checkInner() error {
	kind := faultKinds[f.Name]
	if kind.aim != unaimed || kind.inner != "" || kind.idle() {
		return fmt.Errorf("%s cannot be a part of another fault", f.Name)
	}
	return f.check()
}

// idle reports whether nothing but the name of a kind does something.
func (k faultKind) idle() bool {
	return k.about != "" && k.before == nil && k.instead == nil && k.edit == nil && k.body == nil && k.header == nil && k.wire == nil
}
