package hubspot

import (
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// What no answer of HubSpot's comes near: a list page has 100 rows, a batch some
// thousand, a schema as many properties, and brackets are less than ten deep.
const (
	mostNesting = 64
	mostRows    = 10_000
	rowsDepth   = 2 // of the brackets of a list of rows, in the document
)

// unmarshal reads a JSON document, if it is of a shape that an answer can have.
func unmarshal(data []byte, into any) error {
	if err := checkShape(data); err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

// checkShape refuses what encoding/json would take without a word, and at any
// cost: brackets nested without end, rows without end, broken characters, and
// keys that come twice, of which the last one counts. Only those of the document
// itself are looked at: a second list of results is records lost. Of what is not
// JSON it says something or other.
func checkShape(data []byte) error {
	depth, rows := 0, 0
	keys := map[string]bool{}
	for i := 0; i < len(data); i++ {
		switch data[i] {
		case '[', '{':
			depth++
		case ']', '}':
			depth--
		case ',':
			if depth == rowsDepth {
				rows++
			}
		case '"':
			start := i
			i += quotedLen(data[i:]) - 1
			if depth != 1 || !isKey(data[i+1:]) {
				break
			}
			key := string(data[start : i+1])
			if keys[key] {
				return errors.New("a key comes twice")
			}
			keys[key] = true
		}
		if depth > mostNesting || rows >= mostRows || len(keys) > mostRows {
			return fmt.Errorf("it has more than %d rows, or brackets more than %d deep", mostRows, mostNesting)
		}
	}
	if !utf8.Valid(data) {
		return errors.New("it is not UTF-8")
	}
	return nil
}

// isKey reports whether the string before a text is a key.
func isKey(text []byte) bool {
	for _, c := range text {
		if c > ' ' {
			return c == ':'
		}
	}
	return false
}
