// Command hubgraph audits and repairs the associations of a HubSpot portal.
// `hubgraph help` prints what it can do.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	os.Exit(mainCode())
}

// echo is how long a signal that comes again is the same one: what ends a whole
// group of processes, as timeout does, signals each of them twice.
const echo = 200 * time.Millisecond

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
		first, at := <-signals, time.Now()
		cancel(interrupted{first.(syscall.Signal)})
		for s := range signals {
			if s != first || time.Since(at) > echo {
				os.Exit(interrupted{s.(syscall.Signal)}.code())
			}
		}
	}()
	return run(ctx, &env{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, getenv: os.Getenv, environ: os.Environ}, os.Args[1:])
}
