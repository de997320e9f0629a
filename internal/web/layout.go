package web

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"sync"

	"hubgraph/export/draw"
)

//go:embed pages
var files embed.FS

// layout is what all pages have around them: a policy by which a page loads nothing and
// runs nothing but the script that it was made with, and the style.
type layout struct {
	Title  string
	Style  template.HTML // the element
	Script template.HTML // the element
	Policy string
}

// newLayout is that of a page with one of our scripts.
func newLayout(title, script string) layout { return newLayoutOf(title, script, "'none'") }

// newPage is the layout of a page of the explorer, whose forms lead to the explorer.
func newPage(title string) layout { return newLayoutOf(title, "explorer.js", "'self'") }

// newLayoutOf is that of a page whose forms may lead somewhere.
func newLayoutOf(title, script, forms string) layout {
	style := read("style.css") + draw.Style()
	code := read(script)
	return layout{
		Title:  title,
		Style:  template.HTML("<style>" + style + "</style>"),
		Script: template.HTML("<script>" + code + "</script>"),
		Policy: "default-src 'none'; img-src data:; style-src 'sha256-" + digest(style) + "'; script-src 'sha256-" + digest(code) + "'; base-uri 'none'; form-action " + forms,
	}
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// read is an embedded file.
func read(name string) string {
	text, err := files.ReadFile("pages/" + name)
	if err != nil {
		panic("the embedded file " + name + " cannot be read: " + err.Error())
	}
	return string(text)
}

// templates are those of all pages, parsed once one is asked for.
var templates = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"whole": whole, "things": things, "day": day, "minute": minute, "prose": prose, "shown": shown,
	}).ParseFS(files, "pages/*.html"))
})
