package web

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"hubgraph/export/draw"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// Source answers what the explorer asks, each question out of one night. Its errors are
// Refusals, where somebody asked for what is not there.
type Source interface {
	// State identifies the files that answers are made of, without opening them: as long as
	// it stays the same, so do they.
	State() (string, error)
	// Report writes the page of the newest audited night, and reports whether it lacks
	// nothing that it might have when it is asked for again.
	Report(ctx context.Context, w io.Writer) (whole bool, err error)
	// Find looks up records by id, or by a part of their name.
	Find(ctx context.Context, text string) (*Found, error)
	// Record is a record by type and id, with one page of its neighbours: of one object
	// type, where that is not empty. night is the night that its picture shows; empty: the
	// newest one, without the others.
	Record(ctx context.Context, name, kind, night string, page int) (*Record, error)
	// Path is a shortest way between two records.
	Path(ctx context.Context, from, to string) (*Path, error)
	// Checks are the checks with what they found.
	Checks(ctx context.Context) (*Checks, error)
	// Check is one of them with its findings, some of them at a time.
	Check(ctx context.Context, id string, page int) (*Check, error)
	// Finding is a finding by the first digits of its fingerprint.
	Finding(ctx context.Context, fingerprint string) (*Finding, error)
	// Ask runs a query that changes nothing.
	Ask(ctx context.Context, query string) (*Answer, error)
}

// Refusal is why a question has no answer, in one sentence.
type Refusal struct {
	Status int // of HTTP
	Text   string
}

// Error is the sentence.
func (r *Refusal) Error() string { return r.Text }

// Night is the night that a page is of.
type Night struct {
	Portal   int64
	Snapshot string
	At       time.Time
}

// Entry is a record in a list.
type Entry struct {
	Type              string
	ID                int64
	Name, About, Link string // About: labels, money, what else tells it apart
}

// Found are records that were looked for.
type Found struct {
	Night
	Text    string
	Entries []Entry
	More    int64 // that were found, and are not listed
}

// Fact is a name with what it stands for.
type Fact struct{ Name, Value string }

// Group counts the neighbours of an object type and label.
type Group struct {
	Type, Label string
	Count       int64
	Link        string // to the page of all of the type
}

// FindingRow is a finding in a list.
type FindingRow struct {
	Fingerprint, Check, Title, Severity, State, Subject, Link, Money string
	Since                                                            time.Time
}

// Moment is a night in the history of a record.
type Moment struct {
	ID     string
	At     time.Time
	Links  int64
	There  []string // ids in the picture of all nights
	Chosen bool
	Came   []Entry
	Went   []Entry
}

// Record is the page of a record.
type Record struct {
	Night
	Type, Name, Singular, Verdict, URL, Link string
	ID                                       int64
	Facts, Properties                        []Fact
	Groups                                   []Group
	Kind                                     string // of the neighbours that are listed; empty: all
	Count                                    int64  // of them
	Neighbors                                []Entry
	Page, Pages                              int
	Findings                                 []FindingRow
	AllFindings                              int64
	Picture                                  []byte // SVG
	Missing                                  []string
	Moments                                  []Moment // the oldest first
	Chosen                                   string   // the night that the picture shows; empty: the newest alone
}

// Path is how two records hang together; without any it is the question alone.
type Path struct {
	Night
	From, To string
	Title    string
	Steps    []Entry
	Picture  []byte
}

// CheckRow is a check in the list of all.
type CheckRow struct {
	ID, Title, Severity, Status, Reason string
	Open, New                           int64
}

// Checks are all checks of the newest audit.
type Checks struct {
	Night
	All []CheckRow
}

// Check is the page of a check.
type Check struct {
	Night
	CheckRow
	Description, Advice, SQL string
	Findings                 []FindingRow
	Count                    int64
	Page, Pages              int
}

// Change is what an audit changed about a finding.
type Change struct {
	At               time.Time
	Snapshot, Change string
	Cause            string
}

// Finding is the page of a finding.
type Finding struct {
	Night
	FindingRow
	Waiver   string
	Evidence []string
	Advice   string
	Changes  []Change
	Picture  []byte
	Missing  []string
	HubSpot  string
}

// Answer is what a query gave.
type Answer struct {
	Night
	Query   string
	Columns []string
	Rows    [][]string
	More    bool // there were more rows than are shown
	Refused string
}

// view is a page of the explorer around what its source said.
type view struct {
	layout
	Of any
}

// Explorer serves the pages of a source, and keeps them for those who ask again.
func Explorer(s Source) http.Handler {
	mux := http.NewServeMux()
	pages := &kept{state: s.State, room: mostKept}
	handle := func(pattern string, make func(r *http.Request) (*answer, error)) {
		mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
			a, err := pages.get(r.Context(), r.URL.RequestURI(), func() (*answer, error) { return make(r) })
			if err != nil {
				fail(w, r, err)
				return
			}
			send(w, r, a)
		})
	}
	serve := func(pattern, name string, ask func(r *http.Request) (string, any, error)) {
		handle(pattern, func(r *http.Request) (*answer, error) {
			title, of, err := ask(r)
			if err != nil {
				return nil, err
			}
			a := &answer{status: http.StatusOK, lasts: true}
			switch of := of.(type) {
			case *Record:
				a.lasts = len(of.Missing) == 0
			case *Finding:
				a.lasts = len(of.Missing) == 0
			case *Answer: // SQL can ask for the time, and for anything else
				a.lasts = false
				if of.Refused != "" {
					a.status = http.StatusBadRequest
				}
			}
			return a, a.fill(name, &view{newPage(shown(title)), of})
		})
	}
	handle("/{$}", func(r *http.Request) (*answer, error) {
		var b bytes.Buffer
		whole, err := s.Report(r.Context(), &b)
		return &answer{http.StatusOK, reportPolicy, b.Bytes(), whole}, err
	})
	serve("/find", "find.html", func(r *http.Request) (string, any, error) {
		f, err := s.Find(r.Context(), asked(r, "q"))
		return "Find a record", f, err
	})
	record := func(r *http.Request) (string, any, error) {
		p, err := s.Record(r.Context(), asked(r, "type")+":"+asked(r, "id"), asked(r, "kind"), asked(r, "night"), number(r))
		if err != nil {
			return "", nil, err
		}
		return p.Name, p, nil
	}
	serve("/record/{type}/{id}", "record.html", record)
	serve("/record/{type}/{id}/{kind}", "record.html", record)
	serve("/path", "path.html", func(r *http.Request) (string, any, error) {
		p, err := s.Path(r.Context(), asked(r, "from"), asked(r, "to"))
		return "A path between two records", p, err
	})
	serve("/checks", "checks.html", func(r *http.Request) (string, any, error) {
		c, err := s.Checks(r.Context())
		return "Checks", c, err
	})
	serve("/check/{id}", "check.html", func(r *http.Request) (string, any, error) {
		c, err := s.Check(r.Context(), asked(r, "id"), number(r))
		if err != nil {
			return "", nil, err
		}
		return c.Title, c, nil
	})
	serve("/finding/{fingerprint}", "finding.html", func(r *http.Request) (string, any, error) {
		f, err := s.Finding(r.Context(), asked(r, "fingerprint"))
		if err != nil {
			return "", nil, err
		}
		return f.Title, f, nil
	})
	serve("/sql", "sql.html", func(r *http.Request) (string, any, error) {
		a, err := s.Ask(r.Context(), asked(r, "q"))
		return "SQL", a, err
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		refuse(w, r, http.StatusNotFound, "There is no page "+r.URL.Path+": the report at / leads to all that there are")
	})
	return mux
}

// asked is what the address of a request has under a name, in its path or behind it.
// Request.FormValue would read the body, too, and a page is kept under its address alone.
func asked(r *http.Request, name string) string {
	return strings.ToValidUTF8(cmp.Or(r.PathValue(name), r.URL.Query().Get(name)), "\ufffd")
}

// number is the page of a list that is asked for, from 1.
func number(r *http.Request) int {
	n, err := strconv.Atoi(asked(r, "page"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// fail answers with what went wrong.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	var known *Refusal
	if errors.As(err, &known) && known.Status == http.StatusServiceUnavailable || errors.Is(err, context.DeadlineExceeded) {
		w.Header().Set("Retry-After", "5")
	}
	switch {
	case errors.As(err, &known):
		refuse(w, r, known.Status, known.Text)
	case errors.Is(err, draw.ErrNoRecord), errors.Is(err, draw.ErrNoFinding), errors.Is(err, draw.ErrApart):
		refuse(w, r, http.StatusNotFound, err.Error())
	case errors.Is(err, queries.ErrNoAudit):
		refuse(w, r, http.StatusServiceUnavailable, err.Error())
	case errors.Is(err, context.DeadlineExceeded):
		refuse(w, r, http.StatusServiceUnavailable, "The answer took too long, and was given up: ask again later, or for less")
	default:
		refuse(w, r, http.StatusInternalServerError, err.Error())
	}
}

// refuse answers with one sentence.
func refuse(w http.ResponseWriter, r *http.Request, status int, text string) {
	write(w, r, status, "refused.html", &view{newPage(http.StatusText(status)), shown(text)})
}

// write answers with a page of ours.
func write(w http.ResponseWriter, r *http.Request, status int, name string, page interface{ policy() string }) {
	a := &answer{status: status}
	if err := a.fill(name, page); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	send(w, r, a)
}

// fill makes the page of an answer.
func (a *answer) fill(name string, page interface{ policy() string }) error {
	var b bytes.Buffer
	if err := templates().ExecuteTemplate(&b, name, page); err != nil {
		return fmt.Errorf("the page could not be made: %w", err)
	}
	a.policy, a.page = page.policy(), b.Bytes()
	return nil
}

func (l layout) policy() string { return l.Policy }

// reportPolicy is that of the report as the explorer shows it.
var reportPolicy = newLayoutOf("", "report.js", "'self'").Policy

// send answers with a page whose policy the header says, too: there it can keep others from
// framing it.
func send(w http.ResponseWriter, r *http.Request, a *answer) {
	h := w.Header()
	h.Set("Content-Security-Policy", a.policy+"; frame-ancestors 'none'")
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(a.page)))
	w.WriteHeader(a.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.page) // who has gone reads no error
	}
}

// HTML is a picture of ours on a page.
func (p *Record) HTML() template.HTML  { return template.HTML(p.Picture) }
func (p *Path) HTML() template.HTML    { return template.HTML(p.Picture) }
func (p *Finding) HTML() template.HTML { return template.HTML(p.Picture) }

// Numbers are the pages of a list before and after the one that is shown; 0: none.
func (p *Record) Numbers() [2]int { return around(p.Page, p.Pages) }
func (p *Check) Numbers() [2]int  { return around(p.Page, p.Pages) }

func around(page, pages int) (n [2]int) {
	if page > 1 {
		n[0] = page - 1
	}
	if page < pages {
		n[1] = page + 1
	}
	return n
}

// RowOf is a finding as a list shows it.
func RowOf(f queries.Finding, title string) FindingRow {
	r := FindingRow{Fingerprint: f.Fingerprint, Check: f.CheckID, Title: title, Severity: string(f.Severity), State: string(f.State), Subject: report.Subject(f), Since: f.FirstSeen}
	if f.WaivedUntil != nil && f.Open() {
		r.State += ", waived"
	}
	if m := report.MoneyOf(f); m != nil {
		r.Money = m.String()
	}
	r.Link = pageOf(f)
	return r
}
