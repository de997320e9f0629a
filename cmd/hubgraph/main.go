// Command hubgraph audits and repairs the associations of a HubSpot portal.
// `hubgraph help` tells what it can do.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(mainCode())
}

// mainCode runs the command line under the signals: the first one asks the
// program to settle what it is doing, a second one ends it at once.
func mainCode() int {
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	signal.Ignore(syscall.SIGXFSZ) // a file that may not grow is an error like a full disk
	go func() {
		cancel(interrupted{(<-signals).(syscall.Signal)})
		os.Exit(interrupted{(<-signals).(syscall.Signal)}.code())
	}()
	return run(ctx, &env{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv}, os.Args[1:])
}
