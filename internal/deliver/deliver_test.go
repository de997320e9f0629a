package deliver

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"hubgraph/internal/leaks"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

func TestMain(m *testing.M) { os.Exit(leaks.Watch(m).Run()) }

func ptr[T any](v T) *T { return &v }

// audit is one with a check that failed by a new finding, whose texts are hostile.
func audit() *queries.Report {
	start := time.Date(2026, 11, 22, 2, 0, 0, 0, time.UTC)
	name := "<!channel> a\n::error::x ##[error]y & <http://evil|z>"
	return &queries.Report{AuditID: "20261122T030000Z", Snapshot: queries.SnapshotRow{SnapshotID: "20261122T020000Z", PortalID: 7, Complete: true, StartedAt: start},
		Results: []queries.CheckResult{
			{CheckID: "orphans", Title: "Orphans: 100 %, all", Severity: queries.High, Status: queries.Fail, Violations: ptr(int64(1)), New: ptr(int64(1))},
			{CheckID: "fine", Severity: queries.High, Status: queries.OK, Violations: ptr(int64(0))},
			{CheckID: "broken", Title: "Broken", Severity: queries.High, Status: queries.Error, SkipReason: ptr("no\n::set-output::")}},
		Findings: []queries.Finding{{Fingerprint: "f", CheckID: "orphans", State: queries.New, Severity: queries.High, FirstSeen: start, SubjectType: ptr("deals"), SubjectID: ptr(int64(1)), SubjectName: &name, Evidence: "{}"}},
		Changes:  []queries.Change{{Fingerprint: "f", CheckID: "orphans", Change: queries.Opened}},
	}
}

// calm is an audit in which nothing is new and nothing failed.
func calm() *queries.Report {
	r := audit()
	r.Results, r.Findings, r.Changes = r.Results[1:2], nil, nil
	return r
}

// delivery is one to buffers.
func delivery(environment map[string]string) (d *Delivery, stdout, stderr *bytes.Buffer) {
	stdout, stderr = &bytes.Buffer{}, &bytes.Buffer{}
	return &Delivery{Stdout: stdout, Stderr: stderr, Getenv: func(name string) string { return environment[name] }, Format: "text"}, stdout, stderr
}

// TestFiles writes several formats at once beside standard output, each as it is written alone.
func TestFiles(t *testing.T) {
	dir := t.TempDir()
	d, stdout, _ := delivery(nil)
	for _, ending := range report.Endings() {
		d.Files = append(d.Files, filepath.Join(dir, "out."+ending))
	}
	if err := os.WriteFile(d.Files[0], []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(d.Check(), d.Audit(t.Context(), nil, audit(), false)); err != nil {
		t.Fatal(err)
	}
	for _, file := range d.Files {
		var want bytes.Buffer
		if err := report.Write(&want, report.FormatOf(file), audit(), d.Options); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want.Bytes()) || len(got) == 0 {
			t.Errorf("%s: %v\n%s\nwant\n%s", file, err, got, want.Bytes())
		}
	}
	if text, _ := os.ReadFile(d.Files[0]); !bytes.Equal(text, stdout.Bytes()) {
		t.Errorf("standard output has\n%s", stdout)
	}
	if info, err := os.Stat(d.Files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the mode of a file that was there: %v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".*")); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// TestBrokenStreams leaves files as they were.
func TestBrokenStreams(t *testing.T) {
	d, _, _ := delivery(nil)
	d.Files = []string{filepath.Join(t.TempDir(), "out.csv")}
	if err := os.WriteFile(d.Files[0], []byte("before"), 0o600); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	err := d.Stream(func(write func(report.Event) error) error {
		return errors.Join(write(report.Nights{Diff: &queries.Diff{}}), broken)
	})
	if text, _ := os.ReadFile(d.Files[0]); !errors.Is(err, broken) || string(text) != "before" {
		t.Errorf("%v, %q", err, text)
	}
	if left, _ := os.ReadDir(filepath.Dir(d.Files[0])); len(left) != 1 {
		t.Errorf("left: %v", left)
	}
}

// TestCheck has what cannot be delivered, each as one sentence.
func TestCheck(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file.md")
	if err := errors.Join(os.WriteFile(file, nil, 0o600), os.Mkdir(filepath.Join(dir, "d.csv"), 0o700)); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		files  []string
		notify string
		want   string
	}{
		{[]string{file, filepath.Join(dir, "x.junit.xml")}, "https://hooks.slack.com/services/T/B/x", ""},
		{nil, "http://127.0.0.1:1/", ""}, {nil, "http://[::1]/x", ""}, {nil, "http://localhost:9/", ""},
		{[]string{"out.pdf"}, "", "--output out.pdf: the ending names no format: choose .txt, .json, .ndjson, .csv, .md, .junit.xml, .prom"},
		{[]string{"out.xml"}, "", "--output out.xml: the ending names no format: "},
		{[]string{"md"}, "", "--output md: the ending names no format: "},
		{[]string{filepath.Join(dir, "no", "x.md")}, "", "the folder " + filepath.Join(dir, "no") + " cannot be used (no such file or directory): make it first"},
		{[]string{filepath.Join(file, "x.md")}, "", "is no folder"},
		{[]string{filepath.Join(dir, "d.csv")}, "", "that is a folder, name a file in it"},
		{[]string{file, filepath.Join(dir, ".", "file.md")}, "", "the file is named twice"},
		{nil, "hooks.slack.com", "--notify is no URL: "},
		{nil, "http://hooks.slack.com/secret", "--notify: http is no https: "},
		{nil, "ftp://127.0.0.1/secret", "--notify: ftp is no https: "},
		{nil, "https://x y/secret", "--notify is no URL: "},
	} {
		d, _, _ := delivery(nil)
		d.Files, d.Notify = tt.files, tt.notify
		err := d.Check()
		if tt.want == "" {
			if err != nil {
				t.Error(err)
			}
			continue
		}
		if !errors.Is(err, ErrUsage) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%v %s: %v, want %s", tt.files, tt.notify, err, tt.want)
		}
	}
}

// TestQuiet prints nothing where people have nothing to do, and all else.
func TestQuiet(t *testing.T) {
	noted := calm()
	noted.Notes = []string{"a waiver expires soon"}
	for _, tt := range []struct {
		name    string
		format  string
		quiet   bool
		r       *queries.Report
		lacking bool
		silent  bool
	}{
		{"calm", "text", true, calm(), false, true}, {"calm", "markdown", true, calm(), false, true}, {"calm", "json", true, calm(), false, false},
		{"calm", "text", false, calm(), false, false}, {"lacking", "text", true, calm(), true, false}, {"noted", "text", true, noted, false, false}, {"failed", "text", true, audit(), false, false},
	} {
		d, stdout, _ := delivery(nil)
		d.Format, d.Quiet = tt.format, tt.quiet
		d.Files = []string{filepath.Join(t.TempDir(), "out.md")}
		if err := d.Audit(t.Context(), nil, tt.r, tt.lacking); err != nil || (stdout.Len() == 0) != tt.silent {
			t.Errorf("%s as %s: %v, printed %q", tt.name, tt.format, err, stdout)
		}
		if text, err := os.ReadFile(d.Files[0]); err != nil || len(text) == 0 {
			t.Errorf("%s: the file holds %q, %v", tt.name, text, err)
		}
	}
	for differences, silent := range map[int64]bool{0: true, 1: false} {
		d, stdout, _ := delivery(nil)
		d.Quiet = true
		d.Files = []string{filepath.Join(t.TempDir(), "out.csv")}
		diff := &queries.Diff{Counts: []queries.DiffCount{{Section: "links", Change: "new", Count: differences}}}
		err := d.Stream(func(write func(report.Event) error) error {
			return errors.Join(write(report.Nights{Diff: diff}), write(report.Done{}))
		})
		if text, _ := os.ReadFile(d.Files[0]); err != nil || (stdout.Len() == 0) != silent || !strings.HasPrefix(string(text), "section,") {
			t.Errorf("%d differences: %v, %q, %q", differences, err, stdout, text)
		}
	}
}

// TestNotify sends what is new to a webhook, once, and nothing where nothing is.
func TestNotify(t *testing.T) {
	var got []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.URL.Path+" "+r.Header.Get("Content-Type")+" "+string(body))
		if r.URL.Path == "/moved" {
			http.Redirect(w, r, "/there", http.StatusTemporaryRedirect)
		}
		if r.URL.Path == "/full" {
			w.WriteHeader(http.StatusInsufficientStorage)
		}
	}))
	defer server.Close()
	host := strings.TrimPrefix(server.URL, "http://")
	gone := httptest.NewServer(nil)
	gone.Close()
	for _, tt := range []struct {
		url  string
		r    *queries.Report
		sent int
		want string
	}{
		{server.URL + "/hook", audit(), 1, ""},
		{server.URL + "/hook", calm(), 0, ""},
		{server.URL + "/moved", audit(), 1, "hubgraph: the webhook at " + host + " did not take what is new: it answered 307 Temporary Redirect (the audit is kept, and the exit code is its own)\n"},
		{server.URL + "/full", audit(), 1, "hubgraph: the webhook at " + host + " did not take what is new: it answered 507 Insufficient Storage (the audit is kept, and the exit code is its own)\n"},
		{gone.URL + "/secret", audit(), 0, "connection refused"},
	} {
		got = nil
		d, _, stderr := delivery(nil)
		d.Notify = tt.url
		if err := d.Audit(t.Context(), nil, tt.r, false); err != nil || len(got) != tt.sent {
			t.Errorf("%s: %v, sent %v", tt.url, err, got)
		}
		if !strings.Contains(stderr.String(), tt.want) || tt.want == "" && stderr.Len() > 0 || strings.Contains(stderr.String(), "secret") || strings.Count(stderr.String(), "\n") > 1 {
			t.Errorf("%s: %q, want %q", tt.url, stderr, tt.want)
		}
		if tt.sent == 0 {
			continue
		}
		prefix := "POST " + strings.TrimPrefix(tt.url, server.URL) + " application/json "
		body, ok := strings.CutPrefix(got[0], prefix)
		var message struct {
			Text, Outcome string
			New           int
			Failed        []string
			Findings      []struct{ Check string }
		}
		if err := json.Unmarshal([]byte(body), &message); err != nil || !ok || message.New != 1 || message.Outcome != "broken" || len(message.Failed) != 2 || message.Findings[0].Check != "orphans" || !strings.Contains(message.Text, "1 new finding, 2 failed checks") {
			t.Errorf("%v: %s", err, got[0])
		}
	}
}

// TestSlack has a message in which no foreign text is a link or calls anybody.
func TestSlack(t *testing.T) {
	var b bytes.Buffer
	if err := report.WriteSlack(&b, audit(), report.Options{}); err != nil {
		t.Fatal(err)
	}
	var message map[string]string
	if err := json.Unmarshal(b.Bytes(), &message); err != nil || len(message) != 1 || strings.ContainsAny(message["text"], "<>") || !strings.Contains(message["text"], "&lt;!channel&gt;") {
		t.Errorf("%v, %q", err, message)
	}
}

// TestGitHub has the annotations and the summary of a job.
func TestGitHub(t *testing.T) {
	summary := filepath.Join(t.TempDir(), "summary")
	if err := os.WriteFile(summary, []byte("before\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, _, stderr := delivery(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": summary})
	if err := d.Audit(t.Context(), nil, audit(), false); err != nil {
		t.Fatal(err)
	}
	want := "::error title=hubgraph%3A broken::Broken: no ::set-output::\n::error title=hubgraph%3A orphans::Orphans: 100 %25, all: 1, 1 new\n"
	if stderr.String() != want {
		t.Errorf("%s\nwant\n%s", stderr, want)
	}
	text, _ := os.ReadFile(summary)
	if !strings.HasPrefix(string(text), "before\n# HubSpot portal 7\n") || strings.Contains(string(text), "<!channel>") {
		t.Errorf("%s", text)
	}
	for e := range strings.Lines(string(text)) {
		if strings.HasPrefix(strings.TrimSpace(e), "::") {
			t.Errorf("a command: %s", e)
		}
	}
	d, _, stderr = delivery(map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": filepath.Join(summary, "x")})
	if err := d.Audit(t.Context(), nil, calm(), false); err != nil || stderr.String() != "hubgraph: the summary of the job cannot be written: not a directory\n" {
		t.Errorf("%v, %q", err, stderr)
	}
}

// TestPrinting breaks commands, however the writes cut them, and nothing else.
func TestPrinting(t *testing.T) {
	actions := func(name string) string { return map[string]string{"GITHUB_ACTIONS": "true"}[name] }
	for in, want := range map[string]string{
		"::error::x\n": ":\u200b:error::x\n", "a::b\n \t::c\r::d": "a::b\n \t:\u200b:c\r:\u200b:d", "x ##[error]": "x ##\u200b[error]", "#[a] ##a [": "#[a] ##a [",
		"\u00a0::e": "\u00a0:\u200b:e", ":a:": ":a:", `{"a":"::b"}`: `{"a":"::b"}`,
	} {
		for size := 1; size <= len(in); size++ {
			var b bytes.Buffer
			w := Printing(&b, actions)
			for rest := in; rest != ""; {
				part := rest[:min(size, len(rest))]
				if n, err := fmt.Fprint(w, part); err != nil || n != len(part) {
					t.Fatal(n, err)
				}
				rest = rest[len(part):]
			}
			if b.String() != want {
				t.Errorf("%q by %d is %q, want %q", in, size, b.String(), want)
			}
		}
		var b bytes.Buffer
		if Printing(&b, func(string) string { return "" }) != io.Writer(&b) {
			t.Error("elsewhere, too")
		}
	}
}
