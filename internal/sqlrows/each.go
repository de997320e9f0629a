// Package sqlrows reads the rows of a query.
package sqlrows

import (
	"context"
	"database/sql"
)

// Each calls f for each row of a query with its arguments.
func Each(ctx context.Context, db *sql.DB, query string, args []any, f func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
