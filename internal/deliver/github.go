package deliver

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strings"

	"hubgraph/internal/sentence"
	"hubgraph/internal/terminal"
	"hubgraph/queries"
	"hubgraph/queries/report"
)

// onGitHub reports whether the program runs in a job of GitHub Actions.
func onGitHub(getenv func(string) string) bool { return getenv("GITHUB_ACTIONS") == "true" }

// Printing returns a stream to print to: in a job of GitHub Actions one in which no text
// is a command to the runner.
func Printing(w io.Writer, getenv func(string) string) io.Writer {
	if !onGitHub(getenv) {
		return w
	}
	return &harmless{w: w, begins: true}
}

// broken stands between the characters of a command, and takes no place.
const broken = "\u200b"

// harmless breaks the two forms that commands have: a line that begins with two colons,
// behind blanks, and ##[ anywhere.
type harmless struct {
	w      io.Writer
	begins bool // nothing but blanks has come in this line
	colon  bool // and one colon
	hashes int  // # that stand last
}

// Write prints.
func (h *harmless) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p))
	for _, c := range p {
		if c == ':' && h.colon || c == '[' && h.hashes > 1 {
			out = append(out, broken...)
		}
		h.colon = c == ':' && h.begins && !h.colon
		switch {
		case c == '\n' || c == '\r':
			h.begins = true
		case c > ' ' && c < 0x80: // others may be blanks, too
			h.begins = false
		}
		if c == '#' {
			h.hashes++
		} else {
			h.hashes = 0
		}
		out = append(out, c)
	}
	if _, err := h.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}

// annotate prints the commands that show a job's reader what failed and what is new.
func annotate(w io.Writer, r *queries.Report) {
	for e := range report.Events(r, report.Options{}) {
		c, ok := e.(report.Check)
		if !ok {
			continue
		}
		level := ""
		switch {
		case c.Status == queries.Fail || c.Status == queries.Error:
			level = "error"
		case c.Status == queries.Warn && c.New != nil && *c.New > 0, len(c.CellsLeftOut) > 0:
			level = "warning"
		default:
			continue
		}
		fmt.Fprintf(w, "::%s title=%s::%s\n", level, property("hubgraph: "+c.CheckID), message(c.Title+": "+report.Result(c)))
	}
}

// message is the text of a command.
func message(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(terminal.Printable(s))
}

// property is the value of a property of a command.
func property(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(message(s))
}

// mostSummary is how many bytes the summary of a step may have: GitHub drops a longer one.
const mostSummary = 1 << 20

// summarize adds an audit to the summary of a step, where there is one.
func summarize(file string, r *queries.Report, o report.Options) error {
	if file == "" {
		return nil
	}
	var text bytes.Buffer
	if err := report.Write(&text, "markdown", r, o); err != nil {
		return err
	}
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666) // the runner's; the umask takes its part
	if err != nil {
		return fmt.Errorf("the summary of the job cannot be written: %w", sentence.Cause(err))
	}
	defer f.Close()
	content := text.Bytes()
	if info, err := f.Stat(); err == nil {
		if room := max(0, mostSummary-int(info.Size())); len(content) > room {
			content = content[:bytes.LastIndexByte(content[:room], '\n')+1]
		}
	}
	if _, err := f.Write(content); err != nil {
		return fmt.Errorf("the summary of the job cannot be written: %w", sentence.Cause(err))
	}
	return nil
}
