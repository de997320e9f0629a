package sim

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// scalar is a value as searches compare it: numbers and times by size, texts
// without regard to case.
type scalar struct {
	null     bool
	isNumber bool
	number   float64
	text     string
}

func scalarOf(kind, text string) scalar {
	s := scalar{null: text == "", text: strings.ToLower(text)}
	switch kind {
	case "number":
		n, err := strconv.ParseFloat(text, 64)
		s.number, s.isNumber = n, err == nil
	case "date", "datetime":
		if at, known := parseDate(text); known {
			s.number, s.isNumber = float64(at.UnixMilli()), true
		}
	}
	return s
}

func (s scalar) compare(o scalar) int {
	if s.isNumber && o.isNumber {
		return cmp.Compare(s.number, o.number)
	}
	return cmp.Compare(s.text, o.text)
}

// tokensOf cuts a text into its words, in lower case.
func tokensOf(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// hasToken reports whether a text has all words of another; with * in it, the
// other stands for the whole text or for one of its words.
func hasToken(text, pattern string) bool {
	words := tokensOf(text)
	if strings.Contains(pattern, "*") {
		return slices.ContainsFunc(append(words, text), func(word string) bool { return wild(pattern, word) })
	}
	return !slices.ContainsFunc(tokensOf(pattern), func(want string) bool { return !slices.Contains(words, want) })
}

// wild reports whether a text is what a pattern stands for, in which * stands
// for anything.
func wild(pattern, text string) bool {
	parts := strings.Split(pattern, "*")
	text, ok := strings.CutPrefix(text, parts[0])
	for _, part := range parts[1 : len(parts)-1] {
		_, rest, found := strings.Cut(text, part)
		text, ok = rest, ok && found
	}
	return ok && strings.HasSuffix(text, parts[len(parts)-1])
}

// mentions reports whether every word begins a word of some value of a record.
func (r *record) mentions(words []string) bool {
	return !slices.ContainsFunc(words, func(want string) bool {
		return !slices.ContainsFunc(r.values, func(value string) bool {
			return slices.ContainsFunc(tokensOf(value), func(word string) bool { return strings.HasPrefix(word, want) })
		})
	})
}
