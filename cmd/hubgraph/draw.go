package main

import (
	"bytes"
	"fmt"
	"path/filepath"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"hubgraph/export/draw"
	"hubgraph/export/duckdb"
)

func (a *app) draw() *cobra.Command {
	return group("draw", "Draw what the newest audited snapshot holds, with Graphviz", "", a.drawMap())
}

func (a *app) drawMap() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "map",
		Short: "The portal's shape: object types, and what links them",
		Long: `Draw the object types of the portal with the associations between them. The
result is DOT on stdout, or a file: F.dot, F.svg or F.png. Pictures need
Graphviz (its command dot).`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			format := filepath.Ext(output)
			if output != "" && format != ".dot" && format != ".svg" && format != ".png" {
				return usage("--output %s: the name must end in .dot, .svg or .png", output)
			}
			db, err := duckdb.OpenPublished(a.loaded.String("data"), a.memory)
			if err != nil {
				return err
			}
			defer db.Close()
			var picture bytes.Buffer
			if err := draw.WriteMap(cmd.Context(), &picture, db); err != nil {
				return err
			}
			if output == "" {
				_, err := a.stdout.Write(picture.Bytes())
				return err
			}
			content := picture.Bytes()
			if format != ".dot" {
				if content, err = draw.Render(cmd.Context(), content, format[1:]); err != nil {
					return err
				}
			}
			if err := renameio.WriteFile(output, content, 0o600); err != nil {
				return fmt.Errorf("write the drawing: %w", err)
			}
			fmt.Fprintln(a.stdout, output)
			return nil
		},
	}
	cmd.Flags().StringVar(&output, "output", "", "file to write: F.dot, F.svg or F.png (default: DOT on stdout)")
	return cmd
}
