package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	markdownLink = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	namedFile    = regexp.MustCompile("`((?:docs|notebooks|queries|crawl|export|hubspot|repair|cmd|internal)/[\\w./-]*)`")
)

// hasHeading reports whether a document has a heading with an anchor.
func hasHeading(text, part string) bool {
	for _, line := range strings.Split(text, "\n") {
		if title := strings.TrimLeft(line, "#"); title != line && anchor(title) == part {
			return true
		}
	}
	return false
}

// TestDocumentsLinkToFiles follows what the README and the documents link to, and the
// files and folders that they name.
func TestDocumentsLinkToFiles(t *testing.T) {
	root := filepath.Join("..", "..")
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, document := range append(documents, filepath.Join(root, "README.md"), filepath.Join(root, "CONTRIBUTING.md"), filepath.Join(root, "CHANGELOG.md"), filepath.Join(root, "docs", "peers", "README.md"), filepath.Join(root, "notebooks", "README.md")) {
		text := readFile(t, document)
		for _, found := range markdownLink.FindAllStringSubmatch(text, -1) {
			target, part, _ := strings.Cut(found[1], "#")
			if strings.Contains(target, "://") {
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(filepath.Dir(document), target)); err != nil {
				t.Errorf("%s links to %s, which is not there", document, found[1])
			}
			if linked := text; part != "" {
				if target != "" {
					linked = readFile(t, filepath.Join(filepath.Dir(document), target))
				}
				if !hasHeading(linked, part) {
					t.Errorf("%s links to %s, which has no such heading", document, found[1])
				}
			}
		}
		for _, found := range namedFile.FindAllStringSubmatch(text, -1) {
			if strings.Contains(found[1], ".Test") || strings.Contains(found[1], "NAME") { // a test, which TestFaultTables looks for; any file
				continue
			}
			links++
			if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(found[1]))); err != nil {
				t.Errorf("%s names %s, which is not there", document, found[1])
			}
		}
	}
	if links < 20 {
		t.Errorf("%d links and names of files", links)
	}
}

// anchor is what a code host calls a heading in a link.
func anchor(title string) string {
	title = strings.ToLower(strings.TrimSpace(title))
	return strings.ReplaceAll(regexp.MustCompile(`[^\w\s-]`).ReplaceAllString(title, ""), " ", "-")
}
