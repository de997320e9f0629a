package crawl

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// values are the properties of a record, some of which are more than texts.
type values struct {
	properties map[string]string
	unreadable map[string]string // those that are not what they should be, by name; nil mostly
}

// text is the first of some properties that has a value which is a text.
func (v *values) text(names ...string) string {
	for _, name := range names {
		if _, odd := v.unreadable[name]; !odd && v.properties[name] != "" {
			return v.properties[name]
		}
	}
	return ""
}

// read parses the first of some properties that has a value, without the blanks
// around it. It reports false where none has, and where that one cannot be read,
// which it notes.
func read[T any](v *values, parse func(string) (T, bool), names ...string) (value T, ok bool) {
	for _, name := range names {
		text := strings.TrimSpace(v.properties[name])
		if text == "" {
			continue
		}
		if value, ok = parse(text); !ok {
			v.note(name, v.properties[name])
		}
		return value, ok
	}
	return value, false
}

// optional is nil for a value that is not known.
func optional[T any](value T, known bool) *T {
	if !known {
		return nil
	}
	return &value
}

func number(s string) (int64, bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

func truth(s string) (value, ok bool) {
	value = strings.EqualFold(s, "true")
	return value, value || strings.EqualFold(s, "false")
}

// known is nil for no time, and for one that DATE and TIMESTAMP of other engines do
// not hold alike, which it notes by the name of its key.
func (v *values) known(name string, t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	value, ok := inRange(t)
	if !ok {
		v.note(name, t.Format(time.RFC3339Nano))
	}
	return optional(value, ok)
}

// note notes a value that is not what it should be.
func (v *values) note(name, text string) {
	if v.unreadable == nil {
		v.unreadable = map[string]string{}
	}
	v.unreadable[name] = text
}

// moment reads a date property: RFC 3339, a bare day, or milliseconds since
// 1970, the forms in which HubSpot's APIs hand dates out. Years have four digits.
func moment(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339Nano, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return inRange(t)
		}
	}
	ms, ok := number(s)
	if !ok {
		return time.Time{}, false
	}
	return inRange(time.UnixMilli(ms))
}

func inRange(t time.Time) (time.Time, bool) {
	t = t.UTC().Truncate(time.Microsecond)
	return t, !t.IsZero() && t.Year() >= 1 && t.Year() <= 9999
}

// What DECIMAL(18,4) holds: digits before the point and behind it.
const (
	wholeDigits    = 14
	fractionDigits = 4
)

// longestDecimal is how long the text of a number may be: exact arithmetic with
// more digits takes time, and they round to the same.
const longestDecimal = 100

// decimals are the numbers that decimal reads: with or without a sign, a point with
// digits on one side of it at least, and an exponent.
var decimals = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$`)

// decimal reads a number that DECIMAL(18,4) can hold, and writes it as digits with
// a point. As in DuckDB's cast, half of the last digit is rounded away from zero.
func decimal(s string) (string, bool) {
	if isPlain(s) {
		return s, true
	}
	if len(s) > longestDecimal || !decimals.MatchString(s) {
		return "", false
	}
	n, ok := new(big.Rat).SetString(s)
	if !ok {
		return "", false
	}
	text := n.FloatString(fractionDigits)
	whole, _, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	if len(whole) > wholeDigits {
		return "", false
	}
	if text = strings.TrimRight(strings.TrimRight(text, "0"), "."); text == "-0" {
		text = "0"
	}
	return text, true
}

// isPlain reports whether a number is written as decimal writes it already, which
// is how HubSpot does mostly.
func isPlain(s string) bool {
	whole, fraction, point := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && len(whole) <= wholeDigits && (whole[0] != '0' || s == "0" || whole == "0" && point) &&
		(!point || digits(fraction) && len(fraction) <= fractionDigits)
}
