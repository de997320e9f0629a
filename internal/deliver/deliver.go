// Package deliver brings what is printed to where it is wanted: to standard output, into
// files, to a webhook, and into the log and the summary of a job of GitHub Actions.
package deliver

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"

	"hubgraph/internal/sentence"
	"hubgraph/internal/web"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// ErrUsage: what was asked for cannot be delivered.
var ErrUsage = errors.New("it cannot be delivered")

// Delivery is where results are wanted.
type Delivery struct {
	Stdout io.Writer
	Stderr io.Writer // for what went wrong with a webhook, and for annotations
	Getenv func(string) string
	report.Options

	Format string   // of standard output, one of report.Formats
	Files  []string // whose endings name their formats
	Notify string   // URL of a webhook; empty: none
	Quiet  bool     // standard output stays empty where people have nothing to do
	// Facts reads what the page of an audit says beside what the audit found; nil: there is
	// no page, and no file may end in .html.
	Facts func(context.Context, *queries.Report) (*web.Facts, error)
}

// page is the ending of files that are pages.
const page = "html"

// isPage reports whether a file is to be a page.
func isPage(file string) bool { return strings.HasSuffix(strings.ToLower(file), "."+page) }

// endings are those of files.
func (d *Delivery) endings() []string {
	endings := report.Endings()
	if d.Facts != nil {
		endings = append(endings, page)
	}
	return endings
}

// Check finds what can be known to be wrong before the work. The error is ErrUsage.
func (d *Delivery) Check() error {
	if !slices.Contains(report.Formats(), d.Format) {
		return sentence.New(ErrUsage, "%v", report.ErrFormat(d.Format))
	}
	seen := map[string]bool{}
	for _, file := range d.Files {
		info, err := os.Stat(filepath.Dir(file))
		whole, _ := filepath.Abs(file) // else it cannot be written either
		switch {
		case report.FormatOf(file) == "" && !(d.Facts != nil && isPage(file)):
			return sentence.New(ErrUsage, "--output %s: the ending names no format: choose .%s", file, strings.Join(d.endings(), ", ."))
		case err != nil:
			return sentence.New(ErrUsage, "--output %s: the folder %s cannot be used (%v): make it first", file, filepath.Dir(file), sentence.Cause(err))
		case !info.IsDir():
			return sentence.New(ErrUsage, "--output %s: %s is no folder", file, filepath.Dir(file))
		case seen[whole]:
			return sentence.New(ErrUsage, "--output %s: the file is named twice", file)
		}
		if info, err := os.Stat(file); err == nil && info.IsDir() {
			return sentence.New(ErrUsage, "--output %s: that is a folder, name a file in it", file)
		}
		seen[whole] = true
	}
	if d.Notify == "" {
		return nil
	}
	_, err := webhook(d.Notify)
	return err
}

// sink is where a stream goes under way.
type sink struct {
	*Delivery
	writers []report.Writer
	stdout  bool // the first of them writes to standard output
	files   []*renameio.PendingFile
}

// open opens standard output, unless it is to stay empty, and all files; facts are those of
// pages.
func (d *Delivery) open(silent bool, facts *web.Facts) (*sink, error) {
	s := &sink{Delivery: d}
	if !silent {
		w, err := report.Open(d.Stdout, d.Format, d.Options)
		if err != nil {
			return nil, err
		}
		s.writers, s.stdout = append(s.writers, w), true
	}
	options := d.Options
	options.Width = 0 // of the screen
	for _, file := range d.Files {
		f, err := renameio.NewPendingFile(file, renameio.WithPermissions(0o666), renameio.WithExistingPermissions()) // the umask takes its part
		if err != nil {
			s.drop()
			return nil, fmt.Errorf("write %s: %w", file, sentence.Cause(err))
		}
		s.files = append(s.files, f)
		if isPage(file) {
			s.writers = append(s.writers, web.NewReport(f, facts, options))
			continue
		}
		w, err := report.Open(f, report.FormatOf(file), options)
		if err != nil {
			s.drop()
			return nil, err
		}
		s.writers = append(s.writers, w)
	}
	return s, nil
}

// Write writes an event everywhere.
func (s *sink) Write(e report.Event) error {
	if s.stdout && s.Quiet && report.ForPeople(s.Format) && empty(e) {
		s.writers, s.stdout = s.writers[1:], false
	}
	for i, w := range s.writers {
		if err := w.Write(e); err != nil {
			if s.stdout {
				i--
			}
			if i >= 0 {
				err = fmt.Errorf("write %s: %w", s.Files[i], sentence.Cause(err))
			}
			return err
		}
	}
	return nil
}

// empty reports whether an event begins a list that holds nothing.
func empty(e report.Event) bool {
	switch e := e.(type) {
	case report.Register:
		return len(e.Findings) == 0
	case report.Nights:
		return e.Total() == 0
	}
	return false
}

// close puts the files into their places, or drops them where err says that they are not whole.
func (s *sink) close(err error) error {
	defer s.drop()
	if err != nil {
		return err
	}
	for i, f := range s.files {
		if err := f.CloseAtomicallyReplace(); err != nil {
			return fmt.Errorf("write %s: %w", s.Files[i], sentence.Cause(err))
		}
	}
	return nil
}

func (s *sink) drop() {
	for _, f := range s.files {
		_ = f.Cleanup() // which does nothing to what is in its place
	}
}

// Stream delivers what write writes.
func (d *Delivery) Stream(write func(func(report.Event) error) error) error {
	s, err := d.open(false, nil)
	if err != nil {
		return err
	}
	return s.close(write(s.Write))
}

// Events delivers a stream.
func (d *Delivery) Events(events iter.Seq[report.Event]) error {
	return d.Stream(func(write func(report.Event) error) error {
		for e := range events {
			if err := write(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// Audit delivers an audit everywhere. night is the crawl before it, where there was one,
// and lacking says that something of that calls for somebody. That a webhook or a summary
// did not take it is printed, and is no error.
func (d *Delivery) Audit(ctx context.Context, night report.Night, r *queries.Report, lacking bool) error {
	outcome, news := r.Outcome(), len(r.News()) > 0
	calm := !lacking && outcome == queries.Green && !news && len(r.Notes) == 0
	var facts *web.Facts
	if slices.ContainsFunc(d.Files, isPage) {
		var err error
		if facts, err = d.Facts(ctx, r); err != nil {
			return err
		}
	}
	s, err := d.open(calm && d.Quiet && report.ForPeople(d.Format), facts)
	if err != nil {
		return err
	}
	err = s.close(func() error {
		if night != nil {
			if err := s.Write(report.Crawl{Night: night}); err != nil {
				return err
			}
		}
		for e := range report.Events(r, d.Options) {
			if err := s.Write(e); err != nil {
				return err
			}
		}
		return nil
	}())
	if err != nil {
		return err
	}
	if d.Notify != "" && (news || outcome >= queries.Failed) {
		d.complain(post(ctx, d.Notify, r, d.Options))
	}
	if onGitHub(d.Getenv) {
		annotate(d.Stderr, r)
		d.complain(summarize(d.Getenv("GITHUB_STEP_SUMMARY"), r, d.Options))
	}
	return nil
}

// complain prints what went wrong beside the work.
func (d *Delivery) complain(err error) {
	if err != nil {
		fmt.Fprintf(d.Stderr, "hubgraph: %v\n", err)
	}
}

// File writes a file as a whole, or not at all.
func File(name string, write func(io.Writer) error) error {
	f, err := renameio.NewPendingFile(name, renameio.WithPermissions(0o666), renameio.WithExistingPermissions()) // the umask takes its part
	if err != nil {
		return sentence.New(ErrUsage, "--output %s cannot be written: %v", name, sentence.Cause(err))
	}
	defer f.Cleanup() // which does nothing to what is in its place
	if err := write(f); err != nil {
		return err
	}
	if err := f.CloseAtomicallyReplace(); err != nil {
		return fmt.Errorf("write %s: %w", name, sentence.Cause(err))
	}
	return nil
}
