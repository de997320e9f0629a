package main

import (
	"fmt"
	"io"
	"runtime"

	"github.com/spf13/cobra"

	"hubgraph/export"
	"hubgraph/export/duckdb"
)

// version is the version of the program.
const version = "0.1.0"

func (a *app) version() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the versions of hubgraph, DuckDB and the lake's format",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			duckdb, err := duckdb.Version(cmd.Context())
			if err != nil {
				return err
			}
			out := struct {
				Version string `json:"version"`
				Format  int    `json:"format"`
				DuckDB  string `json:"duckdb"`
				Go      string `json:"go"`
			}{version, export.FormatVersion, duckdb, runtime.Version()}
			return a.print(format, object(out), func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "hubgraph %s\nlake format %d\nDuckDB %s\n%s %s/%s\n", version, out.Format, duckdb, out.Go, runtime.GOOS, runtime.GOARCH)
				return err
			})
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}
