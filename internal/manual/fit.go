// Package manual makes the help of a command line fit a screen of 80 columns, and man
// pages of it.
package manual

import (
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// Width is how many columns every page of help fits.
const Width = 80

// Fit makes the pages of help of a command, and of all below it, fit Width. What a page
// cannot be folded to, such as an example, is for its author to shorten.
func Fit(root *cobra.Command) {
	template := strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages ", ".FlagUsagesWrapped 80 ")
	root.SetUsageTemplate(strings.ReplaceAll(template, `Use "{{.CommandPath}} [command] --help" for more information about a command.`, "`{{.CommandPath}} COMMAND --help` explains a command."))
	Each(root, func(cmd *cobra.Command) { cmd.Long = Fold(cmd.Long) })
}

// Each visits a command and all below it.
func Each(cmd *cobra.Command, visit func(*cobra.Command)) {
	visit(cmd)
	for _, below := range cmd.Commands() {
		Each(below, visit)
	}
}

// Fold breaks the lines of those paragraphs anew that do not fit Width. Paragraphs with
// lines that begin with a blank are lists, code and the like, and stay as they are.
func Fold(text string) string {
	paragraphs := strings.Split(text, "\n\n")
	for i, p := range paragraphs {
		listed, wide := false, false
		for line := range strings.Lines(p) {
			listed = listed || strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
			wide = wide || utf8.RuneCountInString(strings.TrimRight(line, "\n")) > Width
		}
		if wide && !listed {
			paragraphs[i] = fill(p, Width)
		}
	}
	return strings.Join(paragraphs, "\n\n")
}

// fill breaks a paragraph into lines of up to width characters.
func fill(paragraph string, width int) string {
	var b strings.Builder
	at := 0
	for _, word := range strings.Fields(paragraph) {
		wide := utf8.RuneCountInString(word)
		switch {
		case at == 0:
		case at+1+wide > width:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(word)
		at += wide
	}
	return b.String()
}
