package hubspot

import (
	"encoding/base64"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// leastDisguised is the length from which on a secret is looked for in other forms:
// those of a shorter one might be a part of any word.
const leastDisguised = 12

// percent fits what an address writes for a byte.
var percent = regexp.MustCompile(`%[0-9A-F]{2}`)

// disguises are the forms in which a secret may come back in an answer, the longest
// first: as it is, as it stands in a form or an address, and, but for its first and
// last character, in what is base64 of it and of what surrounds it.
func disguises(secret Secret) []string {
	text := secret.reveal()
	forms := []string{text}
	if len(text) < leastDisguised {
		return forms
	}
	for _, escaped := range []string{url.QueryEscape(text), url.PathEscape(text)} {
		forms = append(forms, escaped, percent.ReplaceAllStringFunc(escaped, strings.ToLower))
	}
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 { // bytes of the group that it begins in
			encoded := encoding.EncodeToString(append(make([]byte, before), text...))
			forms = append(forms, encoded[(8*before+5)/6:len(encoded)-1])
		}
	}
	slices.SortStableFunc(forms, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(forms)
}

// redact takes texts out of another one.
func redact(text string, hidden []string) string {
	for _, h := range hidden {
		text = strings.ReplaceAll(text, h, redacted)
	}
	return text
}
