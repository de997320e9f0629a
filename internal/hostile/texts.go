// Package hostile has texts that a portal may hold and that mean harm, for tests.
package hostile

import (
	"slices"
	"strings"
)

// Texts are 200 texts that something between a portal and a reader would take for more
// than text.
func Texts() []string {
	seeds := []string{
		`"];x->y`, `\N`, `\G\E\T\H\L`, `\`, `\\"`, `<b>`, `</text>`, `</title><script>alert(1)</script>`, `<image href="x" onerror=alert(1)>`, `"><svg onload=alert(1)>`,
		`&lt;b&gt;`, `&#x22;`, `&quot;]`, `&amp;amp;`, `<![CDATA[`, `]]>`, `<!--`, `-->`, `<?xml?>`, `<!DOCTYPE x [<!ENTITY a "b">]>`,
		`javascript:alert(1)`, `data:text/html,<script>`, `https://evil.example/`, `"];click n1 href "javascript:alert(1)"`, `-->|x|`, `:::missing`, `end`, `subgraph x`, "%%{init:{}}%%", `#quot;`,
		`=1+1`, `+1+1`, `-1+1`, `@SUM(A1)`, " =1+1", "\u00a0=cmd|' /C calc'!A0", "\t=1", "\r=1", "＝1", `","x`,
		"a\nb", "a\r\nb", "a\x00b", "\x1b[31mred", "\u202egnp.exe", "a\u200bb", "\ufeff=1", "\xff\xfe", "\u2028x", "\xed\xa0\x80",
		strings.Repeat("x", 300), strings.Repeat("\"", 90), strings.Repeat("\\", 91), strings.Repeat("&", 70), strings.Repeat("ü", 80), strings.Repeat("<", 65), `'`, "`", `${x}`, `{{.}}`,
		`../../etc/passwd`, `CON`, `|`, `{a|b}`, `<p0>`, `a:b:c`, `[x]`, `(x)`, `{x}`, `;`,
	}
	all := slices.Clone(seeds)
	for _, wrap := range []string{"Acme %s Ltd", "%s%s"} {
		for _, s := range seeds {
			all = append(all, strings.ReplaceAll(wrap, "%s", s))
		}
	}
	return all[:200]
}
