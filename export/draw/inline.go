package draw

import (
	"bytes"
	"context"
	"regexp"
	"strings"
)

// Style is the style sheet that the pictures of a page share, see [Picture.Inline]. On paper
// they are as in the light.
func Style() string {
	style := strings.TrimSuffix(strings.TrimPrefix(dark, "<style>\n"), "</style>\n")
	return strings.Replace(style, "@media (", "@media screen and (", 1)
}

var (
	svgID      = regexp.MustCompile(` id="`) // texts have their quotes written otherwise
	svgComment = regexp.MustCompile(`<!--.*?-->\n?`)
	svgLine    = regexp.MustCompile(`<a href="[^"]*">((?:\s*<(?:path|polygon|polyline|ellipse) [^>]*/>)*\s*)</a>`)
	svgSpace   = regexp.MustCompile(` xmlns(:xlink)?="[^"]*"`)
)

// Inline is the picture as SVG for an HTML page that may hold others: its ids begin with a
// prefix, and its colours for the dark are those of Style, which the page has once. Lines
// are no links there, but their ends and labels are: a link without text has no name for who
// cannot see it, and is one stop more for a keyboard.
func (p *Picture) Inline(ctx context.Context, prefix string) ([]byte, error) {
	svg, err := p.SVG(ctx, false)
	if err != nil {
		return nil, err
	}
	svg = bytes.Replace(svg, []byte(dark), nil, 1)
	svg = svgSpace.ReplaceAll(svgComment.ReplaceAll(svg, nil), nil)
	svg = bytes.ReplaceAll(svg, []byte(` font-family="Helvetica,sans-Serif"`), nil) // as Style says
	svg = bytes.ReplaceAll(svg, []byte("<a xlink:href="), []byte("<a href="))
	svg = svgLine.ReplaceAll(svg, []byte("$1"))
	return svgID.ReplaceAll(svg, []byte(` id="`+prefix)), nil
}
