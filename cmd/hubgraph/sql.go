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
			db, err := duckdb.OpenPublished(a.loaded.String("data"), a.memory)
			if err != nil {
				return err
			}
			defer db.Close()
			return duckdb.Query(cmd.Context(), a.stdout, db, args[0], format)
		},
	}
	formatFlag(cmd.Flags(), &format)
	return cmd
}
