package draw

import (
	"strings"
	"testing"
)

// TestInlinePicturesShareAPage: their ids differ, their style stands elsewhere, a text that
// looks like markup stays as it is, and each link has words.
func TestInlinePicturesShareAPage(t *testing.T) {
	const record = "https://app.hubspot.com/contacts/7/record/0-3/1"
	p := &Picture{Title: `x id= xlink:href= <!-- -->`, Nodes: []Node{
		{ID: "a", Type: "deals", Lines: []string{"Eagle Wines"}, Link: record},
		{ID: "b", Type: "contacts", Lines: []string{"no contact"}},
	}, Edges: []Edge{{ID: "e", From: "a", To: "b", Link: record}}}
	svg, err := p.Inline(t.Context(), "x-")
	if err != nil {
		t.Fatal(err)
	}
	text := string(svg)
	if strings.Contains(text, "<style") || strings.Contains(text, "xmlns") || strings.Contains(text, "<!--") {
		t.Errorf("it holds what a page has once: %s", text)
	}
	if ids := strings.Count(text, ` id="`); ids == 0 || strings.Count(text, ` id="x-`) != ids {
		t.Errorf("%d ids do not all begin with the prefix", ids)
	}
	if got := strings.Count(text, `x id= xlink:href= &lt;!-- --&gt;`); got != 2 {
		t.Errorf("the title stands there %d times: %s", got, text)
	}
	if got := strings.Count(text, `<a href="`+record+`">`); got != 1 {
		t.Errorf("%d links, want that of the node", got)
	}
	if !strings.Contains(Style(), "@media screen and (prefers-color-scheme:dark)") || strings.Contains(Style(), "<") {
		t.Errorf("the style is %s", Style())
	}
}
