package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// TestManPages writes the man pages twice: they are the same, each command has one with
// its sections and flags, and where man is there, it renders them without a complaint.
func TestManPages(t *testing.T) {
	dir, again := t.TempDir(), filepath.Join(t.TempDir(), "new", "man1")
	t.Setenv("SOURCE_DATE_EPOCH", "86400") // which cobra would take for the date
	printed(t, "man", dir)
	t.Setenv("SOURCE_DATE_EPOCH", "86400000")
	printed(t, "man", again)
	pages := 0
	everyCommand(t, func(cmd *cobra.Command, words []string) {
		if !cmd.Runnable() || cmd.Name() == "help" {
			return // a topic
		}
		pages++
		name := strings.Join(append([]string{"hubgraph"}, words...), "-") + ".1"
		page := readFile(t, filepath.Join(dir, name))
		if page != readFile(t, filepath.Join(again, name)) {
			t.Errorf("%s is written in two ways", name)
		}
		title := regexp.MustCompile(`(?m)^\.TH "` + strings.ToUpper(strings.TrimSuffix(name, ".1")) + `" "1" "" "hubgraph" "hubgraph"$`)
		if !title.MatchString(page) {
			t.Errorf("%s has no title, or a date: %.200s", name, page)
		}
		for _, section := range []string{"NAME", "SYNOPSIS", "DESCRIPTION"} {
			if !strings.Contains(page, "\n.SH "+section+"\n") {
				t.Errorf("%s lacks the section %s", name, section)
			}
		}
		cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) {
			if !f.Hidden && !strings.Contains(page, "--"+f.Name) {
				t.Errorf("%s lacks --%s", name, f.Name)
			}
		})
	})
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != pages {
		t.Errorf("%d man pages of %d commands: %v", len(files), pages, err)
	}
	man, err := exec.LookPath("man")
	if err != nil {
		return // the structure was looked at above
	}
	cmd := exec.Command(man, "--warnings", "-l", filepath.Join(dir, "hubgraph-audit.1"))
	cmd.Env = append(os.Environ(), "MANWIDTH=80", "LC_ALL=C.UTF-8", "MANPAGER=cat", "MANROFFOPT=")
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 || !strings.Contains(string(out), "SYNOPSIS") || !strings.Contains(string(out), "--fail-on") {
		t.Errorf("man: %v: %s%s", err, complaints.String(), out)
	}
}
