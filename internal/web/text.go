package web

import (
	"html/template"
	"regexp"
	"strings"
	"time"

	"hubgraph/internal/terminal"
	"hubgraph/queries/report"
)

// mostText is how many characters of a foreign text are shown.
const mostText = 1000

// shown is a foreign text without what steers or hides text, and not endless.
func shown(s string) string {
	s = terminal.Printable(strings.ToValidUTF8(s, "\ufffd"))
	if runes := []rune(s); len(runes) > mostText {
		return string(runes[:mostText]) + "…"
	}
	return s
}

func shownOr(s *string) string {
	if s == nil {
		return ""
	}
	return shown(*s)
}

// amounts writes sums of money one after the other: those of two currencies are never added.
func amounts(sums []report.Money) string {
	var all []string
	for _, m := range sums {
		all = append(all, shown(m.String()))
	}
	return strings.Join(all, " + ")
}

// rounded are amounts for a headline: without the digits behind the point where these are
// none, and each on one line.
func rounded(sums []report.Money) string {
	var all []string
	for _, m := range sums {
		amount, currency, _ := strings.Cut(shown(m.String()), " ")
		all = append(all, strings.TrimSuffix(strings.TrimSuffix(amount, ".00")+"\u00a0"+currency, "\u00a0"))
	}
	return strings.Join(all, " + ")
}

// whole groups the digits of a number.
func whole(n int64) string {
	digits := report.Money{Amount: ratOf(n)}.String()
	return strings.TrimSuffix(digits, ".00")
}

// things is a number of things by their name in the singular.
func things(n int64, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return whole(n) + " " + thing
}

func day(t time.Time) string { return t.UTC().Format("2 Jan 2006") }

func minute(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04") + " UTC" }

// command is what a text has between backquotes.
var command = regexp.MustCompile("`([^`]+)`")

// prose is a text whose commands stand between backquotes, as HTML.
func prose(s string) template.HTML {
	escaped := template.HTMLEscapeString(shown(s))
	return template.HTML(command.ReplaceAllString(escaped, "<code>$1</code>"))
}
