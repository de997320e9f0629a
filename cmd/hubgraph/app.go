package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"hubgraph/crawl"
	"hubgraph/export/draw"
	"hubgraph/export/duckdb"
	"hubgraph/export/lake"
	"hubgraph/hubspot"
	"hubgraph/internal/deliver"
	"hubgraph/internal/fixtures"
	"hubgraph/internal/manual"
	"hubgraph/internal/nightly"
	"hubgraph/internal/progress"
	"hubgraph/internal/rows"
	"hubgraph/internal/secrets"
	config "hubgraph/internal/settings"
	"hubgraph/internal/terminal"
	"hubgraph/queries"
	"hubgraph/repair"
)

// env is what the program has of the world around it.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) string
	environ        func() []string // NAME=VALUE; nil: not known
}

// The exit codes, as docs/nights.md lists them.
const (
	exitFailed      = 1
	exitIncomplete  = 3
	exitAuth        = 4
	exitCheckFailed = 6
	exitGuard       = 7
	exitPlanned     = 8
	exitNoSnapshot  = 10
	exitLocked      = 11
	exitUsage       = 64
	exitLater       = 75
)

// status is a result that is no failure but has an exit code, or a failure whose
// code does not follow from its cause.
type status struct {
	code int
	err  error // nil: all has been said
}

func (s status) Error() string {
	if s.err == nil {
		return ""
	}
	return s.err.Error()
}

func (s status) Unwrap() error { return s.err }

// usage is an error in how the program was called.
func usage(format string, args ...any) error {
	return status{exitUsage, fmt.Errorf(format, args...)}
}

// interrupted is the cause of a context that a signal ended.
type interrupted struct{ signal syscall.Signal }

func (i interrupted) Error() string {
	return map[syscall.Signal]string{syscall.SIGHUP: "hung up", syscall.SIGINT: "interrupted", syscall.SIGTERM: "terminated"}[i.signal]
}

func (i interrupted) code() int { return 128 + int(i.signal) }

// app is one run of the program.
type app struct {
	*env
	raw        io.Writer // standard error as it is
	screen     io.Writer // standard output as it is
	quiet      bool
	verbose    bool
	memory     duckdb.Memory
	loaded     settings // once they were read
	started    bool     // the command line was understood
	noPager    bool
	out        *output
	closers    []func() error // of what is printed to, the last first
	apiVersion string         // of the API that the client has; empty: as --api-version says
}

// run executes a command line and returns the exit code.
func run(ctx context.Context, e *env, args []string) int {
	out := &output{to: deliver.Printing(e.stdout, e.getenv)}
	a := &app{raw: e.stderr, screen: e.stdout, out: out}
	a.env = &env{stdin: e.stdin, stdout: out, stderr: deliver.Printing(e.stderr, e.getenv), getenv: e.getenv, environ: e.environ}
	e = a.env
	root := a.root()
	root.SetArgs(args)
	root.SetIn(e.stdin)
	root.SetOut(out)
	root.SetErr(e.stderr)
	err := root.ExecuteContext(ctx)
	if closing := a.close(); err == nil {
		err = closing
	}
	if out.err != nil {
		err = out.err
	}
	if err == nil {
		return 0
	}
	var signal interrupted
	if errors.As(context.Cause(ctx), &signal) {
		err = signal
	}
	if text := errText(a.explained(err)); text != "" {
		fmt.Fprintf(e.stderr, "hubgraph: %s\n", text)
	}
	if !a.started && code(err) == exitFailed {
		fmt.Fprintln(e.stderr, "`hubgraph help` lists the commands and their flags")
		return exitUsage
	}
	return code(err)
}

// output is where results go. It remembers that one could not be printed: nobody
// looks after each line.
type output struct {
	to  io.Writer
	err error
}

// Write prints.
func (o *output) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	if err != nil && o.err == nil {
		o.err = fmt.Errorf("print the result: %w (make room, or send it elsewhere)", err)
	}
	return n, err
}

// codes are the exit codes of the errors of the packages below.
var codes = []struct {
	err  error
	code int
}{
	{crawl.ErrType, exitUsage},
	{crawl.ErrProperty, exitUsage},
	{queries.ErrUnknownCheck, exitUsage},
	{queries.ErrRows, exitUsage},
	{fixtures.ErrFolder, exitUsage},
	{queries.ErrNoFinding, exitUsage},
	{queries.ErrTooLate, exitUsage},
	{deliver.ErrUsage, exitUsage},
	{nightly.ErrOrder, exitUsage},
	{queries.ErrNoAudit, exitNoSnapshot},
	{nightly.ErrNoRepair, exitUsage},
	{lake.ErrData, exitUsage},
	{duckdb.ErrReadOnly, exitUsage},
	{draw.ErrNoRecord, exitUsage},
	{draw.ErrNoFinding, exitUsage},
	{draw.ErrNoBaseline, exitUsage},
	{lake.ErrNoSnapshot, exitNoSnapshot},
	{lake.ErrLocked, exitLocked},
	{lake.ErrOtherPortal, exitAuth},
	{hubspot.ErrUnauthorized, exitAuth},
	{secrets.ErrSecret, exitAuth},
	{hubspot.ErrScope, exitAuth},
	{hubspot.ErrDailyLimit, exitLater},
	{hubspot.ErrUnavailable, exitLater},
	{repair.ErrUsage, exitUsage},
	{repair.ErrRefused, exitGuard},
	{repair.ErrEdited, exitGuard},
	{repair.ErrExpired, exitGuard},
	{repair.ErrOtherPortal, exitGuard},
	{repair.ErrNewer, exitGuard},
	{repair.ErrCap, exitGuard},
	{repair.ErrBreaker, exitGuard},
	{nightly.ErrApplied, exitGuard},
	{nightly.ErrNoSandbox, exitGuard},
	{repair.ErrNoRun, exitUsage},
	{repair.ErrNoPlan, exitUsage},
}

func code(err error) int {
	var signal interrupted
	var s status
	switch {
	case errors.As(err, &signal):
		return signal.code()
	case errors.As(err, &s):
		return s.code
	}
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return exitFailed
}

// defaultData is where the data lies that nobody names a folder for.
const defaultData = "./hubgraph-data"

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "hubgraph",
		Short: "Audit and repair the associations of a HubSpot portal",
		Long: `hubgraph reads every record and every labelled association of a HubSpot portal,
keeps each night's state as Parquet and as one DuckDB file, finds what has
rotted, and repairs what is missing.

Try it without a portal:  hubgraph demo
What a token lacks:       hubgraph doctor
Then every night:         HUBSPOT_ACCESS_TOKEN=… hubgraph run`,
		Version:       versionLine(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknown(cmd, args[0])
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			a.started = true
			if config.NeedsNone(cmd) {
				return nil
			}
			if err := a.limitMemory(cmd); err != nil {
				return err
			}
			a.sayUnread()
			a.page(cmd, a.out)
			return checkWords(cmd.Flags())
		},
	}
	root.SetVersionTemplate("{{.Version}}\n")
	flags := root.PersistentFlags()
	flags.String("data", defaultData, "folder of the snapshots and the DuckDB file (HUBGRAPH_DATA)")
	flags.String("memory", "", "memory to keep to, such as 2GB (default: none is set; DuckDB takes up to 80 % of the machine's)")
	flags.BoolVar(&a.quiet, "quiet", false, "print results and errors only")
	flags.BoolVar(&a.noPager, "no-pager", false, "do not show long results through HUBGRAPH_PAGER, PAGER or less")
	flags.BoolVarP(&a.verbose, "verbose", "v", false, "print each request on stderr")
	root.AddCommand(a.demo(), a.run(), a.crawl(), a.audit(), long(a.findings()), a.report(), a.serve(), long(a.diff()), a.accept(), a.waive(), long(a.checks()), a.repair(), a.association(), a.label(), a.draw(), a.rebuild(), a.erase(), a.snapshots(), a.sim(), a.portalLanguage(), long(a.sql()), a.doctor(), a.version(), a.man())
	root.AddCommand(a.settingsInForce(root)) // knows the flags of all others
	root.AddCommand(a.topics()...)
	root.SetHelpCommand(helpOf(root))
	root.SetFlagErrorFunc(flagError)
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" {
			cmd.Args, cmd.RunE = cobra.ArbitraryArgs, needsCommand
			for _, shell := range cmd.Commands() {
				shell.Args, shell.Example = takes(0), "  hubgraph completion "+shell.Name()
			}
		}
	}
	arrange(root)
	manual.Fit(root)
	a.completions(root)
	return root
}

// limitMemory keeps Go's heap and DuckDB to what --memory allows; they are busy
// one after the other.
func (a *app) limitMemory(cmd *cobra.Command) error {
	s, err := a.settings(cmd)
	if err != nil {
		return err
	}
	if a.memory, err = duckdb.ParseMemory(s.String("memory")); err != nil {
		return usage("--memory: %v", err)
	}
	if a.memory > 0 {
		debug.SetMemoryLimit(int64(a.memory))
	}
	return nil
}

// display shows a person how things go, on stderr.
func (a *app) display() progress.Display {
	if a.quiet {
		return progress.Display{}
	}
	return progress.On(a.stderr, a.getenv("TERM"))
}

// log is the log of requests that -v shows.
func (a *app) log() *slog.Logger {
	if !a.verbose {
		return nil
	}
	return slog.New(slog.NewTextHandler(a.stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// formatFlag is the flag of how a result is printed.
func formatFlag(flags *pflag.FlagSet, to *string) { wordFlag(flags, to, "format", "text", "json") }

// print prints a result in the format that formatFlag sets.
func (a *app) print(format string, asJSON, asText func(io.Writer) error) error {
	if format == "json" {
		return asJSON(a.stdout)
	}
	return asText(a.person())
}

// results is where rows of a format go: text is for a person.
func (a *app) results(format string) io.Writer {
	if format == rows.Text {
		return a.person()
	}
	return a.stdout
}

// table writes a table for a person, as wide as the screen where there is one.
func (a *app) table(t terminal.Table) func(io.Writer) error {
	return func(w io.Writer) error {
		t.Width = terminal.Width(a.screen)
		_, err := io.WriteString(w, t.String())
		return err
	}
}

// object writes a value as a line of JSON.
func object(v any) func(io.Writer) error {
	return func(w io.Writer) error { return json.NewEncoder(w).Encode(v) }
}

// wordFlag adds a flag that takes one of a few words, the first where it is not given.
func wordFlag(flags *pflag.FlagSet, to *string, name string, words ...string) {
	flags.StringVar(to, name, words[0], strings.Join(words, " or "))
	_ = flags.SetAnnotation(name, "words", words) // there is such a flag
}

// checkWords holds the flags that take one of a few words to these.
func checkWords(flags *pflag.FlagSet) (err error) {
	flags.VisitAll(func(f *pflag.Flag) {
		if words := f.Annotations["words"]; words != nil && !slices.Contains(words, f.Value.String()) {
			err = badFlag{f.Name, usage("--%s %q is not known: choose %s", f.Name, f.Value, strings.Join(words, " or "))}
		}
	})
	return err
}
