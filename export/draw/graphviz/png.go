package graphviz

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image/color"
	"io"
	"strconv"
	"strings"

	"github.com/fogleman/gg"
	"github.com/golang/freetype/truetype"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"hubgraph/internal/sentence"
)

const (
	// pngScale is pixels a point, for screens with small pixels.
	pngScale = 2
	// maxPixels is how large a picture may be: 40 million pixels are 160 MB of memory.
	maxPixels = 40_000_000
)

// PNG paints SVG as Graphviz writes it, which moves what it draws and does not scale it. Its letters are those of the Go fonts:
// Latin, Greek and Cyrillic.
func PNG(svg []byte) ([]byte, error) {
	p := &painter{}
	decoder := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("paint the picture: %w", err)
		}
		if start, ok := token.(xml.StartElement); ok {
			if err := p.element(decoder, start); err != nil {
				return nil, fmt.Errorf("paint the picture: %w", err)
			}
		}
	}
	if p.canvas == nil {
		return nil, errors.New("paint the picture: it has no size")
	}
	var png bytes.Buffer
	err := p.canvas.EncodePNG(&png)
	return png.Bytes(), err
}

// painter paints the elements of Graphviz's SVG, which are few.
type painter struct {
	canvas *gg.Context
	dx, dy float64 // where the drawing lies on it, in points
}

// at is where a point lies on the canvas. gg's own scaling would blur letters.
func (p *painter) at(x, y float64) (float64, float64) {
	return (x + p.dx) * pngScale, (y + p.dy) * pngScale
}

// attributes are those of an element of SVG.
type attributes map[string]string

func (p *painter) element(decoder *xml.Decoder, e xml.StartElement) error {
	a := attributes{}
	for _, attr := range e.Attr {
		a[attr.Name.Local] = attr.Value
	}
	if e.Name.Local == "svg" {
		return p.begin(a)
	}
	if p.canvas == nil {
		return errors.New("it does not begin as SVG")
	}
	switch e.Name.Local {
	case "g":
		if _, at, ok := strings.Cut(a["transform"], "translate("); ok {
			if n := numbers(strings.TrimSuffix(at, ")")); len(n) == 2 {
				p.dx, p.dy = p.dx+n[0], p.dy+n[1]
			}
		}
	case "polygon", "polyline":
		p.line(numbers(a["points"]))
		if e.Name.Local == "polygon" {
			p.canvas.ClosePath()
		}
		p.paint(a)
	case "path":
		p.curve(numbers(strings.NewReplacer("M", " ", "C", " ").Replace(a["d"])))
		p.paint(a)
	case "ellipse":
		x, y := p.at(a.number("cx"), a.number("cy"))
		p.canvas.DrawEllipse(x, y, a.number("rx")*pngScale, a.number("ry")*pngScale)
		p.paint(a)
	case "text":
		var text string
		if err := decoder.DecodeElement(&text, &e); err != nil {
			return err
		}
		return p.text(text, a)
	}
	return nil
}

// begin makes the canvas.
func (p *painter) begin(a attributes) error {
	box := numbers(a["viewBox"])
	if len(box) != 4 {
		return errors.New("it has no size")
	}
	width, height := int(box[2]*pngScale), int(box[3]*pngScale)
	if width*height > maxPixels || width <= 0 || height <= 0 {
		return sentence.New(ErrTooLarge, "a picture of %d by %d pixels is too large: ask for SVG, or draw less", width, height)
	}
	p.canvas = gg.NewContext(width, height)
	p.canvas.SetColor(color.White)
	p.canvas.Clear()
	return nil
}

func (p *painter) line(n []float64) {
	for i := 0; i+1 < len(n); i += 2 {
		p.canvas.LineTo(p.at(n[i], n[i+1]))
	}
}

// curve is a path of Graphviz's: a start, and then Bézier curves.
func (p *painter) curve(n []float64) {
	if len(n) < 2 {
		return
	}
	p.canvas.MoveTo(p.at(n[0], n[1]))
	for n = n[2:]; len(n) >= 6; n = n[6:] {
		x1, y1 := p.at(n[0], n[1])
		x2, y2 := p.at(n[2], n[3])
		x3, y3 := p.at(n[4], n[5])
		p.canvas.CubicTo(x1, y1, x2, y2, x3, y3)
	}
}

// paint fills a shape and draws its line.
func (p *painter) paint(a attributes) {
	if fill, ok := colorOf(a["fill"]); ok {
		p.canvas.SetColor(fill)
		p.canvas.FillPreserve()
	}
	if stroke, ok := colorOf(a["stroke"]); ok {
		width := 1.0
		if a["stroke-width"] != "" {
			width = a.number("stroke-width")
		}
		p.canvas.SetLineWidth(width * pngScale)
		dashes := numbers(a["stroke-dasharray"])
		for i := range dashes {
			dashes[i] *= pngScale
		}
		p.canvas.SetDash(dashes...)
		p.canvas.SetColor(stroke)
		p.canvas.StrokePreserve()
	}
	p.canvas.ClearPath()
}

func (p *painter) text(text string, a attributes) error {
	letters := goregular.TTF
	if a["font-weight"] == "bold" {
		letters = gobold.TTF
	}
	font, err := truetype.Parse(letters)
	if err != nil {
		return err
	}
	p.canvas.SetFontFace(truetype.NewFace(font, &truetype.Options{Size: a.number("font-size") * pngScale}))
	fill, ok := colorOf(a["fill"])
	if !ok {
		fill = color.Black
	}
	p.canvas.SetColor(fill)
	anchor := map[string]float64{"middle": 0.5, "end": 1}[a["text-anchor"]]
	x, y := p.at(a.number("x"), a.number("y"))
	p.canvas.DrawStringAnchored(text, x, y, anchor, 0)
	return nil
}

func (a attributes) number(name string) float64 {
	n, err := strconv.ParseFloat(a[name], 64)
	if err != nil {
		return 0
	}
	return n
}

// numbers reads numbers with commas and blanks between them.
func numbers(s string) []float64 {
	var all []float64
	for _, field := range strings.FieldsFunc(s, func(r rune) bool { return r == ' ' || r == ',' || r == '\n' }) {
		n, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return nil
		}
		all = append(all, n)
	}
	return all
}

// colorOf reads a colour: those that drawings use, and no paint for none.
func colorOf(s string) (color.Color, bool) {
	switch s {
	case "white":
		return color.White, true
	case "black":
		return color.Black, true
	}
	n, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 {
		return nil, false
	}
	return color.RGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 0xff}, true
}
