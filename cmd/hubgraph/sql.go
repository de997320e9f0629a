package main

import (
	"github.com/spf13/cobra"

	"hubgraph/export/duckdb"
)

func (a *app) sql() *cobra.Command {
	format := "text"
	cmd := &cobra.Command{
		Use:   `sql "SELECT …"`,
		Short: "Read-only SQL over the DuckDB file",
		Long: `Run a query over the DuckDB file of the newest audited snapshot. Tables: objects,
associations, association_types, coverage, findings and more; views of the
checks in the schema checks. The file is opened read-only.`,
		Example: `  hubgraph sql "SELECT object_type, count(*) FROM objects GROUP BY ALL"
  hubgraph sql --format json "FROM checks.deal_fully_orphaned"`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("format", format, "text", "json"); err != nil {
				return err
			}
			s, err := a.settings(cmd)
			if err != nil {
				return err
			}
			db, err := a.openFile(s.String("data"))
			if err != nil {
				return err
			}
			defer db.Close()
			return duckdb.Query(cmd.Context(), a.stdout, db, args[0], format)
		},
	}
	cmd.Flags().StringVar(&format, "format", format, "text or json")
	return cmd
}
