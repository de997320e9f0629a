package main

import (
	"encoding/json"
	"fmt"
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
			if format == "json" {
				return json.NewEncoder(a.stdout).Encode(struct {
					Version string `json:"version"`
					Format  int    `json:"format"`
					DuckDB  string `json:"duckdb"`
					Go      string `json:"go"`
				}{version, export.FormatVersion, duckdb, runtime.Version()})
			}
			fmt.Fprintf(a.stdout, "hubgraph %s\nlake format %d\nDuckDB %s\n%s %s/%s\n", version, export.FormatVersion, duckdb, runtime.Version(), runtime.GOOS, runtime.GOARCH)
			return nil
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}
