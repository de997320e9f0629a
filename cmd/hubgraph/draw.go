package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/spf13/cobra"

	"hubgraph/export/draw"
	"hubgraph/export/duckdb"
)

func (a *app) draw() *cobra.Command {
	return group("draw", "Draw what the newest audited snapshot holds", "", a.drawMap(), a.drawRecord(), a.drawPath(), a.drawComponent(), a.drawFinding())
}

// about is how a drawing is asked for.
type about func(ctx context.Context, db *sql.DB, args []string) (*draw.Picture, error)

// drawing makes a command that draws out of one that says what.
func (a *app) drawing(cmd *cobra.Command, make about) *cobra.Command {
	var output, format string
	var installed bool
	cmd.Long += "\n\n" + `The result is DOT on stdout, or a file by its name: F.dot, F.svg, F.png, F.mmd
(Mermaid), F.graphml, or F.csv (the edges). Graphviz is inside; --dot has the
command dot on PATH lay the picture out.`
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if output != "" {
			if cmd.Flags().Changed("format") {
				return usage("--output says the format by its ending: leave out --format")
			}
			if format = strings.TrimPrefix(filepath.Ext(output), "."); !slices.Contains(draw.Formats(), format) {
				return usage("--output %s: the name must end in .%s", output, strings.Join(draw.Formats(), ", ."))
			}
		}
		db, err := duckdb.OpenPublished(a.loaded.String("data"), a.memory)
		if err != nil {
			return err
		}
		defer db.Close()
		picture, err := make(cmd.Context(), db, args)
		var many *draw.TooMany
		if errors.As(err, &many) {
			fmt.Fprint(a.stdout, many.Table)
		}
		if err != nil {
			return err
		}
		content, err := picture.Write(cmd.Context(), format, installed)
		if err != nil {
			return err
		}
		if output == "" {
			_, err := a.stdout.Write(content)
			return err
		}
		if err := renameio.WriteFile(output, content, 0o600); err != nil {
			return fmt.Errorf("write the drawing: %w", err)
		}
		fmt.Fprintln(a.stdout, output)
		return nil
	}
	cmd.Flags().StringVar(&output, "output", "", "file to write: F."+strings.Join(draw.Formats(), ", F.")+" (default: stdout)")
	wordFlag(cmd.Flags(), &format, "format", draw.Formats()...)
	cmd.Flags().BoolVar(&installed, "dot", false, "have Graphviz's command dot on PATH draw, instead of the Graphviz inside")
	return cmd
}

func (a *app) drawMap() *cobra.Command {
	var since string
	cmd := a.drawing(&cobra.Command{
		Use:   "map",
		Short: "The portal's object types, their links, and what was found",
		Long: `Draw the object types of the portal with what was found on their records, and the
links between them. --diff shows what changed since the baseline. All nights of a
portal have the same layout.`,
		Example: "  hubgraph draw map --output map.svg\n  hubgraph draw map --diff baseline --output map.svg",
		Args:    takes(0),
	}, func(ctx context.Context, db *sql.DB, _ []string) (*draw.Picture, error) {
		return draw.Map(ctx, db, since)
	})
	cmd.Flags().StringVar(&since, "diff", "", "show what changed since this night: baseline, or its id or date")
	return cmd
}

// nodesFlag is the flag of how many nodes a picture may have.
func nodesFlag(cmd *cobra.Command, nodes *int) *cobra.Command {
	cmd.Flags().IntVar(nodes, "nodes", draw.DefaultNodes, fmt.Sprintf("nodes that the picture may have, at most %d; the others are folded", draw.MostNodes))
	return cmd
}

func (a *app) drawRecord() *cobra.Command {
	var hops, nodes int
	cmd := a.drawing(&cobra.Command{
		Use:   "record TYPE:ID",
		Short: "A record with what it is linked to",
		Long: `Draw a record with its neighbours, by name, and what links them. Of more than a dozen
neighbours of one kind the most important are drawn, and the others are one node with
their count.`,
		Example: "  hubgraph draw record deals:123 --hops 2 --output deal.svg",
		Args:    takes(1, "TYPE:ID"),
	}, func(ctx context.Context, db *sql.DB, args []string) (*draw.Picture, error) {
		return draw.Record(ctx, db, args[0], hops, nodes)
	})
	cmd.Flags().IntVar(&hops, "hops", 1, fmt.Sprintf("steps around the record, 1 to %d", draw.MostHops))
	return nodesFlag(cmd, &nodes)
}

func (a *app) drawPath() *cobra.Command {
	return a.drawing(&cobra.Command{
		Use:     "path TYPE:ID TYPE:ID",
		Short:   "How two records hang together: a shortest way",
		Long:    `Draw a shortest chain of links that leads from one record to another.`,
		Example: "  hubgraph draw path deals:123 contacts:456 --output path.svg",
		Args:    takes(2, "TYPE:ID", "TYPE:ID"),
	}, func(ctx context.Context, db *sql.DB, args []string) (*draw.Picture, error) {
		return draw.Path(ctx, db, args[0], args[1])
	})
}

func (a *app) drawComponent() *cobra.Command {
	var nodes int
	cmd := a.drawing(&cobra.Command{
		Use:   "component TYPE:ID",
		Short: "All records that hang together with one",
		Long: `Draw all records that a chain of links leads to. More than 300 are no picture: a table
of them by type is printed instead, and the exit code is 1.`,
		Example: "  hubgraph draw component contacts:456 --output component.svg",
		Args:    takes(1, "TYPE:ID"),
	}, func(ctx context.Context, db *sql.DB, args []string) (*draw.Picture, error) {
		return draw.Component(ctx, db, args[0], nodes)
	})
	return nodesFlag(cmd, &nodes)
}

func (a *app) drawFinding() *cobra.Command {
	return a.drawing(&cobra.Command{
		Use:   "finding FINGERPRINT",
		Short: "One finding: what is there, what is missing, and what is gone",
		Long: `Draw one finding from the columns of its check: what is there, what is missing, what
a repair would add or a person may choose from, and what is gone since the baseline.
The first digits of a fingerprint will do.`,
		Example: "  hubgraph draw finding 3f9a0c12 --output finding.svg",
		Args:    takes(1, "FINGERPRINT"),
	}, func(ctx context.Context, db *sql.DB, args []string) (*draw.Picture, error) {
		return draw.Finding(ctx, db, args[0])
	})
}
