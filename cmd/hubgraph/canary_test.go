package main

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"hubgraph/hubspot/sim"
)

// The canaries: what they show up in has shown a secret, or a person. Escaped in an address
// they are other texts.
const (
	canaryToken   = "pat-na1-c4n4ry+T0ken/5e7b=91d2c3a8f604"
	canarySecret  = "app+53cr3t/0f=the-canary-8d1f2e6b7a9c"
	canaryRefresh = "app+r3fr35h/0f=a-canary-c2b7d90e4f1a"
)

// People whom the portal knows, as what names them: nobody has asked for any of it, so
// that it is to show up nowhere either. Of an address the domain may, and names of deals
// and companies do.
var canaryPeople = []string{"Ottoline-Ravensworth-Pellew", "ottoline.ravensworth.pellew+canary@mail.example", "+44-7700-900-461-canary", "Call with Peregrine Ashdown",
	"Peregrine-Ashdown-of-Sales", "peregrine.ashdown.of.sales+canary@mail.example"}

const canaryDeal = "Twelve looms for the mill"

// canaryCell is a portal that throws what it is sent back, in one way.
type canaryCell struct {
	name  string
	app   bool             // an OAuth app's secrets, instead of a token
	on    *regexp.Regexp   // the paths that are answered so; nil: none
	code  map[string]int   // the exit codes of commands that do not end with 0
	throw http.HandlerFunc // is called with what it is to throw back in the header Thrown
	kill  bool             // on such a request the program is killed
	more  bool             // all commands are run, and not only those that ask much
}

var (
	everyPath   = regexp.MustCompile(`.`)
	dealsPath   = regexp.MustCompile(`/(0-3|deals)(/search)?$`)
	batchPath   = regexp.MustCompile(`associations/.*/batch/read$`)
	tokenPath   = regexp.MustCompile(`^/oauth/`)
	accountPath = regexp.MustCompile(`account-info`)
)

// thrown answers with a status and a text in which $ is what is thrown back.
func thrown(status int, kind, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("X-HubSpot-Correlation-Id", r.Header.Get("Thrown"))
		w.Header().Set("Location", "http://other.invalid/?t="+r.Header.Get("Thrown"))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, strings.ReplaceAll(text, "$", r.Header.Get("Thrown"))) // a client that ends does not care
	}
}

var canaryCells = []canaryCell{
	{name: "healthy", more: true},
	{name: "an app", app: true, more: true},
	{name: "killed", on: batchPath, kill: true, code: map[string]int{"crawl": -1, "run": -1}},
	{name: "401", on: everyPath, code: map[string]int{"crawl": 4, "run": 4, "doctor": 4},
		throw: thrown(401, "application/json", `{"status":"error","message":"bad token $","correlationId":"$","category":"$"}`)},
	{name: "401 for an app", app: true, on: accountPath, code: map[string]int{"crawl": 4, "run": 4, "doctor": 4},
		throw: thrown(401, "application/json", `{"status":"error","message":"bad token $","category":"EXPIRED_AUTHENTICATION"}`)},
	{name: "403", on: dealsPath, code: map[string]int{"crawl": 3, "run": 3, "audit": 3, "doctor": 1},
		throw: thrown(403, "application/json", `{"status":"error","message":"no scope for $","category":"MISSING_SCOPES","errors":[{"message":"$","context":{"requiredGranularScopes":["$"]}}]}`)},
	{name: "400", on: dealsPath, code: map[string]int{"crawl": 3, "run": 3, "audit": 3, "doctor": 1},
		throw: thrown(400, "application/json", `{"status":"error","message":"what is $?","subCategory":"$","context":{"$":["$"]}}`)},
	{name: "HTML", on: dealsPath, code: map[string]int{"crawl": 3, "run": 3, "audit": 3, "doctor": 1}, throw: thrown(200, "text/html; x=$", "<html>$<pre>Authorization: Bearer $</pre>")},
	{name: "malformed", on: dealsPath, code: map[string]int{"crawl": 3, "run": 3, "audit": 3, "doctor": 1}, throw: thrown(200, "application/json", `{"results":[{"id":"$","properties":{"$":"$"`)},
	{name: "refused inputs", on: batchPath, code: map[string]int{"crawl": 3, "run": 3, "audit": 3},
		throw: thrown(207, "application/json", `{"status":"COMPLETE","results":[],"numErrors":1,"errors":[{"status":"error","category":"$","subCategory":"$","message":"cannot read $","context":{"fromObjectId":["1"],"id":["1"]}}]}`)},
	{name: "redirect", on: everyPath, code: map[string]int{"crawl": 1, "run": 1, "doctor": 1}, throw: thrown(302, "text/html", "$")},
	{name: "no renewal", app: true, on: tokenPath, code: map[string]int{"crawl": 4, "run": 4, "doctor": 4},
		throw: thrown(400, "application/json", `{"status":"$","error":"$","error_description":"$","message":"bad secret $"}`)},
}

// TestTheTokenAppearsNowhere runs the commands as real processes against a portal
// that throws the secrets back at them, and scans all that they print and all that
// they leave.
func TestTheTokenAppearsNowhere(t *testing.T) {
	for _, cell := range canaryCells {
		t.Run(cell.name, func(t *testing.T) {
			t.Parallel()
			c := newCanary(t, cell)
			for _, line := range cell.commands() {
				c.run(line)
			}
			if cell.more {
				if printed := c.run("sql SELECT_name_FROM_objects"); !strings.Contains(printed, canaryDeal) {
					t.Errorf("the deal has no name: %s", printed)
				}
				c.repair()
			}
			if left, _ := filepath.Glob(filepath.Join(c.dir, "data", "work", "*")); cell.kill && len(left) < 2 {
				t.Errorf("the killed crawl left only %v to look at", left)
			}
			for _, leak := range leaksBelow(t, c.dir, c.secrets) {
				t.Error(leak)
			}
		})
	}
}

// commands are the command lines of a cell.
func (c canaryCell) commands() []string {
	lines := []string{"crawl -v", "doctor -v", "run -v"}
	if c.more || c.code["crawl"] == exitIncomplete {
		lines = append(lines, "audit -v --format json", "snapshots list", "snapshots verify")
	}
	if c.more {
		lines = append(lines, "crawl --dry-run -v", "rebuild", "checks", "draw map --output map.dot", "draw record deals:21 --hops 2 --output deal.svg", "sql FROM_coverage", "version -v",
			"snapshots forget --keep-last 1", "nonsense", "crawl --nonsense")
	}
	return lines
}

// canary is a portal that throws back, and a folder to work in.
type canary struct {
	t    *testing.T
	cell canaryCell
	url  string
	dir  string

	mu      sync.Mutex
	secrets []string
	process *os.Process // that runs
	doomed  bool        // it is to be killed
}

// canaryPortal has a pair whose way back is missing, to repair.
const canaryPortal = `
portal 77
owner 42 first=Peregrine-Ashdown-of-Sales email=peregrine.ashdown.of.sales+canary@mail.example
object p_guests 2-1 display=email
contacts 1 firstname=Ottoline-Ravensworth-Pellew email=ottoline.ravensworth.pellew+canary@mail.example phone=+44-7700-900-461-canary hubspot_owner_id=42
contacts 2
companies 11
deals 21 dealname="Twelve looms for the mill"
p_guests 31 email=ottoline.ravensworth.pellew+canary@mail.example
tickets 41 content="Call with Peregrine Ashdown"
contacts 1 -> companies 11
contacts 2 ->> companies 11 279
deals 21 -> contacts 1
`

func newCanary(t *testing.T, cell canaryCell) *canary {
	t.Helper()
	portal, err := sim.Parse("portal", canaryPortal)
	if err != nil {
		t.Fatal(err)
	}
	options := sim.Options{Token: canaryToken}
	if cell.app {
		options = sim.Options{OAuth: sim.OAuth{ClientID: "app-id", ClientSecret: canarySecret, Refresh: canaryRefresh}}
	}
	server := sim.NewServer(portal, options)
	c := &canary{t: t, cell: cell, dir: t.TempDir(), secrets: append([]string{canaryToken, canarySecret, canaryRefresh}, canaryPeople...)}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		throw := c.throwBack(r)
		switch {
		case cell.on == nil || !cell.on.MatchString(r.URL.Path):
			server.ServeHTTP(w, r)
		case cell.kill:
			c.mu.Lock()
			defer c.mu.Unlock()
			if c.doomed { // what a killed one had under way may come when the next one runs
				_ = c.process.Kill() // it may be another request's already
			}
		default:
			r.Header.Set("Thrown", throw)
			cell.throw(w, r)
		}
	}))
	t.Cleanup(web.Close)
	c.url = web.URL
	return c
}

// throwBack is what a request is answered with, and notes the secrets in it: an
// app's access tokens are known from there alone.
func (c *canary) throwBack(r *http.Request) string {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return ""
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	sent := r.Header.Get("Authorization")
	token := strings.TrimPrefix(sent, "Bearer ")
	if token != "" {
		c.mu.Lock()
		defer c.mu.Unlock()
		if !slices.Contains(c.secrets, token) {
			c.secrets = append(c.secrets, token)
		}
	} else {
		form, _ := url.ParseQuery(string(body)) // of the token endpoint
		token = form.Get("client_secret") + " " + form.Get("refresh_token")
		sent = string(body)
	}
	return fmt.Sprintf("%s %s %s %s", token, url.QueryEscape(token), base64.StdEncoding.EncodeToString([]byte(token)), base64.URLEncoding.EncodeToString([]byte(sent)))
}

// run runs a command line and scans what it shows of itself.
func (c *canary) run(line string) string {
	c.t.Helper()
	args := strings.Fields(line)
	for i := range args {
		args[i] = strings.ReplaceAll(args[i], "_", " ")
	}
	cmd := exec.Command("hubgraph", args...)
	cmd.Dir = c.dir
	cmd.Env = append(os.Environ(), "HUBSPOT_BASE_URL="+c.url, "HUBGRAPH_DATA="+filepath.Join(c.dir, "data"), "HUBSPOT_WRITE_TOKEN=")
	if c.cell.app {
		cmd.Env = append(cmd.Env, oauthID+"=app-id", oauthSecret+"="+canarySecret, oauthRefresh+"="+canaryRefresh)
	} else {
		cmd.Env = append(cmd.Env, "HUBSPOT_ACCESS_TOKEN="+canaryToken)
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	c.mu.Lock() // no request is killed for before the process is known
	err := cmd.Start()
	c.process, c.doomed = cmd.Process, c.want(args) == -1
	c.mu.Unlock()
	if err != nil {
		c.t.Fatal(err)
	}
	shown := commandLine(cmd.Process.Pid)
	if !bytes.Contains(shown, []byte(args[0])) {
		c.t.Errorf("%s: the command line is %q", line, shown)
	}
	_ = cmd.Wait() // its code says it
	if got, want := cmd.ProcessState.ExitCode(), c.want(args); got != want {
		c.t.Errorf("%s: exit code %d, want %d: %s", line, got, want, &out)
	}
	for what, text := range map[string][]byte{"prints": out.Bytes(), "is called as": shown} {
		if form := leakIn(text, c.secrets); form != "" {
			c.t.Errorf("%s %s %s: %s", line, what, form, text)
		}
	}
	return out.String()
}

// commandLine is what everybody sees of how a process was called. While it is
// being started that is nothing yet.
func commandLine(pid int) (shown []byte) {
	for range 10_000 {
		shown, _ = os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
		if len(shown) > 0 {
			break
		}
		runtime.Gosched()
	}
	return shown
}

// want is the exit code of a command.
func (c *canary) want(args []string) int {
	if slices.Contains(args, "nonsense") || slices.Contains(args, "--nonsense") {
		return exitUsage
	}
	return c.cell.code[args[0]]
}

// repair plans, shows and applies.
func (c *canary) repair() {
	c.t.Helper()
	plan := c.run("repair plan --output plan.json")
	digest := regexp.MustCompile(`sha256:[0-9a-f]+`).FindString(plan)
	c.run("repair show plan.json")
	c.run("repair apply plan.json -v")
	if printed := c.run("repair apply plan.json -v --execute --approve " + digest); !strings.Contains(printed, "2 applied, 1 satisfied") { // the primary company brings what the other lists
		c.t.Errorf("the repair says %s", printed)
	}
}
