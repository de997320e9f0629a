package golden

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"math"
	"testing"

	"golang.org/x/image/draw"
)

// most is the Difference up to which two pictures show the same. Other fonts of a text's
// size stay below it, even narrow ones; a missing section does not.
const most = 0.5

// Picture compares a PNG of a light page with a file under testdata, and tolerates other
// fonts. With -update it writes the file.
func Picture(t *testing.T, name string, got []byte) {
	t.Helper()
	d, err := Difference(file(t, name, got), got)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if d > most {
		t.Errorf("%s shows something else: in one quarter %.0f %% of the ink is elsewhere, and fonts may move %.0f %%", name, d*100, most*100)
	}
}

const (
	// cell is the side in pixels of the squares of which only the mean counts: about two
	// lines of text, so that letters of another shape or width mostly stay where they are.
	cell = 48
	// quarters are compared one by one, so that a heading does not outweigh a table.
	quarters = 4
)

// Difference is the part of the ink that is not at the same place in two PNGs of one size,
// in the quarter, from top to bottom, where it is largest: 0 where they look alike, 1
// where one of them is blank.
func Difference(a, b []byte) (float64, error) {
	x, err := ink(a)
	if err != nil {
		return 0, err
	}
	y, err := ink(b)
	if err != nil {
		return 0, err
	}
	if len(x) != len(y) || len(x) > 0 && len(x[0]) != len(y[0]) {
		return 0, errors.New("the pictures are of different sizes")
	}
	worst := 0.0
	for q := range quarters {
		apart, all := 0.0, 0.0
		for row := len(x) * q / quarters; row < len(x)*(q+1)/quarters; row++ {
			for i := range x[row] {
				apart += math.Abs(x[row][i] - y[row][i])
				all += x[row][i] + y[row][i]
			}
		}
		if all > 0 {
			worst = max(worst, apart/all)
		}
	}
	return worst, nil
}

// ink is how much of each square of a picture, row by row, is dark: text and lines, and no
// tinted area. It is the root of that, so that bold letters count little more than others.
func ink(content []byte) ([][]float64, error) {
	picture, err := png.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, err
	}
	dark := image.NewGray(picture.Bounds())
	draw.Draw(dark, dark.Bounds(), picture, picture.Bounds().Min, draw.Src)
	for i, light := range dark.Pix {
		dark.Pix[i] = 0
		if light < 128 {
			dark.Pix[i] = 255
		}
	}
	small := image.NewGray(image.Rect(0, 0, dark.Rect.Dx()/cell, dark.Rect.Dy()/cell))
	if small.Rect.Empty() {
		return nil, fmt.Errorf("a picture of %v pixels is too small to compare", dark.Rect.Size())
	}
	draw.BiLinear.Scale(small, small.Bounds(), dark, dark.Bounds(), draw.Src, nil)
	rows := make([][]float64, small.Rect.Dy())
	for y := range rows {
		for x := range small.Rect.Dx() {
			rows[y] = append(rows[y], math.Sqrt(float64(small.GrayAt(x, y).Y)))
		}
	}
	return rows, nil
}
