package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"hubgraph/internal/manual"
)

// printed runs a command line that must succeed, and returns what it prints.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, complaints bytes.Buffer
	e := &env{stdin: strings.NewReader(""), stdout: &out, stderr: &complaints, getenv: func(string) string { return "" }}
	if code := run(context.Background(), e, args); code != 0 {
		t.Fatalf("hubgraph %s: exit code %d: %s", strings.Join(args, " "), code, complaints.String())
	}
	return out.String()
}

// tree is the program's commands with flags that nobody has set.
func tree() *cobra.Command {
	return (&app{env: &env{getenv: func(string) string { return "" }}}).root()
}

// everyCommand visits each command that help lists, with the words that call it.
func everyCommand(t *testing.T, visit func(cmd *cobra.Command, words []string)) {
	t.Helper()
	manual.Each(tree(), func(cmd *cobra.Command) { visit(cmd, strings.Fields(cmd.CommandPath())[1:]) })
}

// TestHelpFits holds every page of help to 80 columns and to testdata/help.txt, and every
// command that does something to an example.
func TestHelpFits(t *testing.T) {
	pages := 0
	var all strings.Builder
	everyCommand(t, func(cmd *cobra.Command, words []string) {
		pages++
		page := printed(t, append([]string{"help"}, words...)...)
		fmt.Fprintf(&all, "== hubgraph help %s\n%s\n", strings.Join(words, " "), page)
		for line := range strings.Lines(page) {
			if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > manual.Width {
				t.Errorf("help of %q has a line of %d characters: %s", words, n, line)
			}
		}
		if cmd.Runnable() && !cmd.HasSubCommands() && cmd.Example == "" {
			t.Errorf("%q has no example", words)
		}
	})
	if pages < 50 {
		t.Errorf("there are %d pages of help only", pages)
	}
	const golden = "testdata/help.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(all.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(strings.Split(readFile(t, golden), "\n"), strings.Split(all.String(), "\n")); diff != "" {
		t.Errorf("%s differs (-want +got):\n%s", golden, diff)
	}
}

// exampleCall is a call of the program in an example, up to what the shell does with it.
var exampleCall = regexp.MustCompile(`hubgraph ((?:"[^"]*"|[^"|&>#\n])*)`)

// shellWord is a word of such a call; what stands in quotes is one.
var shellWord = regexp.MustCompile(`(?:"[^"]*"|[^" ])+`)

// TestExamples looks whether each example calls the command that it stands at, with flags
// and arguments that this takes.
func TestExamples(t *testing.T) {
	everyCommand(t, func(cmd *cobra.Command, words []string) {
		calls := exampleCall.FindAllStringSubmatch(cmd.Example, -1)
		if len(calls) == 0 && cmd.Example != "" {
			t.Errorf("the example of %q calls nothing: %s", words, cmd.Example)
		}
		own := 0
		for _, call := range calls {
			var args []string
			for _, word := range shellWord.FindAllString(call[1], -1) {
				args = append(args, strings.ReplaceAll(word, `"`, ""))
			}
			found, rest, err := tree().Find(args)
			if err == nil {
				err = found.ParseFlags(rest)
			}
			if err == nil {
				err = found.ValidateArgs(found.Flags().Args())
			}
			if err == nil {
				err = checkWords(found.Flags())
			}
			if err != nil {
				t.Errorf("an example of %q, hubgraph %s: %v", words, call[1], err)
			}
			if found.CommandPath() == cmd.CommandPath() {
				own++
			}
		}
		if own == 0 && cmd.Example != "" {
			t.Errorf("no example of %q calls it", words)
		}
	})
}
