package terminal

import (
	"fmt"
	"regexp"
)

// special are the characters by which Markdown, or HTML in it, would do something.
var special = regexp.MustCompile("[\\\\`*_{}\\[\\]<>()#+!|~&:@$=\"']|(?i:www\\.)")

// Markdown is a foreign text that stands for itself: what is special is written as a
// number.
func Markdown(s string) string {
	return special.ReplaceAllStringFunc(Printable(s), func(found string) string {
		if len(found) > 1 {
			return found[:len(found)-1] + "&#46;"
		}
		return fmt.Sprintf("&#%d;", found[0])
	})
}
