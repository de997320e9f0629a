// Mutants tests the tests: it plants bugs, one at a time, and expects the suite to
// turn red. Each bug is a file of the folder bugs:
//
//	breaks: what is then wrong
//	test: PACKAGE PATTERN
//	-- FILE --
//	the text that is there now
//	---- becomes ----
//	what stands in its place
//
// PACKAGE is a folder of the module and PATTERN a -run pattern of the tests that
// must fail there. A bug may change several files, or a file several times.
//
// The module is copied into a temporary folder, where the named tests are first run
// as they are. The exit code is 1 where a bug survives, no longer applies or does
// not compile. Names of bugs as arguments choose among them.
//
//	go run ./internal/mutants [NAME ...]
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code, err := run(ctx, os.Stdout, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
	}
	os.Exit(code)
}

func run(ctx context.Context, out io.Writer, names []string) (code int, err error) {
	mutants, err := chosen(names)
	if err != nil {
		return 2, err
	}
	m, err := copyModule(ctx)
	if err != nil {
		return 2, err
	}
	defer os.RemoveAll(m.dir)
	if err := m.baseline(ctx, mutants); err != nil {
		return 2, err
	}
	const row = "%-28s  %7s  %s\n" // one at a time: this takes minutes
	fmt.Fprintf(out, row, "BUG", "SECONDS", "CAUGHT BY")
	for _, b := range mutants {
		started := time.Now()
		by, err := m.plant(ctx, b)
		if ctx.Err() != nil {
			return 2, ctx.Err()
		}
		if err != nil {
			code, by = 1, fmt.Sprintf("NOTHING (%s): %v", b.breaks, err)
		}
		fmt.Fprintf(out, row, b.name, fmt.Sprintf("%.0f", time.Since(started).Seconds()), by)
	}
	return code, nil
}

// chosen are the bugs with these names, or all.
func chosen(names []string) ([]mutant, error) {
	mutants, err := all()
	if err != nil || len(names) == 0 {
		return mutants, err
	}
	for _, name := range names {
		if !slices.ContainsFunc(mutants, func(m mutant) bool { return m.name == name }) {
			return nil, fmt.Errorf("there is no bug %q", name)
		}
	}
	return slices.DeleteFunc(mutants, func(m mutant) bool { return !slices.Contains(names, m.name) }), nil
}
