package sim

import (
	"bytes"
	"fmt"
	"strings"
)

// most is the largest parameter that counts something.
const most = 1 << 40

// garblingFaults are answers of which the bytes are wrong.
var garblingFaults = map[string]faultKind{
	"not-json":       {about: "a body that breaks off, as if it were whole", param: numberParam("BYTES, else half of them", "", 0, most), body: truncate},
	"garbage":        {about: "something behind the document", body: func(b []byte, _ string) []byte { return append(b, "}]garbage"...) }},
	"two-documents":  {about: "the document twice", body: func(b []byte, _ string) []byte { return append(b, b...) }},
	"bom":            {about: "a byte order mark before the document", body: func(b []byte, _ string) []byte { return append([]byte("\uFEFF"), b...) }},
	"invalid-utf8":   {about: "a key that is not UTF-8", body: inject("\"\xff\xfe\":1")},
	"nan":            {about: "numbers that JSON does not have", body: inject(`"total":NaN,"numErrors":NaN`)},
	"exponent":       {about: "numbers too large to hold", body: inject(`"total":1e999999,"numErrors":1e999999`)},
	"duplicate-keys": {about: "the results twice, empty at first", body: inject(`"results":[]`)},
	"deep":           {about: "brackets within brackets", param: numberParam("DEPTH", "10000", 1, 1<<24), body: nest},
}

// truncate leaves the beginning of a body.
func truncate(b []byte, n string) []byte {
	if n == "" {
		return b[:len(b)/2]
	}
	return b[:min(paramNumber(n), len(b))]
}

// inject puts members at the beginning of a document.
func inject(members string) func([]byte, string) []byte {
	return func(b []byte, _ string) []byte {
		rest, found := bytes.CutPrefix(b, []byte{'{'})
		if !found {
			return b
		}
		return fmt.Appendf(nil, "{%s,%s", members, rest)
	}
}

func nest(b []byte, depth string) []byte {
	n := paramNumber(depth)
	return inject(`"deep":`+strings.Repeat("[", n)+strings.Repeat("]", n))(b, "")
}
