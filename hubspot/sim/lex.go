package sim

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// word is a piece of a line of the portal language.
type word struct {
	text   string // without quotes
	key    string // of key=value
	quoted bool   // the text, or the value, stood in quotes
}

// ParseError says where a portal text is wrong, and what was expected there.
type ParseError struct {
	File string
	Line int
	Text string
}

// Error has the form FILE:LINE: TEXT.
func (e *ParseError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text) }

// split cuts a line into words. A word is key=value, where value may be a quoted
// text, or a quoted text, or anything up to a blank; # starts a comment.
func split(line string) ([]word, error) {
	var words []word
	for {
		line = strings.TrimLeftFunc(line, unicode.IsSpace)
		if line == "" || line[0] == '#' {
			return words, nil
		}
		var w word
		if key, rest, ok := cutKey(line); ok {
			w.key, line = key, rest
		}
		var err error
		if w.text, w.quoted, line, err = value(line); err != nil {
			return nil, err
		}
		words = append(words, w)
	}
}

// cutKey takes the key off a key=value.
func cutKey(line string) (key, rest string, ok bool) {
	end := strings.IndexFunc(line, func(r rune) bool {
		return r != '_' && r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	if end <= 0 || line[end] != '=' {
		return "", line, false
	}
	return line[:end], line[end+1:], true
}

func value(line string) (text string, quoted bool, rest string, err error) {
	if !strings.HasPrefix(line, `"`) {
		end := strings.IndexFunc(line, unicode.IsSpace)
		if end < 0 {
			end = len(line)
		}
		return line[:end], false, line[end:], nil
	}
	prefix, err := strconv.QuotedPrefix(line)
	if err != nil {
		return "", false, "", fmt.Errorf("the quoted text %.40s does not end", line)
	}
	text, err = strconv.Unquote(prefix)
	if err != nil {
		return "", false, "", fmt.Errorf("the quoted text %.40s has an unknown escape", line)
	}
	rest = line[len(prefix):]
	if rest != "" && !unicode.IsSpace(rune(rest[0])) {
		return "", false, "", fmt.Errorf("expected a blank after the quoted text %.40s", prefix)
	}
	return text, true, rest, nil
}

// quote writes a value so that split reads it again.
func quote(s string) string {
	plain := func(r rune) bool { return unicode.IsGraphic(r) && !unicode.IsSpace(r) && r != '"' && r != '#' }
	if s != "" && strings.IndexFunc(s, func(r rune) bool { return !plain(r) }) < 0 {
		return s
	}
	return strconv.Quote(s)
}

// line is what is left of a statement.
type line struct {
	words []word
	at    int
}

func (l *line) more() bool { return l.at < len(l.words) }

// next takes the next word that is no key=value.
func (l *line) next(what string) (word, error) {
	if !l.more() || l.words[l.at].key != "" {
		return word{}, fmt.Errorf("expected %s%s", what, l.instead())
	}
	l.at++
	return l.words[l.at-1], nil
}

// instead says what stands where something else was expected.
func (l *line) instead() string {
	if !l.more() {
		return ", and the line ends"
	}
	w := l.words[l.at]
	if w.key != "" {
		return fmt.Sprintf(", not %s=%s", w.key, quote(w.text))
	}
	return fmt.Sprintf(", not %s", quote(w.text))
}

// number takes the next word as an id.
func (l *line) number(what string) (int64, error) {
	w, err := l.next(what)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(w.text, 10, 64)
	if err != nil || n <= 0 || w.quoted {
		return 0, fmt.Errorf("expected %s, a number above 0, not %s", what, quote(w.text))
	}
	return n, nil
}

// peek is the text of the next word, if it is no key=value and not quoted.
func (l *line) peek() string {
	if l.more() && l.words[l.at].key == "" && !l.words[l.at].quoted {
		return l.words[l.at].text
	}
	return ""
}

// settings takes the key=value words that are left, and no others.
func (l *line) settings(set func(key, value string) error) error {
	for ; l.more(); l.at++ {
		w := l.words[l.at]
		if w.key == "" {
			return fmt.Errorf("expected key=value%s", l.instead())
		}
		if err := set(w.key, w.text); err != nil {
			return err
		}
	}
	return nil
}

// end makes sure that nothing is left.
func (l *line) end() error {
	if l.more() {
		return fmt.Errorf("expected the end of the line%s", l.instead())
	}
	return nil
}
