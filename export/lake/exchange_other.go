//go:build !linux && !darwin

package lake

import "errors"

// exchange has two paths, both there, change places in one step.
func exchange(string, string) error { return errors.ErrUnsupported }
