package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"hubgraph/export"
	"hubgraph/export/duckdb"
)

// version is the version of the program, which a release writes in.
var version = "0.1.0"

func (a *app) version() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:     "version",
		Short:   "Print the versions of hubgraph, DuckDB and the lake's format",
		Example: "  hubgraph version\n  hubgraph version --format json",
		Args:    takes(0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			duckdb, err := duckdb.Version(cmd.Context())
			if err != nil {
				return err
			}
			out := struct {
				Version string `json:"version"`
				Commit  string `json:"commit"`
				Format  int    `json:"format"`
				DuckDB  string `json:"duckdb"`
				Go      string `json:"go"`
			}{version, commit(), export.FormatVersion, duckdb, runtime.Version()}
			return a.print(format, object(out), func(w io.Writer) error {
				_, err := fmt.Fprintf(w, "%s\nlake format %d\nDuckDB %s\n%s %s/%s\n", versionLine(), out.Format, duckdb, out.Go, runtime.GOOS, runtime.GOARCH)
				return err
			})
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}

// commit is what the program was built of: the revision, with + where files were changed.
// It is empty where the build does not know it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	known := map[string]string{}
	for _, s := range info.Settings {
		known[s.Key] = s.Value
	}
	if known["vcs.modified"] == "true" {
		return known["vcs.revision"] + "+"
	}
	return known["vcs.revision"]
}

// versionLine is what --version prints.
func versionLine() string {
	if of := commit(); of != "" {
		return fmt.Sprintf("hubgraph %s (commit %s)", version, of)
	}
	return "hubgraph " + version
}
