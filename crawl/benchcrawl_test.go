package crawl

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

// serveVariable makes the test binary a server of so many contacts, so that what the
// server costs is not counted as the crawl's.
const serveVariable = "HUBGRAPH_TEST_SERVE"

// asked is a request as it can be sent again.
type asked struct{ Method, Path, Body string }

// replay answers each request as the simulator did when it first came, and lists
// them at /requests.
type replay struct {
	server  *sim.Server
	mu      sync.Mutex
	list    []asked
	answers map[asked]*httptest.ResponseRecorder
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
	key := asked{r.Method, r.URL.RequestURI(), string(body)}
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

// serveContacts serves a portal of so many contacts until its stdin ends, within a
// rate if one is given. Without one a small portal costs the processor only the
// first time that it is asked something.
func serveContacts(text string) {
	number, rate, limited := strings.Cut(text, " within ")
	contacts, err := strconv.Atoi(number)
	options := sim.Options{Token: "token"}
	if limited && err == nil {
		options.Rate, err = sim.ParseRate(rate)
	}
	if err != nil {
		panic(err)
	}
	portal := sim.NewServer(sim.Generate(sim.Spec{Seed: 1, Contacts: contacts, Clean: true}), options)
	var handler http.Handler = portal
	if contacts <= 20_000 && !limited {
		handler = &replay{server: portal, answers: map[asked]*httptest.ResponseRecorder{}}
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	fmt.Println(server.URL)
	_, _ = io.Copy(io.Discard, os.Stdin)
}

// BenchmarkCrawl compares what a whole crawl into a graph costs the processor with
// what it costs a bare client to receive, inflate and throw away the same answers.
func BenchmarkCrawl(b *testing.B) {
	url := startServer(b, "20000")
	client := benchClient(b, url)
	benchCrawl(b, client)
	list := requestsOf(b, url)
	var crawling, discarding time.Duration
	var links int
	for b.Loop() {
		crawling += cost(func() { links = benchCrawl(b, client).Graph.Size() })
		discarding += cost(func() { discard(b, url, list) })
	}
	b.ReportMetric(float64(crawling)/float64(discarding), "x-discard")
	b.ReportMetric(float64(crawling.Milliseconds())/float64(b.N), "ms-CPU/op")
	b.ReportMetric(float64(links), "edges")
}

// startServer starts a server as serveContacts says.
func startServer(b *testing.B, contacts string) string {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveVariable+"="+contacts)
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

func requestsOf(b *testing.B, url string) (list []asked) {
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

// discard sends every request and throws the answers away.
func discard(b *testing.B, url string, list []asked) {
	b.Helper()
	for _, r := range list {
		req, err := http.NewRequest(r.Method, url+r.Path, strings.NewReader(r.Body))
		if err != nil {
			b.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer token")
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

// cost is the time that the processor spends in this process.
func cost(work func()) time.Duration {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			panic(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	work()
	return used() - before
}
