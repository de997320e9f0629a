package terminal

import (
	"os"

	"golang.org/x/term"
)

// Of is the terminal on which somebody types or reads a stream; nil where it is none.
func Of(stream any) *os.File {
	if f, ok := stream.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return f
	}
	return nil
}

// Width is how many characters the screen is wide that a stream is shown on; 0 where it
// is none.
func Width(stream any) int {
	width, _ := size(stream)
	return width
}

// Height is how many lines the screen has that a stream is shown on; 0 where it is none.
func Height(stream any) int {
	_, height := size(stream)
	return height
}

func size(stream any) (width, height int) {
	screen := Of(stream)
	if screen == nil {
		return 0, 0
	}
	width, height, err := term.GetSize(int(screen.Fd()))
	if err != nil {
		return 0, 0
	}
	return width, height
}
