package hubspot

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"hubgraph/internal/goals"
)

// serveVariable makes the test binary a server of the benchmark's answers, so
// that what the server costs is not counted as the client's.
const serveVariable = "HUBSPOT_TEST_SERVE"

// serveAnswers answers each request with the same batch until its stdin ends.
func serveAnswers() {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	fmt.Fprint(z, linksText(1000, 4.7))
	z.Close()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Content-Encoding", "gzip")
		h.Set(maxHeader, "1000000")
		h.Set(intervalHeader, "1000")
		w.Write(zipped.Bytes())
	}))
	defer server.Close()
	fmt.Println(server.URL)
	io.Copy(io.Discard, os.Stdin)
}

// linksText is the answer to the inputs 1, 2, … with some links each, of eight
// sorts.
func linksText(inputs int, linksEach float64) string {
	random := rand.New(rand.NewPCG(1, 2))
	sorts := make([]string, 8)
	for i := range sorts {
		sorts[i] = `{"category":"HUBSPOT_DEFINED","typeId":279,"label":null}`
		if i > 2 {
			sorts[i] += fmt.Sprintf(`,{"category":"USER_DEFINED","typeId":%d,"label":"Label %d"}`, i, i)
		}
	}
	var b strings.Builder
	b.WriteString(`{"status":"COMPLETE","results":[`)
	for n := 1; n <= inputs; n++ {
		fmt.Fprintf(&b, `{"from":{"id":"%d"},"to":[`, n)
		for i := range max(1, int(2*linksEach*random.Float64()+0.5)) {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"toObjectId":%d,"associationTypes":[%s]}`, 5_000_000_000+random.IntN(1_000_000), sorts[random.IntN(len(sorts))])
		}
		b.WriteString(`]}`)
		if n < inputs {
			b.WriteByte(',')
		}
	}
	b.WriteString(`],"startedAt":"2026-09-01T02:00:00.000Z","completedAt":"2026-09-01T02:00:00.100Z"}`)
	return b.String()
}

// BenchmarkReadAssociations compares what a call of 1,000 inputs costs with
// what it costs a bare client to receive, inflate and throw away the same answer.
// The heap has the size that the graph of a small crawl gives it: with nothing in
// it the collector would run every few calls.
func BenchmarkReadAssociations(b *testing.B) {
	graph := make([]byte, 64<<20)
	defer runtime.KeepAlive(graph)
	url := startAnswers(b)
	client, err := New("pat-test", Options{BaseURL: url})
	if err != nil {
		b.Fatal(err)
	}
	inputs := make([]ReadInput, 1000)
	for i := range inputs {
		inputs[i].ID = int64(i + 1)
	}
	ask := bytes.Repeat([]byte(" "), 16<<10)
	read := func() {
		if _, err := client.ReadAssociations(b.Context(), "0-1", "0-2", inputs); err != nil {
			b.Fatal(err)
		}
	}
	discard := func() {
		resp, err := http.Post(url, "application/json", bytes.NewReader(ask))
		if err != nil {
			b.Fatal(err)
		}
		defer resp.Body.Close()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			b.Fatal(err)
		}
	}
	read() // the answer names the rate
	var reading, discarding time.Duration
	for b.Loop() {
		reading += cost(read)
		discarding += cost(discard)
	}
	goals.Most(b, float64(reading)/float64(discarding), 1.5, "x-discard")
	b.ReportMetric(float64(reading.Microseconds())/float64(b.N), "µs-CPU/call")
}

// cost is the time that the processor spends on twenty calls.
func cost(call func()) time.Duration {
	used := func() time.Duration {
		var u syscall.Rusage
		if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
			panic(err)
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
	before := used()
	for range 20 {
		call()
	}
	return (used() - before) / 20
}

func startAnswers(b *testing.B) string {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serveVariable+"=1")
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

// BenchmarkDecodeLinks compares the scanner with encoding/json.
func BenchmarkDecodeLinks(b *testing.B) {
	data := []byte(linksText(1000, 4.7))
	for name, decode := range map[string]func([]byte, *typeSets) (*linksAnswer, error){"scanner": decodeLinks, "encoding-json": decodeLinksDoc} {
		b.Run(name, func(b *testing.B) {
			var types typeSets
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := decode(data, &types); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
