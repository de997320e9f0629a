package nightly

import (
	"errors"
	"fmt"
	"os"
	"testing"

	"hubgraph/internal/leaks"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(auditIn); dir != "" {
		if err := errors.Join(auditAlone(dir, os.Args[1]), printPeak()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(leaks.Watch(m).Run())
}
