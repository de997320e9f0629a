package main

import (
	"errors"
	"flag"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"hubgraph/hubspot/sim"
	"hubgraph/internal/failat"
	"hubgraph/internal/leaks"
	"hubgraph/internal/replay"
)

var update = flag.Bool("update", false, "write what the program prints into the scripts")

func TestMain(m *testing.M) {
	if err := failat.Begin(); err != nil {
		panic(err)
	}
	if replay.Serve() || lockedToWrite(os.Getenv(writeLock)) {
		return
	}
	testscript.Main(leaks.Watch(m), map[string]func(){"hubgraph": main, "peak": peak})
}

// TestScripts runs the program as its users do. Beside testscript's own commands
// there are serve, night and code.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup: func(e *testscript.Env) error {
			e.Setenv("HUBSPOT_ACCESS_TOKEN", scriptToken)
			e.Defer(func() {
				if left, _ := filepath.Glob(filepath.Join(e.WorkDir, "*", "work", "run-*")); len(left) > 0 {
					e.T().Fatal("left: ", left)
				}
			})
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve":   serveCommand,
			"night":   nightCommand,
			"code":    codeCommand,
			"waitfor": waitForCommand,
		},
	})
}

const scriptToken = "token-of-the-portal"

// unhurried is more searches a second than a crawl of these tests sends.
const unhurried = 1000

// serveCommand serves the portal of a file until the script ends: serve FILE
// [FAULT=N | faults=FILE | scope=TYPE | daily=N | rate=N/TIME | oauth=LIFE]…. Its base URL goes
// into HUBSPOT_BASE_URL. With oauth, an app's access tokens are good for LIFE.
func serveCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: serve FILE [FAULT=N | faults=FILE | scope=TYPE | daily=N | rate=N/TIME | oauth=LIFE]…")
	}
	portal, err := sim.Parse(args[0], ts.ReadFile(args[0]))
	ts.Check(err)
	options := sim.Options{Token: scriptToken, PageSize: 3}
	var faults []string
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		switch name {
		case "scope":
			options.WithoutScope = append(options.WithoutScope, value)
		case "daily":
			options.Daily, err = strconv.Atoi(value)
		case "rate":
			options.Rate, err = sim.ParseRate(value)
		case "oauth":
			options.OAuth = sim.OAuth{ClientID: "app-id", ClientSecret: "app-secret", Refresh: "app-refresh"}
			options.TokenLife, err = time.ParseDuration(value)
		case "faults":
			options.Faults, err = sim.ParseFaultFile(value, ts.ReadFile(value))
		default:
			faults = append(faults, arg)
		}
		ts.Check(err)
	}
	more, err := sim.ParseFaults(faults)
	ts.Check(err)
	options.Faults = append(options.Faults, more...)
	url, stop, err := sim.NewServer(portal, options).Start("127.0.0.1:0")
	ts.Check(err)
	ts.Defer(stop)
	ts.Setenv("HUBSPOT_BASE_URL", url)
}

// nightCommand lets a night pass in the portal that is served: night FILE, in
// the portal language.
func nightCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: night FILE")
	}
	resp, err := http.Post(ts.Getenv("HUBSPOT_BASE_URL")+"/_sim/night", "text/plain", strings.NewReader(ts.ReadFile(args[0])))
	ts.Check(err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		said, _ := io.ReadAll(resp.Body)
		ts.Fatalf("night: %s", said)
	}
}

// codeCommand runs a program that must end with an exit code: code N PROGRAM
// [ARG…]. What it prints is for stdout and stderr.
func codeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N PROGRAM [ARG…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var exit *exec.ExitError
		if !errors.As(err, &exit) {
			ts.Fatalf("run %s: %v", args[1], err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// waitForCommand waits until a program has written something into a file:
// waitfor FILE.
func waitForCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waitfor FILE")
	}
	for range 2000 {
		if info, err := os.Stat(ts.MkAbs(args[0])); err == nil && info.Size() > 0 {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	ts.Fatalf("%s stays empty", args[0])
}
