package sim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

func appendInt(b []byte, n int64) []byte { return strconv.AppendInt(b, n, 10) }

// quoteJSON writes a string without escaping what only HTML needs escaped.
func quoteJSON(s string) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return bytes.TrimSpace(b.Bytes())
}

// identifier is an id in a request: a string, as the specification has it, or a
// number. What is neither a number nor digits in a string is kept as it came,
// because a batch answers for it item by item.
type identifier struct {
	n    int64
	text string
	ok   bool // it is a number
}

// UnmarshalJSON takes 123, "123" and any other string.
func (i *identifier) UnmarshalJSON(data []byte) error {
	text := string(data)
	if data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	n, err := strconv.ParseInt(text, 10, 64)
	*i = identifier{n, text, err == nil && n >= 0}
	if data[0] != '"' && !i.ok {
		return fmt.Errorf("%.40s is no object id", data)
	}
	return nil
}

// flexibleInt is a small number that some clients send as text.
type flexibleInt int

// UnmarshalJSON takes 100 and "100".
func (i *flexibleInt) UnmarshalJSON(data []byte) error {
	n, err := strconv.ParseInt(string(bytes.Trim(data, `"`)), 10, 32)
	if err != nil {
		return fmt.Errorf("%.40s is no number", data)
	}
	*i = flexibleInt(n)
	return nil
}

func timeOf(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// byName lists the places of names in their order.
func byName(names []string) []int {
	places := make([]int, len(names))
	for i := range places {
		places[i] = i
	}
	slices.SortFunc(places, func(a, b int) int { return strings.Compare(names[a], names[b]) })
	return places
}
