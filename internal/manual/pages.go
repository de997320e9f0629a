package manual

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// Pages writes a man page for each command that help lists into a folder, which is made
// where it is missing: NAME-COMMAND.1. The same program writes the same bytes, on
// whatever day. It returns the names of the files.
func Pages(root *cobra.Command, dir string) ([]string, error) {
	if err := os.MkdirAll(dir, 0o777); err != nil { // the umask takes its part
		return nil, fmt.Errorf("make the folder of the man pages: %w", err)
	}
	var names []string
	var err error
	Each(root, func(cmd *cobra.Command) {
		if err != nil || cmd != root && (!cmd.IsAvailableCommand() || cmd.IsAdditionalHelpTopicCommand()) {
			return
		}
		var text []byte
		if text, err = page(cmd); err != nil {
			return
		}
		name := filepath.Join(dir, strings.ReplaceAll(cmd.CommandPath(), " ", "-")+".1")
		if err = renameio.WriteFile(name, text, 0o666); err != nil {
			err = fmt.Errorf("write a man page: %w", err)
			return
		}
		names = append(names, name)
	})
	return names, err
}

// page is the man page of a command.
func page(cmd *cobra.Command) ([]byte, error) {
	shown := *cmd // what stands in Markdown is not what stands on a screen
	shown.DisableAutoGenTag = true
	shown.Long = markdown(cmd.Long)
	var b bytes.Buffer
	if err := doc.GenMan(&shown, &doc.GenManHeader{Source: "hubgraph", Manual: "hubgraph", Date: &time.Time{}}, &b); err != nil {
		return nil, fmt.Errorf("man page of %s: %w", cmd.CommandPath(), err)
	}
	return bytes.Replace(b.Bytes(), []byte(`"Jan 0001"`), []byte(`""`), 1), nil
}

// listing are the lines of a text that are a list or the like; each stays a line.
var listing = regexp.MustCompile(`(?m)^( |GET |POST )`)

// markdown is a text of help as Markdown: lists stay as they are.
func markdown(long string) string {
	paragraphs := strings.Split(long, "\n\n")
	for i, p := range paragraphs {
		if listing.MatchString(p) || strings.Contains(p, "  ") {
			paragraphs[i] = "    " + strings.ReplaceAll(p, "\n", "\n    ")
		}
	}
	return strings.Join(paragraphs, "\n\n")
}
