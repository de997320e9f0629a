package sim

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// statementOf draws a line of the portal language that may be right.
func statementOf(t *rapid.T) string {
	of := func(what string, choices ...string) string { return rapid.SampledFrom(choices).Draw(t, what) }
	typ := func() string { return of("type", "contacts", "contacts", "companies", "companies", "leads", "p_cars") }
	record := func() string { return typ() + " " + of("id", "1", "2", "3", "5000000004") }
	text := func() string { return of("text", `"Boss"`, `"Serf"`, `"été # \"so\""`) }
	kind := func() string {
		return of("kind", "", "", "", "plain", "plain", "primary", "279", "280", "13", "14", "578", "USER_DEFINED:1", "USER_DEFINED:2", "WORK:9", `"Boss"`, `"Boss"`, `"Serf"`)
	}
	switch of("statement", "record", "record", "link", "link", "link", "rows", "label", "label", "limit", "fact", "rename", "undefine", "unlink", "cut", "archive", "merge", "merged", "object") {
	case "record":
		return record() + " " + of("state", "", "archived", "absent", "name=x updated=2026-01-01", "archived=2026-01-01T00:00:00Z", `name="a # b"`)
	case "link":
		return record() + " -> " + record() + " " + kind() + " " + kind()
	case "rows":
		return record() + " ->> " + record() + " " + of("rows", "plain", "primary", "279", "280", "13", "14", "450", "578", `"Boss"`)
	case "label":
		return fmt.Sprintf("label %s %s %s %s %s %s", typ(), of("id", "", "1", "WORK:9", "INTEGRATOR_DEFINED:3"), of("text", "", text()), typ(), of("id", "", "2", "WORK:8"), of("text", "", text()))
	case "limit":
		return fmt.Sprintf("limit %s %s %s 7", typ(), typ(), kind())
	case "fact":
		f := rapid.SampledFrom(Facts()).Draw(t, "fact")
		return "fact " + f.Switch + "=" + rapid.SampledFrom(f.Values).Draw(t, "value")
	case "rename":
		return fmt.Sprintf("rename %s %s %s %s", typ(), typ(), kind(), text())
	case "undefine":
		return fmt.Sprintf("undefine %s %s %s", typ(), typ(), kind())
	case "unlink":
		return "unlink " + record() + " " + record() + " " + kind()
	case "cut":
		return "cut " + record() + " " + record() + " " + kind()
	case "archive":
		return "archive " + record()
	case "merge":
		return "merge " + record() + " " + of("other", "1", "2", "3")
	case "merged":
		return record() + " merged=" + of("survivor", "1", "2", "3")
	}
	return "object " + of("object", "p_vans 2-1003", `p_boats 2-1002 singular="A boat" display=hull searchable=name,hull`)
}

// TestLanguage writes portals of random lines, those that are accepted, and
// reads their own texts: they are texts of the same portals.
func TestLanguage(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var text strings.Builder
		text.WriteString("object p_cars 2-1001\n" + `label contacts "Boss" companies "Serf"` + "\n" + `label companies "Boss" companies` + "\n")
		for range rapid.IntRange(5, 25).Draw(r, "lines") {
			line := statementOf(r) + "\n"
			if _, err := Parse("lines", text.String()+line); err == nil {
				text.WriteString(line)
			}
		}
		p, err := Parse("lines", text.String())
		if err != nil {
			r.Fatal(err)
		}
		first := p.String()
		again, err := Parse("again", first)
		if err != nil {
			r.Fatalf("the portal of\n%s\nhas a text that is refused: %v, in\n%s", text.String(), err, first)
		}
		if second := again.String(); second != first {
			r.Fatalf("the portal of\n%s\nhas the text\n%s\nand, read again, the text\n%s", text.String(), first, second)
		}
	})
}
