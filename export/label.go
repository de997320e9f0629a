package export

import (
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// latin are the letters that Unicode does not take apart into a letter of ASCII
// and a mark.
var latin = strings.NewReplacer("ß", "ss", "æ", "ae", "œ", "oe", "ø", "o", "đ", "d", "ð", "d", "þ", "th", "ł", "l", "ħ", "h", "ı", "i")

// labelKey is a label as the checks compare it: lower case, folded to ASCII,
// without spaces and punctuation, so that "Décision-Maker" and "decision maker"
// have one key. Letters that have no such form stand as their code point, so
// that labels in other scripts stay apart.
func labelKey(label string) string {
	var key strings.Builder
	for _, r := range norm.NFKD.String(latin.Replace(strings.ToLower(label))) {
		r = unicode.ToLower(r)
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			key.WriteRune(r)
		case r > unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			fmt.Fprintf(&key, "u%x", r)
		}
	}
	return key.String()
}
