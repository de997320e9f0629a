package web

import (
	"fmt"
	"html/template"
	"math/big"
	"strings"
	"time"
)

func ratOf(n int64) *big.Rat { return new(big.Rat).SetInt64(n) }

// The size of a sparkline, in points.
const (
	sparkWidth  = 96
	sparkHeight = 22
	sparkMargin = 3
)

// spark draws counts over the nights, as far as they are known: a line for nights that
// follow each other, a dot for the last one. Its title has the figures.
func spark(nights []time.Time, counts []*int64) template.HTML {
	if len(nights) == 0 || len(counts) != len(nights) {
		return ""
	}
	most := int64(1)
	for _, n := range counts {
		if n != nil {
			most = max(most, *n)
		}
	}
	at := func(i int, n int64) string {
		x := float64(sparkWidth - sparkMargin)
		if last := len(nights) - 1; last > 0 {
			x = sparkMargin + float64(sparkWidth-2*sparkMargin)*float64(i)/float64(last)
		}
		y := sparkHeight - sparkMargin - float64(sparkHeight-2*sparkMargin)*float64(n)/float64(most)
		return fmt.Sprintf("%.1f,%.1f", x, y)
	}
	var b, title strings.Builder
	var line []string
	flush := func() {
		if len(line) > 1 {
			fmt.Fprintf(&b, `<polyline points="%s"/>`, strings.Join(line, " "))
		}
		line = nil
	}
	dot := ""
	for i, n := range counts {
		fmt.Fprintf(&title, "%s%s ", map[bool]string{true: ", "}[i > 0], nights[i].UTC().Format("2 Jan"))
		if n == nil {
			title.WriteString("not known")
			dot = ""
			flush()
			continue
		}
		fmt.Fprint(&title, *n)
		line = append(line, at(i, *n))
		dot = at(i, *n)
	}
	flush()
	if x, y, ok := strings.Cut(dot, ","); ok {
		fmt.Fprintf(&b, `<circle cx="%s" cy="%s" r="2.5"/>`, x, y)
	}
	return template.HTML(fmt.Sprintf(`<svg class="spark" role="img" width="%d" height="%d" viewBox="0 0 %[1]d %[2]d"><title>Open: %s</title>%s</svg>`,
		sparkWidth, sparkHeight, title.String(), b.String()))
}
