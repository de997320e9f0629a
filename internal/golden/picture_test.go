package golden

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"testing"

	"golang.org/x/image/draw"
)

// page is a PNG of a light page with dark bars, each as a line of text might lie.
func page(t *testing.T, lines ...image.Rectangle) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 800, 800))
	draw.Draw(p, p.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(p, image.Rect(0, 0, 800, 200), image.NewUniform(color.RGBA{255, 241, 240, 255}), image.Point{}, draw.Src)
	for _, r := range lines {
		draw.Draw(p, r, image.Black, image.Point{}, draw.Src)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestDifference(t *testing.T) {
	bar := func(x, y, width, height int) image.Rectangle { return image.Rect(x, y, x+width, y+height) }
	heading, text, table := bar(20, 100, 700, 60), bar(20, 300, 500, 12), bar(20, 700, 700, 12)
	whole := page(t, heading, text, table)
	for _, c := range []struct {
		name string
		page []byte
		same bool
	}{
		{"itself", whole, true},
		{"another font", page(t, bar(20, 98, 640, 64), bar(20, 304, 460, 8), bar(20, 704, 650, 9)), true},
		{"a blank page", page(t), false},
		{"a page without its last part", page(t, heading, text), false},
		{"another page", page(t, heading, bar(400, 350, 400, 12), table), false},
		{"a dark page", page(t, bar(0, 0, 800, 800)), false},
	} {
		d, err := Difference(whole, c.page)
		if err != nil || (d <= most) != c.same {
			t.Errorf("%s: %.2f, %v", c.name, d, err)
		}
	}
	small := bytes.Buffer{}
	if err := png.Encode(&small, image.NewGray(image.Rect(0, 0, 400, 400))); err != nil {
		t.Fatal(err)
	}
	for name, bad := range map[string][]byte{"another size": small.Bytes(), "no picture": []byte("PNG")} {
		if _, err := Difference(whole, bad); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
