// Package replay serves the answers of a simulated portal to benchmarks, from a
// process of its own, and reports what a bare client spends on them: what the server
// costs is not counted as the client's.
package replay

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"hubgraph/hubspot/sim"
)

// Token is the one that the portals take.
const Token = "token"

// variable makes a test binary a server: of so many contacts, and within a rate if
// one is given, as in "4000 within 190/10s", or with a link that only one of its ends
// lists, as in "4000 one-sided".
const variable = "HUBGRAPH_TEST_SERVE"

// Serve serves if this process is one that Start has started, until its standard
// input ends, and reports whether it was. TestMain calls it first.
func Serve() bool {
	text := os.Getenv(variable)
	if text == "" {
		return false
	}
	handler, err := serverOf(text)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return true
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin) // it ends with the benchmark
	return true
}

// serverOf makes the server that a text names. Without a rate a small portal costs
// the processor only the first time that it is asked something.
func serverOf(text string) (http.Handler, error) {
	number, rate, limited := strings.Cut(text, " within ")
	number, oneSided := strings.CutSuffix(number, " one-sided")
	contacts, err := strconv.Atoi(number)
	options := sim.Options{Token: Token}
	if limited && err == nil {
		options.Rate, err = sim.ParseRate(rate)
	}
	if err != nil {
		return nil, err
	}
	portal := sim.Generate(sim.Spec{Seed: 1, Contacts: contacts, Clean: true})
	if oneSided {
		if err := portal.Script("one-sided", "contacts 1\ncompanies 1\ncontacts 1 ->> companies 1 279\n"); err != nil {
			return nil, err
		}
	}
	server := sim.NewServer(portal, options)
	if contacts > 20_000 || limited {
		return server, nil
	}
	return &replay{server: server, answers: map[Request]*httptest.ResponseRecorder{}}, nil
}

// Request is a request as it can be sent again.
type Request struct{ Method, Path, Body string }

// replay answers each request as the simulator did when it first came, and lists
// them at /requests.
type replay struct {
	server  *sim.Server
	mu      sync.Mutex
	list    []Request
	answers map[Request]*httptest.ResponseRecorder
}

// ServeHTTP answers a request.
func (p *replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.URL.Path == "/requests" {
		_ = json.NewEncoder(w).Encode(p.list) // a client that is gone needs none
		return
	}
	key := Request{r.Method, r.URL.RequestURI(), string(body)}
	answer := p.answers[key]
	if answer == nil {
		answer = httptest.NewRecorder()
		r.Body = io.NopCloser(bytes.NewReader(body))
		p.server.ServeHTTP(answer, r)
		p.answers[key] = answer
		p.list = append(p.list, key)
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes()) // as above
}

// Start starts a server in a process of its own, and gives its URL: of so many
// contacts, and within a rate if one is given, as in "4000 within 190/10s", or with a
// link that only one of its ends lists, as in "4000 one-sided". It ends with the
// benchmark.
func Start(b testing.TB, portal string) string {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), variable+"="+portal)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		stdin.Close()
		if err := cmd.Wait(); err != nil {
			b.Error(err)
		}
	})
	url, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSpace(url)
}

// Requests are those that a server of a small portal was sent so far, each once.
func Requests(b testing.TB, url string) (list []Request) {
	b.Helper()
	resp, err := http.Get(url + "/requests")
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&list); err != nil {
		b.Fatal(err)
	}
	return list
}

// Discard sends requests as a bare client does, which inflates the answers and
// throws them away.
func Discard(b testing.TB, url string, list []Request) {
	b.Helper()
	for _, r := range list {
		req, err := http.NewRequest(r.Method, url+r.Path, strings.NewReader(r.Body))
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+Token)
		resp, err := http.DefaultClient.Do(req) // asks for gzip, and inflates
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			b.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// Cost is the time that the processor spends in this process on some work.
func Cost(work func()) time.Duration {
	before := Used()
	work()
	return Used() - before
}

// Used is the time that the processor has spent in this process.
func Used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
