package hubspot

import (
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// TestSecretsAreTakenOutInEveryForm has secrets that come back as headers, forms
// and dumps have them.
func TestSecretsAreTakenOutInEveryForm(t *testing.T) {
	const secret = "pat-na1-c4n4ry+T0ken/5e7b=91d2c3a8f604"
	for _, came := range []string{
		secret, url.QueryEscape(secret), url.PathEscape(secret),
		strings.NewReplacer("%2B", "%2b", "%2F", "%2f", "%3D", "%3d").Replace(url.QueryEscape(secret)),
	} {
		if got := redact("x "+came+" y", disguises(secret)); strings.Contains(got, secret[:16]) || strings.Contains(got, "91d2c3a8f604") {
			t.Errorf("%s is shown as %s", came, got)
		}
	}
	for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawURLEncoding} {
		for _, around := range []string{secret, "Bearer " + secret, "id:" + secret + "\r\n", "x" + secret + "yz"} {
			got := redact(encoding.EncodeToString([]byte(around)), disguises(secret))
			if known := decoded(got); strings.Contains(known, secret[:6]) || strings.Contains(known, secret[16:22]) || strings.Contains(known, secret[len(secret)-6:]) {
				t.Errorf("of %q is shown %s: %q", around, got, known)
			}
		}
	}
	if got := redact("anyone may use any token", disguises("any")); got != "[redacted]one may use [redacted] token" {
		t.Errorf("a short secret takes out more than itself: %s", got)
	}
	if forms := disguises(secret); !slices.IsSortedFunc(forms, func(a, b string) int { return len(b) - len(a) }) {
		t.Errorf("a form within another is taken out first: %q", forms)
	}
}

// decoded is what can be read of a text in base64 around what was taken out of it.
func decoded(text string) string {
	var known strings.Builder
	for _, part := range strings.Split(text, redacted) {
		for skip := range min(4, len(part)) {
			b, _ := base64.RawStdEncoding.DecodeString(strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(part[skip:]), "="))
			fmt.Fprintf(&known, "%s\n", b)
		}
	}
	return known.String()
}
